package io.nightdrop.operation;

import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.vault.ExternalReference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Up to 25 consecutive items: what is written, committed and, on failure, repeated.
 *
 * @param dropKey whose they are
 * @param folder the drop's own folder, to which the places of contents are relative
 * @param now the batch's moment
 * @param items in manifest order
 * @param requests among others, the requests that they belong to, by index; empty where a manifest is one request
 * @param users among others, those of the users they name who are known, as {@link Operation#users} has found them
 */
public record Batch(
        long dropKey,
        Path folder,
        Instant now,
        List<StagedItem> items,
        Map<Long, Request> requests,
        Map<ExternalReference, UUID> users) {

    /** The most items in a batch: what the API takes in one request. */
    public static final int SIZE = 25;

    /** What is known to speak against an item: the refusal of its request, or else its own error. */
    public Optional<ItemError> error(StagedItem item) {
        Request request = requests.get(item.request());
        Refusal refusal = request == null ? null : request.refusal();
        return refusal == null
                ? Optional.ofNullable(item.error())
                : Optional.of(new ItemError(refusal.code(), refusal.message()));
    }
}
