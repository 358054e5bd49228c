package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.Verdict;
import io.nightdrop.partner.ContentLostException;
import io.nightdrop.partner.Courier;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequest.State;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.receipt.DueReceipts;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Resolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Settles the items of a finished drop that are in doubt with its partner, as an operator has found out or decided, and has the reports follow. Each
 * request is settled in a transaction of its own; what was cut is gone on with by settling again.
 */
@Component
public class DoubtResolver {

    private static final Logger LOG = LoggerFactory.getLogger(DoubtResolver.class);

    private final Drops drops;
    private final ItemResults results;
    private final Operations operations;
    private final PartnerRequests records;
    private final Courier courier;
    private final Reports reports;
    private final DueReceipts due;
    private final Durability durability;
    private final DoubtedItems doubted;
    private final Resending resending;
    private final TransactionTemplate transaction;

    DoubtResolver(
            Drops drops,
            ItemResults results,
            Operations operations,
            PartnerRequests records,
            Courier courier,
            Reports reports,
            DueReceipts due,
            Durability durability,
            DoubtedItems doubted,
            Resending resending,
            PlatformTransactionManager transactions) {
        this.drops = drops;
        this.results = results;
        this.operations = operations;
        this.records = records;
        this.courier = courier;
        this.reports = reports;
        this.due = due;
        this.durability = durability;
        this.doubted = doubted;
        this.resending = resending;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** What speaks against settling a drop's items; empty when nothing does. */
    public Optional<String> objection(Drop drop) {
        String name = drop.inbox() + "/" + drop.name();
        boolean givenUp =
                drop.resolveAs() != null && (drop.state() == DropState.FAILED || drop.state() == DropState.STOPPED);
        if (drop.state() != DropState.DONE && !givenUp) {
            return Optional.of(name + " is " + drop.standing() + ", not finished: let it finish first");
        }
        return results.countInDoubt(drop.key()) == 0
                ? Optional.of("no item of " + name + " is in doubt")
                : Optional.empty();
    }

    /**
     * Has items settled by whoever runs drops: an order that is carried out once.
     *
     * @param drop one that nothing speaks against
     * @param chosen whose items; all that are in doubt when there is none
     * @return false when another order was faster, or a chosen request is not one of the drop's in doubt
     */
    public boolean begin(Drop drop, Resolution how, Collection<UUID> chosen) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            boolean all = chosen.isEmpty()
                    ? records.toSettle(drop.key(), null) > 0
                    : chosen.stream().allMatch(request -> records.toSettle(drop.key(), request) == 1);
            boolean begun = all && drops.settling(drop.key(), how);
            if (!begun) {
                status.setRollbackOnly();
            }
            return begun;
        }));
    }

    /**
     * Settles the drop's items that are to be settled. Its inbox is ours. With {@link Resolution#RESEND} each request is sent once: what is in doubt
     * again stays so.
     *
     * @throws IOException when the partner is away, or a report cannot be written; what was settled before stays settled
     * @throws JobInterruptedException when everything is to stop
     */
    void resolve(Inbox inbox, Drop drop, Resolution how)
            throws IOException, InterruptedException, JobInterruptedException {
        LOG.info("Settling {}/{}: {}", drop.inbox(), drop.name(), word(how));
        records.unanswered(drop.key())
                .ifPresent(cut -> courier.giveUp(cut, "its process ended while it was being sent again", told -> {}));
        settle(drop, how);
        recount(drop);
        durability.settle();
        reports.write(drops.get(drop.key()));
        Drop settled = drops.get(drop.key());
        try {
            transaction.executeWithoutResult(status -> end(inbox, settled));
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private void end(Inbox inbox, Drop drop) {
        try {
            due.settled(inbox, drop);
            drops.done(drop.key());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void settle(Drop drop, Resolution how) throws IOException, InterruptedException, JobInterruptedException {
        List<PartnerRequest> open = records.inDoubt(drop.key());
        for (PartnerRequest request : open) {
            if (request.state() == State.TO_SETTLE) {
                settle(drop, request, itemsOf(drop, request, open), how);
            }
        }
    }

    /** Those in doubt that stood in this request last. */
    private List<ItemResult> itemsOf(Drop drop, PartnerRequest request, List<PartnerRequest> open) {
        return results.inDoubt(drop.key(), request.firstItem(), request.itemCount()).stream()
                .filter(item -> request.equals(last(open, item)))
                .toList();
    }

    private static @Nullable PartnerRequest last(List<PartnerRequest> open, ItemResult item) {
        PartnerRequest last = null;
        for (PartnerRequest request : open) {
            if (item.index() >= request.firstItem() && item.index() < request.firstItem() + request.itemCount()) {
                last = request;
            }
        }
        return last;
    }

    private void settle(Drop drop, PartnerRequest request, List<ItemResult> items, Resolution how)
            throws IOException, InterruptedException, JobInterruptedException {
        if (how == Resolution.RESEND && !items.isEmpty()) {
            try {
                if (resending.send(drop, request, items)) {
                    close(drop, request, how);
                }
            } catch (ContentLostException lost) {
                LOG.error("{}/{}: request {} cannot be sent again", drop.inbox(), drop.name(), request.id(), lost);
                records.settle(request.id(), drop.key(), State.IN_DOUBT, null, lost.getMessage());
            }
            return;
        }
        Verdict verdict = how == Resolution.AS_CREATED
                ? new Verdict.Succeeded(null)
                : new Verdict.Failed(
                        new ItemError(
                                ItemResult.NOT_TAKEN,
                                "The partner has not taken this item, as its operator has found out."),
                        null);
        transaction.executeWithoutResult(status -> {
            doubted.settle(drop, doubted.restored(drop, items), items, place -> verdict);
            close(drop, request, how);
        });
    }

    private void close(Drop drop, PartnerRequest request, Resolution how) {
        String before = request.note() == null ? "" : "; before: " + request.note();
        records.settle(request.id(), drop.key(), State.SETTLED, null, "settled: " + word(how) + before);
    }

    private static String word(Resolution how) {
        return how.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void recount(Drop drop) {
        ItemResults.Counts counts = results.count(drop.key());
        Operation operation = operations.get(String.valueOf(drop.operation()));
        drops.recounted(
                drop.key(),
                operation.allWell(drop, counts) ? Outcome.COMPLETED : Outcome.COMPLETED_WITH_FAILURES,
                operation.httpStatus(drop, counts),
                counts.succeeded(),
                counts.failed());
    }
}
