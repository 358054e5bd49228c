package io.nightdrop.operation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What somebody else says of an item, in no operation's own words. */
public sealed interface Verdict {

    /**
     * It took effect.
     *
     * @param told what was said of it in the shape of the operation's response; null when nothing was
     */
    record Succeeded(@Nullable ObjectNode told) implements Verdict {}

    /**
     * It did not, or nobody knows.
     *
     * @param error why
     * @param told likewise
     */
    record Failed(ItemError error, @Nullable ObjectNode told) implements Verdict {}
}
