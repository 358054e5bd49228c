package io.nightdrop.operation;

import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.manifest.ManifestRequest;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.vault.ExternalReference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that a manifest can ask for. A new operation is a package with an implementation of this as a Spring bean, and
 * its tables; the job, the reports and the commands find it by its name.
 *
 * <p>An item goes through three calls. {@link #companion} while the drop is being taken in and again when its manifest is
 * read through; {@link #check} when it is read through; {@link #write} with up to 24 others, in the transaction of its
 * batch, once for each time the batch is tried: what a rolled back try has done outside the database must not matter.
 */
public interface Operation {

    /** Its name in configuration, tables and reports, for example {@code documents:submitBatch}. */
    String name();

    /** What its manifests look like. */
    Layout layout();

    /** Whether an item's id may occur only once in a manifest. */
    boolean itemIdsAreUnique();

    /** Whether its batches may be written in any order, and at once. */
    default boolean itemsAreIndependent() {
        return false;
    }

    /** Whether the id that {@link #write} gave an item is its sender's own, not made up from the item's place in the manifest. */
    default boolean isSendersId(ItemResult item) {
        return true;
    }

    /** Why a drop of that inbox is refused before its manifest is read, for example for a missing scope. */
    Optional<Refusal> refuse(Terms terms);

    /** A manifest that cannot be read or breaks a rule as a whole, in the operation's words. */
    Refusal unreadable(String message);

    /** The name of the companion that holds the item's content; empty when it names none. */
    Optional<String> companion(ManifestItem item);

    /** Everything about an item that can be said without the database. */
    Checked check(ManifestItem item, Content content, Terms terms);

    /**
     * The users whom items name, those who are known. Asked for the items of several batches at once, a moment before the first of them is written;
     * whoever writes or foresees a batch finds them in it.
     */
    default Map<ExternalReference, UUID> users(List<StagedItem> items) {
        return Map.of();
    }

    /**
     * Does what the batch asks for, in the caller's transaction and with set-based statements, never one for each item.
     *
     * @return one result for each item, in the same order
     * @throws IOException when a content cannot be stored; the batch is rolled back and tried again
     */
    List<ItemResult> write(Batch batch) throws IOException;

    /** The results that {@link #write} would give, changing nothing. */
    List<ItemResult> foresee(Batch batch);

    /**
     * The result of an item that is not written here, but handed on to a partner that does what the operation asks for.
     *
     * @param batch has the item's request, where a manifest holds many
     * @param verdict what the partner says, or what speaks against handing it on
     * @throws IllegalStateException when nobody else does what the operation asks for
     */
    default ItemResult tell(Batch batch, StagedItem item, Verdict verdict) {
        throw new IllegalStateException(name() + " is done here only");
    }

    /**
     * An item that is in doubt as it was handed on, from its result alone. Likewise.
     *
     * @param request the place of its request in the manifest; 0 where a manifest is one request
     * @param content its content; null when it has none
     */
    default StagedItem restore(ItemResult inDoubt, long request, Content.@Nullable Present content) {
        throw new IllegalStateException(name() + " is done here only");
    }

    /** Whom an item that is handed on is about: a user's {@code namespace/externalId}, a workflow's id. Likewise. */
    default String subject(Batch batch, StagedItem item) {
        throw new IllegalStateException(name() + " is done here only");
    }

    /** Where a manifest holds many requests: what speaks against this one without the store. */
    default Optional<Refusal> check(ManifestRequest request) {
        return Optional.empty();
    }

    /** Likewise: what the store says of requests that nothing speaks against yet; those that are refused, by index. */
    default Map<Long, Refusal> judge(List<Request> requests) {
        return Map.of();
    }

    /** Likewise: what a request is known by. */
    default String requestKey(ManifestRequest request) {
        return "";
    }

    /** What is known of those whom an inbox has listed; empty where a manifest never lists everybody. */
    default Optional<Roster> roster() {
        return Optional.empty();
    }

    /** What the HTTP API would have answered to a drop that was not refused. */
    int httpStatus(Drop drop, ItemResults.Counts counts);

    /** Whether a drop that was not refused counts as COMPLETED. */
    default boolean allWell(Drop drop, ItemResults.Counts counts) {
        return counts.failed() == 0;
    }

    /** A failed item as a line of a JSON Lines manifest; the source as it was stored by default. */
    default ObjectNode correction(ObjectNode source) {
        return source;
    }

    /** The name of the response file. */
    default String responseFile(Drop drop) {
        return "response.json";
    }

    /**
     * Writes the body that the HTTP API would have answered, streaming.
     *
     * @param results all results in manifest order; none when the drop was refused
     */
    void writeResponse(OutputStream out, Drop drop, Iterable<ItemResult> results) throws IOException;

    /** What its sender can do about an error of that code, in a sentence or two; empty when nothing is known. */
    String advice(String code);

    /** Likewise about a refusal of the whole drop. */
    default String refusalAdvice(String code) {
        return "Correct the manifest as the message says and drop it again.";
    }

    /** The header of {@code results.csv}. */
    List<String> resultColumns();

    /**
     * The cells of one line of {@code results.csv}.
     *
     * @param detail the result's detail, parsed; empty when it has none
     */
    List<String> resultCells(ItemResult result, ObjectNode detail);
}
