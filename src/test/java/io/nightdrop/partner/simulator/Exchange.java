package io.nightdrop.partner.simulator;

import io.nightdrop.partner.simulator.Fault.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One request and what comes of it: a fault is drawn, the request judged, the ledger written, the answer sent. */
final class Exchange {

    /** How much of a body of unknown length counts as half of it. */
    private static final long HALF_OF_UNKNOWN = 512;

    private final Desk desk;
    private final Line line;
    private final RequestHead head;
    private final Endpoint endpoint;
    private final Traffic.Arrival arrival;
    private final Fault drawn;
    private final RequestBody body;

    Exchange(Desk desk, Line line, RequestHead head) {
        this.desk = desk;
        this.line = line;
        this.head = head;
        this.endpoint = desk.endpoint(head);
        this.arrival = desk.traffic().arrive(endpoint.target());
        this.drawn = desk.faults().draw(endpoint.target());
        this.body = new RequestBody(line, head, head.expectsContinue() && drawn != Fault.CONTINUE_WITHHELD);
    }

    /** Whether another request may come on the same connection. */
    boolean run() throws IOException {
        try {
            return drawn.place() == Place.REQUEST
                    ? breakOff()
                    : answer(drawn.place() == Place.DOOR ? Fault.NONE : drawn);
        } catch (RequestCut cut) {
            desk.recordUnanswered(arrival, endpoint, head, body, cut.items(), drawn);
            return false;
        } finally {
            arrival.leave();
        }
    }

    private boolean breakOff() throws IOException {
        boolean half = drawn != Fault.RESET_BEFORE_REQUEST && drawn != Fault.CLOSED_BEFORE_REQUEST;
        try {
            body.skipUpTo(!half ? 0 : body.length() < 0 ? HALF_OF_UNKNOWN : body.length() / 2);
        } finally {
            desk.recordUnanswered(arrival, endpoint, head, body, List.of(), drawn);
        }
        switch (drawn) {
            case RESET_BEFORE_REQUEST, RESET_AT_HALF_REQUEST -> line.reset();
            case STALLED_AT_HALF_REQUEST -> {
                arrival.leave();
                line.pause(desk.times().stall());
                line.hangUp();
            }
            default -> {
                arrival.leave();
                line.hangUp();
            }
        }
        return false;
    }

    private boolean answer(Fault wanted) throws IOException, RequestCut {
        Reply judged = isEarly(wanted) ? Reply.of(failure(wanted)) : judge(wanted);
        Optional<Answer> distorted = distort(wanted, judged.answer());
        Reply reply = distorted.map(judged::with).orElse(judged);
        Fault fault = wanted.place() == Place.CONTENT && distorted.isEmpty() ? Fault.NONE : wanted;
        if (fault == Fault.LATE_EFFECT) {
            waitToTheEnd(desk.times().late());
        }
        if (fault == Fault.UNAUTHORIZED) {
            desk.pearsana().tokens().revoke(head);
        }
        desk.record(arrival, endpoint, head, body, reply, fault);
        boolean keepAlive = head.keepsAlive()
                && !body.unasked()
                && drawn != Fault.REFUSED
                && desk.isOpen().getAsBoolean();
        Wire wire = new Wire(line, desk.times(), keepAlive, arrival::leave);
        boolean goesOn = wire.send(reply.answer(), fault);
        return after(goesOn);
    }

    /** Also when the client has gone. */
    private void waitToTheEnd(Duration time) throws IOException {
        long begin = System.nanoTime();
        if (!line.silence(time)) {
            arrival.leave();
            line.pause(time.minusNanos(System.nanoTime() - begin));
        }
    }

    /** An answer that does not wait for the body: one that is too large, and one to a client that asks before it sends. */
    private boolean isEarly(Fault fault) {
        boolean refuses = fault.place() == Place.STATUS && !fault.effect();
        return fault == Fault.TOO_LARGE || fault == Fault.TOO_LARGE_CUT || (refuses && head.expectsContinue());
    }

    private Reply judge(Fault fault) throws IOException, RequestCut {
        Reply reply = endpoint.answer(head, body, fault.effect());
        return fault.effect() ? reply : reply.undone();
    }

    /** Another answer than the judgement's, if the fault wants one and finds something to distort. */
    private Optional<Answer> distort(Fault fault, Answer answer) {
        return switch (fault.place()) {
            case STATUS -> Optional.of(failure(fault));
            case CONTENT -> Distortions.apply(fault, answer);
            default -> Optional.empty();
        };
    }

    private Answer failure(Fault fault) {
        return desk.failures().answer(fault, endpoint, head);
    }

    private boolean after(boolean goesOn) throws IOException {
        if (drawn == Fault.TOO_LARGE_CUT) {
            line.reset();
            return false;
        }
        if (drawn == Fault.REFUSED) {
            desk.refusal().run();
            return false;
        }
        if (goesOn) {
            body.drain();
        }
        return goesOn;
    }
}
