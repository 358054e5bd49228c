package io.nightdrop.partner;

import io.nightdrop.database.Durability;
import io.nightdrop.node.Node;
import io.nightdrop.partner.PartnerRequest.State;
import io.nightdrop.settings.PartnerSettings.OnDoubt;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends a request to a partner so that whatever happens it is known what may have taken effect: that it will be sent is committed before it is
 * sent, and what came back in one transaction with what that means. Whatever was cut in between is found by
 * {@link PartnerRequests#unanswered}. To be called outside a transaction, by the owner of the drop's inbox.
 */
@Component
public class Courier {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /** How long it waits for its turn before it asks whether everything is to stop. */
    private static final Duration GLANCE = Duration.ofMillis(500);

    private final PartnerRequests requests;
    private final Durability durability;
    private final Node node;
    private final TransactionTemplate transaction;

    /** When each request that is being sent is over at the latest, by {@link System#nanoTime}. */
    private final Map<UUID, Long> underWay = new ConcurrentHashMap<>();

    Courier(PartnerRequests requests, Durability durability, Node node, PlatformTransactionManager transactions) {
        this.requests = requests;
        this.durability = durability;
        this.node = node;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Sends the items, and again while they are surely not taken and the partner is not away.
     *
     * @param known the request that holds exactly these items already; null when none does
     * @param stop whether everything is to stop; asked before each try
     * @param meaning stores what the answer means for the items, in the transaction that settles the request; given
     *     {@link Reply.Answered}, {@link Reply.Refused}, {@link Reply.Doubt}, or {@link Reply.TooLarge} for a single item
     * @return what it was given; {@link Reply.TooLarge} for several items, of which the first half is to be sent then; empty when everything
     *     is to stop, and nothing was sent
     * @throws PartnerAwayException when the partner cannot be reached or wants to be left alone; nothing took effect
     * @throws PartnerRefusedException when it takes nothing until somebody changes something; likewise
     * @throws ContentLostException when a content is not what was checked; likewise
     */
    public Optional<Reply> send(
            Partner partner,
            Shipment shipment,
            @Nullable PartnerRequest known,
            BooleanSupplier stop,
            Consumer<Reply> meaning)
            throws PartnerAwayException, ContentLostException, InterruptedException {
        PartnerRequest before = known == null ? earlier(partner, shipment) : known;
        UUID id = before == null ? UUID.randomUUID() : before.id();
        boolean isNew = before == null;
        State nothingDone = known == null ? State.NOT_TAKEN : known.state(); // what was in doubt stays so
        while (!stop.getAsBoolean()) {
            Optional<Turn> turn = partner.turn(GLANCE);
            if (turn.isPresent()) {
                try (Turn ours = turn.get()) {
                    underWay.put(id, System.nanoTime() + longest(partner).toNanos());
                    if (stop.getAsBoolean()) {
                        break;
                    }
                    intend(id, isNew, partner, shipment);
                    isNew = false;
                    Reply reply = send(ours, id, shipment, nothingDone);
                    if (settled(partner, id, shipment, reply, nothingDone, meaning)) {
                        return Optional.of(reply);
                    }
                    nothingDone = reply instanceof Reply.Doubt ? State.INTENDED : nothingDone;
                } finally {
                    underWay.remove(id);
                }
            }
        }
        return Optional.empty();
    }

    /** Leaves a request in doubt that was cut with the process that sent it. */
    public void giveUp(PartnerRequest cut, String why, Consumer<Reply> meaning) {
        LOG.warn("{}: request {} is in doubt: {}", cut.partner(), cut.id(), why);
        transaction.executeWithoutResult(status -> {
            meaning.accept(new Reply.Doubt(why, null));
            requests.settle(cut.id(), cut.dropKey(), State.IN_DOUBT, null, why);
        });
    }

    private @Nullable PartnerRequest earlier(Partner partner, Shipment shipment) {
        return requests.notTaken(shipment.dropKey(), partner.name(), shipment.firstItem(), shipment.itemCount())
                .orElse(null);
    }

    private void intend(UUID id, boolean isNew, Partner partner, Shipment shipment) {
        transaction.executeWithoutResult(status -> {
            if (isNew) {
                requests.intend(id, partner.name(), shipment);
            } else {
                requests.intendAgain(id, shipment.dropKey());
            }
        });
        durability.settle();
    }

    /** How long it takes at most until every request that is being sent has its answer; zero when none is. */
    public Duration underWay() {
        long now = System.nanoTime();
        return Duration.ofNanos(underWay.values().stream()
                .mapToLong(end -> Math.max(0, end - now))
                .max()
                .orElse(0));
    }

    /** Twice, since a token may have to be renewed; and what it takes to get one. */
    private static Duration longest(Partner partner) {
        return partner.settings().timeout().multipliedBy(2).plusSeconds(30);
    }

    private Reply send(Turn turn, UUID id, Shipment shipment, State nothingDone) throws ContentLostException {
        try {
            return turn.send(shipment.items(), id, node::ensureAlive); // who was frozen may have been given up
        } catch (ContentLostException lost) {
            requests.settle(id, shipment.dropKey(), nothingDone, null, lost.getMessage());
            throw lost;
        }
    }

    /** Whether that was the last try. */
    private boolean settled(
            Partner partner, UUID id, Shipment shipment, Reply reply, State nothingDone, Consumer<Reply> meaning) {
        long drop = shipment.dropKey();
        if (reply instanceof Reply.Stop refused) {
            requests.settle(id, drop, nothingDone, reply.trace(), refused.message());
            throw new PartnerRefusedException(refused.message());
        }
        if (reply instanceof Reply.Later later) {
            LOG.warn("{}: request {}: {}", partner.name(), id, later.reason());
            requests.settle(id, drop, nothingDone, reply.trace(), later.reason());
            return false;
        }
        if (reply instanceof Reply.TooLarge large && shipment.items().size() > 1) {
            boolean maybeDone =
                    nothingDone == State.INTENDED; // by an earlier try; what is in it goes out in smaller requests
            requests.settle(id, drop, maybeDone ? State.SETTLED : nothingDone, reply.trace(), large.message());
            return true;
        }
        if (reply instanceof Reply.Doubt doubt) {
            LOG.warn("{}: request {} is in doubt: {}", partner.name(), id, doubt.reason());
            if (partner.settings().onDoubt() == OnDoubt.RESEND) {
                return false;
            }
        }
        transaction.executeWithoutResult(status -> {
            meaning.accept(reply);
            requests.settle(id, drop, state(reply), reply.trace(), note(partner, id, reply));
        });
        return true;
    }

    private static State state(Reply reply) {
        if (reply instanceof Reply.Answered answered) {
            return answered.items().stream().anyMatch(ItemReply.InDoubt.class::isInstance)
                    ? State.IN_DOUBT
                    : State.ANSWERED;
        }
        return reply instanceof Reply.Doubt ? State.IN_DOUBT : State.ANSWERED;
    }

    private static @Nullable String note(Partner partner, UUID id, Reply reply) {
        if (reply instanceof Reply.Answered answered && !answered.oddities().isEmpty()) {
            answered.oddities().forEach(oddity -> LOG.warn("{}: request {}: {}", partner.name(), id, oddity));
            return String.join("; ", answered.oddities());
        }
        if (reply instanceof Reply.Refused refused) {
            return refused.code() + ": " + refused.message();
        }
        return reply instanceof Reply.Doubt doubt ? doubt.reason() : null;
    }
}
