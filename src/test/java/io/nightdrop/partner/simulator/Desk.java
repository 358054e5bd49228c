package io.nightdrop.partner.simulator;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What all connections share.
 *
 * @param endpoints by path
 * @param others takes all other paths
 * @param isOpen whether the port is open
 * @param refusal closes the port for a while
 */
record Desk(
        Clock clock,
        Ledger ledger,
        Traffic traffic,
        FaultPlan faults,
        FaultTimes times,
        Failures failures,
        Pearsana pearsana,
        Map<String, Endpoint> endpoints,
        Endpoint others,
        BooleanSupplier isOpen,
        Runnable refusal) {

    Endpoint endpoint(RequestHead head) {
        return endpoints.getOrDefault(head.path(), others);
    }

    void record(
            Traffic.Arrival arrival, Endpoint endpoint, RequestHead head, RequestBody body, Reply reply, Fault fault) {
        int status = Wire.showsStatus(fault) ? reply.answer().status() : 0;
        note(arrival, endpoint, head, body, reply, status, fault);
    }

    /** A request that nobody answers. */
    void recordUnanswered(
            Traffic.Arrival arrival,
            Endpoint endpoint,
            RequestHead head,
            RequestBody body,
            List<SeenItem> items,
            Fault fault) {
        note(arrival, endpoint, head, body, new Reply(null, null, items, List.of()), 0, fault);
    }

    private void note(
            Traffic.Arrival arrival,
            Endpoint endpoint,
            RequestHead head,
            RequestBody body,
            Reply reply,
            int status,
            Fault fault) {
        ledger.record(new SeenRequest(
                arrival.number(),
                arrival.at(),
                clock.instant(),
                endpoint.target(),
                head.method(),
                head.path(),
                head.header("X-Request-Id"),
                head.header("X-API-Version"),
                reply.workflowId(),
                reply.items(),
                body.ended(),
                body.count(),
                status,
                fault,
                reply.remarks()));
    }
}
