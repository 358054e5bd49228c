package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Verdict;
import io.nightdrop.partner.Courier;
import io.nightdrop.partner.Partner;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.partner.Reply;
import io.nightdrop.partner.Shipment;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.settings.PartnerSettings.OnDoubt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.job.JobInterruptedException;

/**
 * Hands the items of one drop on to its partner, request after request in manifest order: each call of {@link #next} ends some more items. Items
 * that failed before are not sent, and get their results with those around them. For one thread, and one step execution.
 */
final class Delivery {

    /** How many items are read ahead at most, while none of them can be sent. */
    private static final int AHEAD = 1000;

    private final DropBatches batches;
    private final Drop drop;
    private final Partner partner;
    private final PartnerRequests records;
    private final Requests requests;
    private final Courier courier;
    private final BooleanSupplier stop;
    private final Deque<StagedItem> ahead = new ArrayDeque<>();
    private boolean opened;
    private StagedItems.@Nullable Reader reader;

    /** How many items the next request may hold; fewer once one was too large. */
    private int mostItems;

    /** How long a body may be, as far as the partner has shown it. */
    private long mostBytes;

    Delivery(
            DropBatches batches,
            Partner partner,
            PartnerRequests records,
            Requests requests,
            Courier courier,
            BooleanSupplier stop) {
        this.batches = batches;
        this.drop = batches.drop();
        this.partner = partner;
        this.records = records;
        this.requests = requests;
        this.courier = courier;
        this.stop = stop;
        this.mostItems = partner.settings().maxItems();
        this.mostBytes = partner.settings().maxBodySize().toBytes();
    }

    /** Whether every item has its result. */
    boolean ended() {
        return opened && ahead.isEmpty() && reader == null;
    }

    /**
     * Sends one request, or ends items that are not sent.
     *
     * @return how many items have their results now that had none before
     * @throws JobInterruptedException when everything is to stop
     * @throws IOException when the partner is away, or a file cannot be read
     */
    int next() throws IOException, JobInterruptedException, InterruptedException {
        open();
        Optional<PartnerRequest> cut = records.unanswered(drop.key());
        if (cut.isPresent()) {
            return goOn(cut.get());
        }
        fill();
        if (ahead.isEmpty()) {
            return 0;
        }
        Batch batch = batches.of(List.copyOf(ahead));
        List<StagedItem> sendable = sendable(batch, batch.items());
        OutgoingItems outgoing = outgoing(batch);
        int count = partner.api().cut(outgoing.of(sendable), mostItems, mostBytes);
        List<StagedItem> segment = segment(batch, sendable, count);
        if (count == 0) {
            batches.inTransaction(() -> store(batch, segment, null));
            return ended(segment);
        }
        long bytes = count == 1 ? partner.api().length(outgoing.of(sendable.subList(0, 1))) : 0;
        long allowed = partner.settings().maxBodySize().toBytes();
        if (bytes > allowed) {
            batches.inTransaction(() -> store(batch, segment, partner.api().tooLarge(bytes, allowed)));
            return ended(segment);
        }
        return send(batch, segment, null);
    }

    private static List<StagedItem> sendable(Batch batch, List<StagedItem> items) {
        return items.stream().filter(item -> batch.error(item).isEmpty()).toList();
    }

    private OutgoingItems outgoing(Batch batch) {
        return new OutgoingItems(batches.operation(), batch, batches::place);
    }

    private void open() throws IOException {
        if (opened) {
            return;
        }
        long position = batches.position();
        Long count = drop.itemCount();
        if (drop.refusal() == null && count != null && position < count) {
            reader = batches.reader(position - position % Batch.SIZE);
            for (long i = position % Batch.SIZE; i > 0; i--) {
                reader.next();
            }
        }
        opened = true;
    }

    /** Reads on until a whole request is ahead. */
    private void fill() throws IOException {
        int sendable = 0;
        for (StagedItem item : ahead) {
            sendable += item.error() == null ? 1 : 0;
        }
        while (reader != null && sendable < partner.settings().maxItems() && ahead.size() < AHEAD) {
            StagedItem item = reader.next();
            if (item == null) {
                close();
            } else {
                ahead.add(item);
                sendable += item.error() == null ? 1 : 0;
            }
        }
    }

