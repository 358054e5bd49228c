package io.nightdrop.operation;

import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An operation that adds what is new and updates what exists. It needs no scope, and a thing may stand in a manifest as
 * often as its sender likes: the last one counts. Answers in the shape of {@link ResultsBody}, with {@code created},
 * {@code updated}, what else its plan says, or {@code failed}.
 *
 * @param <T> what an item is read as
 */
public abstract class ImportOperation<T> implements Operation {

    /** The code of every failed item. */
    protected static final String VALIDATION_ERROR = "VALIDATION_ERROR";

    /** The status of an item that is new. */
    protected static final String CREATED = "created";

    /** The status of an item that was there. */
    protected static final String UPDATED = "updated";

    private final Layout layout;
    private final ResultsBody body;

    /** With what its manifests look like. */
    protected ImportOperation(Layout layout, ResultsBody body) {
        this.layout = layout;
        this.body = body;
    }

    /**
     * What the batch's items mean for what the store has.
     *
     * @param <T> what an item is read as
     */
    protected interface Plan<T> {

        /**
         * Takes one item up.
         *
         * @return why it fails, or empty
         */
        Optional<ItemError> take(T item);

        /** What becomes of the item, just taken up: {@link #CREATED}, {@link #UPDATED} or another word. */
        String status(T item);

        /** The detail of the item's result, a JSON object. */
        String detail(T item);

        /** Writes all that was taken up, each thing once, as its last item says. */
        void save();
    }

    /** A plan for those items; queries what the store has of them. */
    protected abstract Plan<T> plan(List<T> items, Batch batch);

    /** Reads an item without error. */
    protected abstract T read(ObjectNode fields);

    /** What identifies the item for its sender; empty when it is not there. */
    protected abstract Optional<String> itemId(ManifestItem item);

    /** What an item is, in a word; with its number it stands for an id that is not there. */
    protected abstract String word();

    /** Adds what is wrong with the item's fields. */
    protected abstract void check(ObjectNode fields, Problems problems);

    @Override
    public final String name() {
        return layout.operation();
    }

    @Override
    public final Layout layout() {
        return layout;
    }

    @Override
    public final boolean itemIdsAreUnique() {
        return false;
    }

    @Override
    public final boolean isSendersId(ItemResult item) {
        return !item.itemId().equals(madeId(item.index()));
    }

    private String madeId(long index) {
        return word() + " " + (index + 1);
    }

    @Override
    public final Optional<Refusal> refuse(Terms terms) {
        return Optional.empty();
    }

    @Override
    public final Refusal unreadable(String message) {
        return new Refusal(400, VALIDATION_ERROR, message, null);
    }

    @Override
    public final Optional<String> companion(ManifestItem item) {
        return Optional.empty();
    }

    @Override
    public final Checked check(ManifestItem item, Content content, Terms terms) {
        Problems problems = new Problems();
        check(item.fields(), problems);
        String id = itemId(item).orElseGet(() -> madeId(item.index()));
        return problems.error(VALIDATION_ERROR)
                .map(error -> Checked.failed(id, error))
                .orElseGet(() -> Checked.fine(id));
    }

    @Override
    public final List<ItemResult> write(Batch batch) {
        return process(batch, true);
    }

    @Override
    public final List<ItemResult> foresee(Batch batch) {
        return process(batch, false);
    }

    private List<ItemResult> process(Batch batch, boolean save) {
        Map<Long, T> readable = new LinkedHashMap<>();
        batch.items().stream()
                .filter(item -> item.error() == null)
                .forEach(item -> readable.put(item.index(), read(item.fields())));
        Plan<T> plan = plan(List.copyOf(readable.values()), batch);
        List<ItemResult> results = new ArrayList<>();
        for (StagedItem item : batch.items()) {
            T value = readable.get(item.index());
            Optional<ItemError> error = value == null ? Optional.ofNullable(item.error()) : plan.take(value);
            if (value == null || error.isPresent()) {
                ItemError why = error.orElseThrow();
                results.add(ItemResult.failure(
                        item.index(),
                        item.itemId(),
                        "failed",
                        why.code(),
                        why.message(),
                        item.source().toString()));
            } else {
                results.add(ItemResult.success(item.index(), item.itemId(), plan.status(value), plan.detail(value)));
            }
        }
        if (save) {
            plan.save();
        }
        return results;
    }

    @Override
    public final int httpStatus(Drop drop, ItemResults.Counts counts) {
        return ResultsBody.httpStatus(counts);
    }

    @Override
    public final void writeResponse(OutputStream out, Drop drop, Iterable<ItemResult> results) throws IOException {
        body.write(out, drop, results);
    }

    @Override
    public final String advice(String code) {
        return "Correct the fields named in the message and drop the corrections again.";
    }

    /** The cells that every operation's {@code results.csv} ends with. */
    protected static List<String> cells(ItemResult result, String ownId) {
        return List.of(
                Long.toString(result.index()),
                result.itemId(),
                result.status(),
                ownId,
                result.code() == null ? "" : result.code(),
                result.message() == null ? "" : result.message());
    }
}
