package io.nightdrop.job;

import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.manifest.Defect;
import io.nightdrop.manifest.InlineContent;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Leftover;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.manifest.ZipBundle;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Verdict;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells what a run would make of a manifest or ZIP where it lies, and writes nothing but a temporary folder. */
@Component
public class ManifestChecker {

    /** So many items are shown as they are read. */
    private static final int ROWS = 5;

    private final ManifestKind kind;
    private final Operations operations;
    private final Clock clock;

    ManifestChecker(ManifestKind kind, Operations operations, Clock clock) {
        this.kind = kind;
        this.operations = operations;
        this.clock = clock;
    }

    /**
     * What a run would give.
     *
     * @param operation the operation that was recognised
     * @param refusal why the drop would be refused whole; null when it would not
     * @param items how many items it has
     * @param failed how many of them would fail
     * @param removed how many it would remove, as a roster that lists everybody; null for any other
     * @param rows the first items as they are read: their texts by our names
     * @param leftover where the sender's columns and the rules for them do not meet
     */
    public record Forecast(
            String operation,
            @Nullable Refusal refusal,
            long items,
            long failed,
            @Nullable Long removed,
            List<Map<String, String>> rows,
            Leftover leftover) {

        static Forecast refused(Operation operation, String message) {
            return new Forecast(operation.name(), operation.unreadable(message), 0, 0, null, List.of(), Leftover.NONE);
        }
    }

    /**
     * Checks a manifest with the settings of an inbox.
     *
     * @param failures is given each item that would fail, in manifest order
     * @throws IOException when a file cannot be read
     */
    public Forecast check(Inbox inbox, Path file, Consumer<ItemResult> failures) throws IOException {
        Path scratch = Files.createTempDirectory("nightdrop-check");
        try {
            String name = String.valueOf(file.getFileName());
            return DropFolder.isZip(name)
                    ? checkZip(inbox, file, scratch, failures)
                    : checkFile(inbox, file, name, scratch, failures);
        } finally {
            Disk.deleteTree(scratch);
        }
    }

    private Forecast checkFile(Inbox inbox, Path file, String name, Path scratch, Consumer<ItemResult> failures)
            throws IOException {
        Optional<ManifestFormat> format =
                inbox.format(name).or(() -> inbox.settings().preset().format());
        if (format.isEmpty()) {
            return refused(inbox, "the manifest's name ends with none of .json, .jsonl, .csv, .tsv, .zip");
        }
        Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
        Manifest manifest = inbox.manifest(file, format.get(), companion -> inbox.companion(folder, companion));
        return check(inbox, name, manifest, scratch, failures, companion -> {
            Optional<Path> path = inbox.companion(folder, companion);
            return path.isEmpty() ? new Content.Missing(companion) : present(ContentFacts.of(path.get()));
        });
    }

    private Forecast checkZip(Inbox inbox, Path file, Path scratch, Consumer<ItemResult> failures) throws IOException {
        ZipBundle.Opening opening = ZipUnpacker.open(inbox, file);
        ZipBundle bundle = opening.bundle();
        if (bundle == null) {
            return refused(
                    inbox, opening.defect() == null ? "" : opening.defect().message());
        }
        try (bundle) {
            Path extracted =
                    scratch.resolve("manifest" + bundle.manifestFormat().extension());
            Optional<Defect> defect = bundle.extractManifest(extracted);
            if (defect.isPresent()) {
                return refused(inbox, defect.get().message());
            }
            Manifest manifest = inbox.manifest(
                    extracted, bundle.manifestFormat(), companion -> unpacked(inbox, bundle, companion, scratch));
            List<String> damaged = new ArrayList<>();
            long limit = inbox.settings().maxFileSize().toBytes();
            Forecast forecast =
                    check(inbox, String.valueOf(file.getFileName()), manifest, scratch, failures, companion -> {
                        Optional<ZipBundle.Entry> entry = bundle.companion(companion);
                        if (entry.isEmpty()) {
                            return new Content.Missing(companion);
                        }
                        ContentFacts.Gatherer facts = new ContentFacts.Gatherer(OutputStream.nullOutputStream());
                        return switch (entry.get().copyTo(facts, limit)) {
                            case COPIED -> present(facts.facts());
                            case TOO_LARGE -> new Content.TooLarge();
                            case CORRUPT -> {
                                damaged.add(companion);
                                yield new Content.Missing(companion);
                            }
                        };
                    });
            return damaged.isEmpty()
                    ? forecast
                    : Forecast.refused(operations.get(forecast.operation()), ZipUnpacker.damaged(damaged.get(0)));
        }
    }

    private static Optional<Path> unpacked(Inbox inbox, ZipBundle bundle, String name, Path scratch)
            throws IOException {
        Optional<ZipBundle.Entry> entry = bundle.companion(name);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Path file = scratch.resolve("beside");
        try (OutputStream out = Files.newOutputStream(file)) {
            return entry.get().copyTo(out, inbox.settings().maxFileSize().toBytes()) == ZipBundle.Verdict.COPIED
                    ? Optional.of(file)
                    : Optional.empty();
        }
    }

