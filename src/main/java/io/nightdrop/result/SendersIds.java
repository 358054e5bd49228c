package io.nightdrop.result;

/** Knows which of the items' ids their sender gave them, which the results do not. */
@FunctionalInterface
public interface SendersIds {

    /** Whether the item's id is its sender's own; else it was made up from the item's place in that drop's manifest, and tells nothing about other drops. */
    boolean isSenders(Drop drop, ItemResult item);
}
