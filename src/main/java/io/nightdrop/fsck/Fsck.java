package io.nightdrop.fsck;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Checks a whole home: the work without an end, the figures, the reports, and every byte of the vault. Changes nothing
 * unless it is told to remove orphans, and may look while drops are run.
 */
@Component
public class Fsck {

    /** What is younger may belong to a batch that is under way. */
    static final Duration GRACE = Duration.ofHours(1);

    private final UnfinishedCheck unfinished;
    private final FiguresCheck figures;
    private final FoldersCheck folders;
    private final VaultCheck vault;
    private final Drops drops;
    private final Clock clock;

    Fsck(
            UnfinishedCheck unfinished,
            FiguresCheck figures,
            FoldersCheck folders,
            VaultCheck vault,
            Drops drops,
            Clock clock) {
        this.unfinished = unfinished;
        this.figures = figures;
        this.folders = folders;
        this.vault = vault;
        this.drops = drops;
        this.clock = clock;
    }

    /** Is told what is found, as it is found. */
    public interface Watcher {

        /** Something should not be. */
        void found(Finding finding);

        /** Some more files of the vault were read, of so many in all. */
        default void read(long files, long total) {}
    }

    /**
     * What was looked at.
     *
     * @param files the files of the vault
     * @param bytes their sizes together
     */
    public record Extent(long files, long bytes) {}

    /**
     * Looks at everything once.
     *
     * @throws IOException when home cannot be looked at
     */
    public Extent check(Watcher watcher) throws IOException {
        return check(watcher, false);
    }

    /** A drop that stands against removing orphans: a batch of it may have left its bytes in the vault and not its rows yet. */
    public Optional<Drop> standsAgainstRemoval() {
        return drops.after(0, 1, true).stream().findFirst();
    }

    /**
     * Likewise, and removes the bytes that no row points to, if they are older than an hour. The caller knows that nobody
     * runs drops in this home.
     *
     * @throws IllegalStateException when a drop stands against it
     */
    public Extent checkAndRemoveOrphans(Watcher watcher) throws IOException {
        if (standsAgainstRemoval().isPresent()) {
            throw new IllegalStateException("Orphans must not be removed while a drop is not done");
        }
        return check(watcher, true);
    }

    private Extent check(Watcher watcher, boolean removeOrphans) throws IOException {
        Instant young = clock.instant().minus(GRACE);
        unfinished.check(watcher);
        figures.check(watcher);
        folders.check(watcher, young);
        return vault.check(watcher, young, removeOrphans);
    }
}
