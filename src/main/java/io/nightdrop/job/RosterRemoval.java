package io.nightdrop.job;

import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Roster;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.time.Timestamps;
import java.time.Clock;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Removes whom a roster that lists everybody leaves out, once its batches are written: all of them or none, in one transaction. */
@Component
class RosterRemoval {

    private final Drops drops;
    private final Clock clock;
    private final TransactionTemplate transaction;

    RosterRemoval(Drops drops, Clock clock, PlatformTransactionManager transactions) {
        this.drops = drops;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** May be called again; does nothing for a drop that does not list everybody. */
    void remove(Drop drop, Operation operation) {
        Optional<Roster> roster = operation.roster();
        if (drop.removed() != null && drop.refusal() == null && roster.isPresent()) {
            transaction.executeWithoutResult(
                    status -> drops.removed(drop.key(), roster.get().remove(drop, Timestamps.now(clock))));
        }
    }
}
