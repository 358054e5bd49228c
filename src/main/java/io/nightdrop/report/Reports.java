package io.nightdrop.report;

import io.nightdrop.disk.Disk;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.Roster;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Fates;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.settings.NightdropSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes the report files of drops that have their outcome, under {@code <home>/reports/<inbox>/<drop id>/}. They are made
 * from the database alone, appear whole or not at all, and are the same bytes each time they are made.
 */
@Component
public class Reports {

    private static final String PAGE = "report.html";
    private static final String REMOVED = "removed.csv";

    private final NightdropSettings settings;
    private final Drops drops;
    private final ItemResults results;
    private final Operations operations;
    private final Summary summary;
    private final ResultsCsv resultsCsv;
    private final Corrections corrections;
    private final CorrectionChain chain;
    private final ReportPage page;

    Reports(
            NightdropSettings settings,
            Drops drops,
            ItemResults results,
            Operations operations,
            Summary summary,
            ResultsCsv resultsCsv,
            Corrections corrections,
            CorrectionChain chain,
            ReportPage page) {
        this.settings = settings;
        this.drops = drops;
        this.results = results;
        this.operations = operations;
        this.summary = summary;
        this.resultsCsv = resultsCsv;
        this.corrections = corrections;
        this.chain = chain;
        this.page = page;
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Where a drop's report files lie. */
    public Path folder(Drop drop) {
        return settings.reports().resolve(drop.inbox()).resolve(drop.name());
    }

    /** Where a drop's page for people lies; it is there once the report is written, unless somebody has removed it. */
    public Path page(Drop drop) {
        return folder(drop).resolve(PAGE);
    }

    /**
     * Writes all files of a drop.
     *
     * @param drop one that has its outcome
     * @throws IOException when the disk refuses; what was there before is still there
     */
    public void write(Drop drop) throws IOException {
        Path folder = folder(drop);
        Path beside = folder.resolveSibling("." + folder.getFileName() + ".part");
        Disk.deleteTree(beside);
        Disk.makeFolder(beside);
        writeFiles(drop, beside);
        Disk.syncFolder(beside);
        if (Files.isDirectory(folder)) {
            moveOver(beside, folder);
        } else {
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        Disk.syncFolder(folder.resolveSibling("."));
    }

    /**
     * Writes the page of a drop again, in the place of the old one; the other files stay as they are. Nothing happens
     * when the drop has no report files, because somebody has removed them.
     *
     * @throws IOException when the disk refuses; the old page is still there
     */
    public void writePage(Drop drop) throws IOException {
        Path file = page(drop);
        if (Files.exists(file)) {
            Disk.replace(file, path -> {
                try (OutputStream out = open(path)) {
                    page.write(out, drop, original(drop), operation(drop));
                }
            });
        }
    }

    /** Each file takes the place of its older self at once; one that is no longer made goes. */
    private static void moveOver(Path beside, Path folder) throws IOException {
        List<Path> made = list(beside);
        for (Path file : made) {
            Files.move(
                    file,
                    folder.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        for (Path old : list(folder)) {
            if (made.stream().noneMatch(file -> old.endsWith(file.getFileName()))) {
                Files.delete(old);
            }
        }
        Files.delete(beside);
        Disk.syncFolder(folder);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void writeFiles(Drop drop, Path folder) throws IOException {
        Drop original = original(drop);
        Operation operation = operation(drop);
        write(folder.resolve("summary.json"), out -> summary.write(out, drop, original));
        write(folder.resolve(PAGE), out -> page.write(out, drop, original, operation));
        if (operation == null) {
            return;
        }
        write(folder.resolve("results.csv"), csv -> {
            ResultsCsv.Table table = resultsCsv.begin(csv, operation, results.allAhead(drop.key()));
            write(folder.resolve(operation.responseFile(drop)), out -> operation.writeResponse(out, drop, () -> table));
            table.finish();
        });
        Optional<Roster> roster = operation.roster();
        if (drop.removed() != null && drop.removed() > 0 && roster.isPresent()) {
            write(folder.resolve(REMOVED), out -> resultsCsv.removed(out, drop, roster.get()));
        }
        if (correctable(drop) > 0) {
            write(
                    folder.resolve(Corrections.fileName(drop)),
                    out -> corrections.write(out, drop, operation, correctables(drop)));
        }
    }

    private static void write(Path file, Body body) throws IOException {
        try (OutputStream out = open(file)) {
            body.writeTo(out);
        }
        Disk.sync(file);
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024);
    }

    private long correctable(Drop drop) {
        Long failed = drop.failed();
        return failed == null || failed == 0 || drop.refusal() != null ? 0 : failed - results.countInDoubt(drop.key());
    }

    /** Once items were settled, those that were corrected meanwhile are left out: who drops the file again would have them twice. */
    private Iterable<ItemResult> correctables(Drop drop) {
        Iterable<ItemResult> all = results.correctable(drop.key());
        if (!results.codes(drop.key()).containsKey(ItemResult.NOT_TAKEN)) {
            return all;
        }
        return () -> {
            Fates fates = chain.fates(drop);
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(item -> !isCorrected(fates.of(item)))
                    .iterator();
        };
    }

    private static boolean isCorrected(Fates.@Nullable Fate fate) {
        return fate != null && fate.code() == null;
    }

    private @Nullable Operation operation(Drop drop) {
        return drop.operation() == null ? null : operations.get(drop.operation());
    }

    private @Nullable Drop original(Drop drop) {
        return drop.repeats() == null ? null : drops.get(drop.repeats());
    }

    /** The manifest's format, or null when it has none that is known. */
    static @Nullable ManifestFormat format(Drop drop) {
        String format = drop.format();
        return format == null || format.isEmpty() ? null : ManifestFormat.valueOf(format.toUpperCase(Locale.ROOT));
    }
}
