package io.nightdrop.operation;

import io.nightdrop.result.Drop;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What an operation knows of those whom the manifests of an inbox list, so that one that lists everybody can remove whom it leaves out. */
public interface Roster {

    /** The code of the refusal of a manifest that leaves out too many. */
    String LIMIT_EXCEEDED = "REMOVAL_LIMIT_EXCEEDED";

    /** Takes one of those that were removed. */
    @FunctionalInterface
    interface Handler {
        /** Takes its cells, in the order of {@link #columns()}. */
        void take(List<String> cells) throws IOException;
    }

    /** Of those whom the items name and keep: whom the inbox has named before, each as a text of its own. One query. */
    Set<String> known(String inbox, List<StagedItem> items);

    /** How many the inbox has named and nobody has removed since. */
    long count(String inbox);

    /**
     * Removes those whom the inbox has named before and this drop has not, in the caller's transaction; may be called again.
     *
     * @param drop one whose batches are all written
     * @return how many it has removed in all
     */
    long remove(Drop drop, Instant at);

    /** The names of what {@link #removed} tells. */
    List<String> columns();

    /** Tells whom a drop has removed, in an order that stays the same. */
    void removed(long dropKey, Handler handler) throws IOException;
}
