package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.ContentKind;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Verdict;
import io.nightdrop.partner.ContentLostException;
import io.nightdrop.partner.Courier;
import io.nightdrop.partner.Partner;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequest.State;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.partner.Partners;
import io.nightdrop.partner.Reply;
import io.nightdrop.receipt.DueReceipts;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.result.Resolution;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settles the items of a finished drop that are in doubt with its partner, as an operator has found out or decided, and has the reports follow. Each
 * request is settled in a transaction of its own; what was cut is gone on with by settling again.
 */
@Component
public class DoubtResolver {

    private static final Logger LOG = LoggerFactory.getLogger(DoubtResolver.class);

    private final NightdropSettings settings;
    private final Drops drops;
    private final ItemResults results;
    private final Requests requests;
    private final Operations operations;
    private final PartnerRequests records;
    private final Partners partners;
    private final Courier courier;
    private final Vault vault;
    private final Reports reports;
    private final DueReceipts due;
    private final Durability durability;
    private final LiveSteps live;
    private final JsonMapper json;
    private final Clock clock;
    private final TransactionTemplate transaction;

    DoubtResolver(
            NightdropSettings settings,
            Drops drops,
            ItemResults results,
            Requests requests,
            Operations operations,
            PartnerRequests records,
            Partners partners,
            Courier courier,
            Vault vault,
            Reports reports,
            DueReceipts due,
            Durability durability,
            LiveSteps live,
            JsonMapper json,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.settings = settings;
        this.drops = drops;
        this.results = results;
        this.requests = requests;
        this.operations = operations;
        this.records = records;
        this.partners = partners;
        this.courier = courier;
        this.vault = vault;
        this.reports = reports;
        this.due = due;
        this.durability = durability;
        this.live = live;
        this.json = json;
        this.clock = clock;
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
                resend(drop, request, items);
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
            store(drop, restored(drop, items), items, place -> verdict);
            close(drop, request, how);
        });
    }

    private void close(Drop drop, PartnerRequest request, Resolution how) {
        String before = request.note() == null ? "" : "; before: " + request.note();
        records.settle(request.id(), drop.key(), State.SETTLED, null, "settled: " + word(how) + before);
    }

    /** A whole request under its old name; a part of one, or what is left after a 413, under a new one. */
    private void resend(Drop drop, PartnerRequest request, List<ItemResult> items)
            throws IOException, InterruptedException, JobInterruptedException {
        Partner partner = partners.get(request.partner());
        PartnerRequest whole = records.countOf(request.id()) == items.size() ? request : null;
        int most = partner.settings().maxItems();
        long bytes = partner.settings().maxBodySize().toBytes();
        List<ItemResult> left = items;
        while (!left.isEmpty()) {
            Batch ahead = restored(drop, left);
            int count = partner.api().cut(outgoing(drop, ahead).of(ahead.items()), most, bytes);
            List<ItemResult> now = left.subList(0, count);
            PartnerRequest known = count == items.size() ? whole : null;
            Batch batch = restored(drop, now);
            long first = known != null ? known.firstItem() : now.get(0).index();
            long end = known != null
                    ? first + known.itemCount()
                    : now.get(count - 1).index() + 1;
            Optional<Reply> reply = courier.send(
                    partner,
                    outgoing(drop, batch).shipment(first, end - first, batch.items()),
                    known,
                    live::stopping,
                    told -> store(drop, batch, now, place -> PartnerVerdicts.of(told, place)));
            if (reply.isEmpty()) {
                throw new JobInterruptedException("Stopped before a request was sent again");
            }
            if (reply.get() instanceof Reply.TooLarge && count > 1) {
                most = count / 2;
            } else {
                left = left.subList(count, left.size());
                whole = known; // the rest goes out under other names
            }
        }
        if (whole == null) {
            close(drop, request, Resolution.RESEND);
        }
    }

    private OutgoingItems outgoing(Drop drop, Batch batch) {
        return new OutgoingItems(operation(drop), batch, content -> vault.path(content.fingerprint()));
    }

    @FunctionalInterface
    private interface Judge {
        Verdict of(int place);
    }

    private void store(Drop drop, Batch batch, List<ItemResult> before, Judge judge) {
        List<ItemResult> settled = new ArrayList<>();
        for (int place = 0; place < before.size(); place++) {
            ItemResult result = operation(drop).tell(batch, batch.items().get(place), judge.of(place));
            String kept = before.get(place).detail();
            boolean content = kept != null && !fingerprint(before.get(place)).isEmpty();
            settled.add(kept != null && content && !result.succeeded() ? result.withDetail(kept) : result);
        }
        results.settle(drop.key(), settled);
    }

    private Operation operation(Drop drop) {
        return operations.get(String.valueOf(drop.operation()));
    }

    private Batch restored(Drop drop, List<ItemResult> items) {
        Map<Long, Request> known = new HashMap<>();
        List<StagedItem> staged = new ArrayList<>();
        for (ItemResult item : items) {
            long index = 0;
            if (operation(drop).layout().requests() != null) {
                Request request = requests.around(drop.key(), item.index()).orElseThrow();
                known.put(request.index(), request);
                index = request.index();
            }
            staged.add(operation(drop).restore(item, index, content(item)));
        }
        return new Batch(
                drop.key(), DropFolder.of(settings, drop).path(), Timestamps.now(clock), staged, Map.copyOf(known));
    }

    private String fingerprint(ItemResult item) {
        return item.detail() == null
                ? ""
                : json.readTree(item.detail()).path("content").asString("");
    }

    private Content.@Nullable Present content(ItemResult item) {
        String fingerprint = fingerprint(item);
        if (fingerprint.isEmpty()) {
            return null;
        }
        try {
            return new Content.Present(fingerprint, Files.size(vault.path(fingerprint)), ContentKind.OTHER, "");
        } catch (IOException lost) {
            return new Content.Present(fingerprint, 0, ContentKind.OTHER, "");
        }
    }

    private static String word(Resolution how) {
        return how.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void recount(Drop drop) {
        ItemResults.Counts counts = results.count(drop.key());
        Operation operation = operation(drop);
        drops.recounted(
                drop.key(),
                operation.allWell(drop, counts) ? Outcome.COMPLETED : Outcome.COMPLETED_WITH_FAILURES,
                operation.httpStatus(drop, counts),
                counts.succeeded(),
                counts.failed());
    }
}
