package io.nightdrop.fsck;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import org.springframework.stereotype.Component;

/** Calls a drop as the commands take it: {@code inbox/id}. */
@Component
class DropNames {

    private final Drops drops;

    DropNames(Drops drops) {
        this.drops = drops;
    }

    String of(long key) {
        return drops.find(key).map(DropNames::of).orElse("a drop that the database does not know (" + key + ")");
    }

    /** Whether that drop has its outcome, so that all of its batches are written; so has one that the database does not know. */
    boolean isDone(long key) {
        return drops.find(key).map(drop -> drop.outcome() != null).orElse(true);
    }

    static String of(Drop drop) {
        return drop.inbox() + "/" + drop.name();
    }
}
