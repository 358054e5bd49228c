package io.nightdrop.fsck;

import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.inbox.PutAway;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Compares the folders of home with the drops: reports that are missing, work that nobody does, writes that were cut. */
@Component
class FoldersCheck {

    private static final int PAGE = 200;

    private final NightdropSettings settings;
    private final Drops drops;
    private final Reports reports;
    private final PutAway putAway;

    FoldersCheck(NightdropSettings settings, Drops drops, Reports reports, PutAway putAway) {
        this.settings = settings;
        this.drops = drops;
        this.reports = reports;
        this.putAway = putAway;
    }

    void check(Fsck.Watcher watcher, Instant young) throws IOException {
        List<Drop> page;
        long last = -1;
        do {
            page = drops.after(last, PAGE, false);
            for (Drop drop : page) {
                last = drop.key();
                if (drop.state() == DropState.DONE) {
                    report(watcher, drop);
                    cut(watcher, putAway.archived(drop), young);
                }
            }
        } while (page.size() == PAGE);
        for (Path inbox : list(settings.reports())) {
            cut(watcher, inbox, young);
        }
        for (Path folder : list(settings.work())) {
            work(watcher, folder);
        }
    }

    private void report(Fsck.Watcher watcher, Drop drop) {
        Path folder = reports.folder(drop);
        if (!Files.exists(folder.resolve("summary.json")) || !Files.exists(folder.resolve("report.html"))) {
            watcher.found(new Finding(
                    Kind.MISSING_REPORT,
                    DropNames.of(drop),
                    "is DONE and has no report in " + place(folder),
                    "run `nightdrop report " + DropNames.of(drop) + "`"));
        }
    }

    /** What a write that was cut has left in a folder; the next write of the same thing takes it away. */
    private void cut(Fsck.Watcher watcher, Path folder, Instant young) throws IOException {
        for (Path file : list(folder)) {
            if (file.getFileName().toString().matches("\\..*\\.part") && Ages.isOlder(file, young)) {
                watcher.found(new Finding(
                        Kind.TEMPORARY_FILE,
                        place(file),
                        "left by a write that was cut",
                        "harmless; you may delete it while nothing runs"));
            }
        }
    }

    /** A row comes before its folder and ends after it, so only what the row says after the listing counts. */
    private void work(Fsck.Watcher watcher, Path folder) {
        String name = folder.getFileName().toString();
        Optional<Drop> drop = name.matches("[0-9]{1,18}") ? drops.find(Long.parseLong(name)) : Optional.empty();
        boolean under = drop.isPresent() && drop.get().state() != DropState.DONE;
        if (under || !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        watcher.found(
                drop.isPresent()
                        ? new Finding(
                                Kind.STRAY_WORK,
                                place(folder),
                                "left of " + DropNames.of(drop.get()) + ", which is DONE",
                                "harmless; you may delete it")
                        : new Finding(
                                Kind.STRAY_WORK,
                                place(folder),
                                "belongs to no drop that the database knows",
                                "harmless, but look into it before you delete it: if the database was restored from a backup,"
                                        + " these may be files that a sender has given up since; drop them again"));
    }

    private String place(Path path) {
        return settings.home().relativize(path).toString();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
