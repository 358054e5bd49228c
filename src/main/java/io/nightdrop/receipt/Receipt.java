package io.nightdrop.receipt;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that is handed back to a sender.
 *
 * @param dropKey the drop that it tells of
 * @param file its name, without the drop's id that comes before it
 * @param state how far it is
 * @param place the folder in which it lies complete under a temporary name, or has appeared; null when nothing is known of it
 * @param trouble why the last try failed; null when none did
 * @param handedBackAt when it appeared; null when it has not yet
 */
public record Receipt(
        long dropKey,
        String file,
        State state,
        @Nullable String place,
        @Nullable String trouble,
        @Nullable Instant handedBackAt) {

    /** How far a receipt is. */
    public enum State {
        /** It has not appeared, whether it lies complete beside the place where it shall or not. */
        DUE,
        /** It lies complete beside the place where it shall appear, or has appeared. */
        PREPARED,
        /** The sender has it. */
        HANDED_BACK
    }
}
