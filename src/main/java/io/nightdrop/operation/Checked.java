package io.nightdrop.operation;

import io.nightdrop.result.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What checking an item has found.
 *
 * @param itemId what identifies it for its sender
 * @param error why it will fail; null when nothing speaks against it yet
 * @param refusal why the whole drop is refused because of it; null when it is not
 */
public record Checked(
        String itemId, @Nullable ItemError error, @Nullable Refusal refusal) {

    /** Nothing speaks against it. */
    public static Checked fine(String itemId) {
        return new Checked(itemId, null, null);
    }

    /** It will fail. */
    public static Checked failed(String itemId, ItemError error) {
        return new Checked(itemId, error, null);
    }

    /** The whole drop is refused. */
    public static Checked refused(Refusal refusal) {
        return new Checked("", null, refusal);
    }
}
