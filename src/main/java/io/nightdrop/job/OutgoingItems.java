package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.partner.Disclosure;
import io.nightdrop.partner.SentItem;
import io.nightdrop.partner.Shipment;
import io.nightdrop.result.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Items on their way from a batch to a partner. */
final class OutgoingItems {

    private final Operation operation;
    private final Batch batch;
    private final Function<Content.Present, Path> places;

    /** Those of a batch; {@code places} tells where contents lie. */
    OutgoingItems(Operation operation, Batch batch, Function<Content.Present, Path> places) {
        this.operation = operation;
        this.batch = batch;
        this.places = places;
    }

    List<SentItem> of(List<StagedItem> items) {
        return items.stream().map(this::of).toList();
    }

    private SentItem of(StagedItem item) {
        Content.Present content = item.content();
        Request request = batch.requests().get(item.request());
        return new SentItem(
                item.index(),
                request == null ? "" : request.key(),
                item.itemId(),
                item.fields(),
                content == null ? null : places.apply(content),
                content == null ? 0 : content.size(),
                content == null ? null : content.fingerprint());
    }

    /** These items as one request, whose answer ends so many from that index on. */
    Shipment shipment(long firstItem, long itemCount, List<StagedItem> items) {
        return new Shipment(
                batch.dropKey(),
                firstItem,
                itemCount,
                of(items),
                items.stream().map(this::disclosure).toList());
    }

    private Disclosure disclosure(StagedItem item) {
        Content.Present content = item.content();
        String type = item.fields().path("documentType").asString("");
        return new Disclosure(
                item.index(),
                item.itemId(),
                operation.subject(batch, item),
                type.isEmpty() ? null : type,
                content == null ? null : content.fingerprint());
    }
}