    void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    /** The items that a request of so many ends: up to the last that is sent, and those behind it that are not. */
    private static List<StagedItem> segment(Batch batch, List<StagedItem> sendable, int count) {
        if (count == sendable.size()) {
            return batch.items();
        }
        return batch.items().subList(0, batch.items().indexOf(sendable.get(count)));
    }

    /** What a process has left that was cut while it sent. */
    private int goOn(PartnerRequest cut) throws IOException, JobInterruptedException, InterruptedException {
        while (reader != null && ahead.size() < cut.itemCount()) {
            StagedItem item = reader.next();
            if (item == null) {
                close();
            } else {
                ahead.add(item);
            }
        }
        Batch batch = batches.of(List.copyOf(ahead));
        List<StagedItem> segment = batch.items().subList(0, Math.toIntExact(cut.itemCount()));
        if (segment.get(0).index() != cut.firstItem()) {
            throw new IllegalStateException("The request " + cut.id() + " begins with item " + cut.firstItem()
                    + ", and the first without a result is " + segment.get(0).index());
        }
        if (partner.settings().onDoubt() == OnDoubt.RESEND && cut.partner().equals(partner.name())) {
            return send(batch, segment, cut);
        }
        String why = "its process ended while it was being sent";
        courier.giveUp(cut, why, reply -> store(batch, segment, reply));
        return ended(segment);
    }

    private int send(Batch batch, List<StagedItem> segment, @Nullable PartnerRequest known)
            throws IOException, JobInterruptedException, InterruptedException {
        Shipment shipment = outgoing(batch).shipment(segment.get(0).index(), segment.size(), sendable(batch, segment));
        Reply reply = courier.send(partner, shipment, known, stop, told -> store(batch, segment, told))
                .orElseThrow(() -> new JobInterruptedException("Stopped before a request was sent"));
        if (reply instanceof Reply.TooLarge && shipment.items().size() > 1) {
            mostItems = shipment.items().size() / 2;
            mostBytes = Math.min(mostBytes, partner.api().length(shipment.items()) - 1);
            return 0;
        }
        mostItems = partner.settings().maxItems();
        return ended(segment);
    }

    private int ended(List<StagedItem> segment) {
        segment.forEach(item -> ahead.remove());
        return segment.size();
    }

    /**
     * Whoever was not sent has its own error; those that were have what was told.
     *
     * @param told null when none of them was sent
     */
    private void store(Batch all, List<StagedItem> segment, @Nullable Reply told) {
        Batch batch = new Batch(all.dropKey(), all.folder(), all.now(), segment, all.requests(), all.users());
        refuseRequests(batch, told);
        List<ItemResult> results = new ArrayList<>();
        int sent = 0;
        for (StagedItem item : segment) {
            Optional<ItemError> against = batch.error(item);
            Verdict verdict = against.isPresent()
                    ? new Verdict.Failed(against.get(), null)
                    : PartnerVerdicts.of(Objects.requireNonNull(told), sent++);
            results.add(batches.operation().tell(batch, item, verdict));
        }
        try {
            batches.store(batch, results, (item, result) -> result.inDoubt() || DropBatches.failedInline(item, result));
            batches.settleContents(); // what is in doubt may be settled before this step goes on
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where all of a manifest's request was in the one to the partner, its refusal is that one's. */
    private void refuseRequests(Batch batch, @Nullable Reply told) {
        if (told instanceof Reply.Refused refused) {
            Map<Long, Long> sent = sendable(batch, batch.items()).stream()
                    .collect(Collectors.groupingBy(StagedItem::request, Collectors.counting()));
            sent.forEach((index, count) -> {
                Request request = batch.requests().get(index);
                if (request != null && request.itemCount() == count) {
                    requests.refuse(
                            drop.key(),
                            index,
                            new Refusal(refused.httpStatus(), refused.code(), refused.message(), refused.details()));
                }
            });
        }
    }
}