    private Forecast refused(Inbox inbox, String message) {
        return Forecast.refused(kind.fallback(inbox), message);
    }

    private static Content present(ContentFacts facts) {
        return new Content.Present(facts.fingerprint(), facts.size(), facts.kind(), "");
    }

    @FunctionalInterface
    private interface Finder {
        Content find(String companion) throws IOException;
    }

    private Forecast check(
            Inbox inbox, String name, Manifest manifest, Path scratch, Consumer<ItemResult> failures, Finder finder)
            throws IOException {
        ManifestKind.Asked asked = kind.asked(inbox, manifest);
        Operation operation = asked.operation();
        LookingDesk desk = new LookingDesk(operation, inbox, finder, failures);
        ReadThrough.Result result = ReadThrough.read(
                manifest, asked, ManifestKind.terms(inbox, name, manifest, false), scratch, desk, () -> false);
        if (result.refusal() == null) {
            desk.foresee();
        }
        return new Forecast(
                operation.name(),
                result.refusal(),
                result.items(),
                desk.failed,
                result.roster() == null ? null : result.roster().leftOut(),
                rows(manifest, operation.layout()),
                manifest.leftover(operation.layout()));
    }

    /** As far as it can be read. */
    private static List<Map<String, String>> rows(Manifest manifest, Layout layout) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        manifest.read(layout, item -> {
            Map<String, String> cells = layout.cells(item.fields());
            if (item.content() != null && layout.contentField() != null) {
                cells.put(layout.contentField(), "(content)");
            }
            rows.add(cells);
            return rows.size() < ROWS;
        });
        return rows;
    }

    /** Finds contents where they lie, and asks the operation what would become of each batch. */
    private final class LookingDesk implements ReadThrough.Desk {
        private final Operation operation;
        private final Inbox inbox;
        private final Finder finder;
        private final Consumer<ItemResult> failures;
        private final List<StagedItem> batch = new ArrayList<>();
        private final Map<Long, Request> requests = new HashMap<>();
        private long failed;

        LookingDesk(Operation operation, Inbox inbox, Finder finder, Consumer<ItemResult> failures) {
            this.operation = operation;
            this.inbox = inbox;
            this.finder = finder;
            this.failures = failures;
        }

        @Override
        public Map<String, Content> companions(Collection<String> names) throws IOException {
            Map<String, Content> contents = new HashMap<>();
            for (String name : names) {
                contents.put(name, finder.find(name));
            }
            return contents;
        }

        @Override
        public Map<Long, Content> inline(Map<Long, InlineContent> contents) throws IOException {
            Map<Long, Content> present = new HashMap<>();
            for (Map.Entry<Long, InlineContent> content : contents.entrySet()) {
                present.put(content.getKey(), inline(content.getValue()));
            }
            return present;
        }

        private Content inline(InlineContent content) throws IOException {
            ContentFacts.Gatherer facts = new ContentFacts.Gatherer(OutputStream.nullOutputStream());
            return switch (content.decodeTo(
                    facts, inbox.settings().maxFileSize().toBytes())) {
                case DECODED -> present(facts.facts());
                case TOO_LARGE -> new Content.TooLarge();
                case NOT_BASE64 -> new Content.NotBase64();
            };
        }

        @Override
        public void take(StagedItem item) {
            batch.add(item);
            if (operation.layout().requests() == null && batch.size() == Batch.SIZE) {
                foresee();
            }
        }

        @Override
        public void take(List<Request> judged) {
            judged.forEach(request -> requests.put(request.index(), request));
            List<StagedItem> open = batch.stream()
                    .filter(item -> !requests.containsKey(item.request()))
                    .toList();
            batch.removeAll(open);
            foresee();
            batch.addAll(open);
            requests.clear();
        }

        void foresee() {
            List<StagedItem> asked = List.copyOf(batch);
            Batch items = new Batch(
                    0,
                    Path.of(""),
                    Timestamps.now(clock),
                    asked,
                    Map.copyOf(requests),
                    inbox.settings().writesToVault() ? operation.users(asked) : Map.of());
            for (ItemResult result : foreseen(items)) {
                if (!result.succeeded()) {
                    failed++;
                    failures.accept(result);
                }
            }
            batch.clear();
        }

        /** Where a partner has the last word, whatever nothing speaks against here. */
        private List<ItemResult> foreseen(Batch items) {
            return inbox.settings().writesToVault()
                    ? operation.foresee(items)
                    : items.items().stream()
                            .map(item -> operation.tell(
                                    items,
                                    item,
                                    items.error(item)
                                            .<Verdict>map(error -> new Verdict.Failed(error, null))
                                            .orElse(new Verdict.Succeeded(null))))
                            .toList();
        }
    }
}
