package io.nightdrop.result;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One manifest with its companions, each time it was taken in.
 *
 * @param key what identifies it in the database and for the job
 * @param inbox the inbox's name
 * @param id the manifest's name without extension, {@code -}, the first digits of the fingerprint; null while it is
 *     being taken in for the first time
 * @param manifest the manifest's path in the inbox, with {@code /}
 * @param fingerprint SHA-256 over the manifest and its companions, hex; null while it is being taken in
 * @param operation the operation's name; null until the manifest has been read
 * @param writer where its batches go: {@code vault}, or the name of a partner
 * @param state where it is on its way
 * @param outcome how it ended; null until then
 * @param duplicateOf the key of the drop that this one repeats; null when it repeats none
 * @param againOf the key of the finished drop that was taken in again on purpose as this one; null when it was dropped
 * @param acceptsRemovals whether it was taken in again on purpose however many it removes, as a roster that lists everybody
 * @param reason why it was taken in again; null when it was dropped
 * @param httpStatus what the HTTP API would have answered; null until it ended
 * @param itemCount how many items the manifest has; null until it has been read through
 * @param succeeded how many items succeeded; null until it ended
 * @param failed how many items failed; null until it ended
 * @param removed how many it has removed, as a roster that lists everybody; null for any other drop
 * @param format the manifest's format; null until it has been read
 * @param header the header row as its sender wrote it; empty for JSON
 * @param refusal why it was refused whole; null when it was not
 * @param trouble why its last run failed, for the operator; null when it did not
 * @param resolveAs how its items in doubt are to be settled; null when they are not
 * @param jobExecutionId the execution that brought it to its end; null until then
 * @param restarts how many executions had begun before that one; null until then
 * @param receivedAt when it was taken in
 * @param startedAt when its first run began; null until then
 * @param finishedAt when its last batch was written; null until then
 */
public record Drop(
        long key,
        String inbox,
        @Nullable String id,
        String manifest,
        @Nullable String fingerprint,
        @Nullable String operation,
        String writer,
        DropState state,
        @Nullable Outcome outcome,
        @Nullable Long duplicateOf,
        @Nullable Long againOf,
        boolean acceptsRemovals,
        @Nullable String reason,
        @Nullable Integer httpStatus,
        @Nullable Long itemCount,
        @Nullable Long succeeded,
        @Nullable Long failed,
        @Nullable Long removed,
        @Nullable String format,
        List<String> header,
        @Nullable Refusal refusal,
        @Nullable String trouble,
        @Nullable Resolution resolveAs,
        @Nullable Long jobExecutionId,
        @Nullable Integer restarts,
        Instant receivedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /** The id, or the manifest's path while there is none yet. */
    public String name() {
        return id == null ? manifest : id;
    }

    /** The key of the drop that this one repeats, as a duplicate or on purpose; null when it repeats none. */
    public @Nullable Long repeats() {
        return duplicateOf == null ? againOf : duplicateOf;
    }

    /** The outcome once there is one, else the state. */
    public String standing() {
        return state == DropState.DONE && outcome != null ? outcome.name() : state.name();
    }
}
