package io.nightdrop.cli;

import io.nightdrop.fsck.Finding;
import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.fsck.Finding.Severity;
import io.nightdrop.fsck.Fsck;
import io.nightdrop.node.Node;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code fsck}: checks the whole home and says what to do. */
@Command(
        name = "fsck",
        description =
                "Reads every file of the vault and compares it with the rows; finds work without an end, figures that do"
                        + " not add up and what was left over; says what to do. Exits with 1 when something is damaged.")
final class FsckCommand extends DropCommand {

    /** More of one kind are only counted, unless JSON is wanted. */
    private static final int SHOWN = 20;

    @Option(
            names = "--remove-orphans",
            description =
                    "Remove bytes that no row points to, if they are older than an hour. Only while nothing runs and"
                            + " every drop is DONE.")
    private boolean removeOrphans;

    FsckCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        if (removeOrphans) {
            container().runs();
        }
        Fsck fsck = get(Fsck.class);
        Optional<String> other = removeOrphans ? get(Node.class).other() : Optional.empty();
        if (other.isPresent()) {
            throw new UsageException("nothing was removed: " + other.get() + " runs drops here; stop it first");
        }
        Optional<Drop> unfinished = removeOrphans ? fsck.standsAgainstRemoval() : Optional.empty();
        if (unfinished.isPresent()) {
            Drop drop = unfinished.get();
            throw new UsageException("nothing was removed: " + drop.inbox() + "/" + drop.name() + " is "
                    + drop.standing() + ", and the vault may hold bytes of it that have no row yet; finish it first"
                    + " with 'nightdrop run'");
        }
        if (json()) {
            out().print("{\"findings\":[");
        }
        Watcher watcher = new Watcher();
        Fsck.Extent extent;
        try (watcher) {
            extent = removeOrphans ? fsck.checkAndRemoveOrphans(watcher) : fsck.check(watcher);
        }
        watcher.finish(extent);
        return watcher.count(Severity.DAMAGE) > 0 ? ExitCode.FAULT : ExitCode.WELL;
    }

    /** Prints what is found, as it is found. */
    private final class Watcher implements Fsck.Watcher, AutoCloseable {
        private final Progress progress = new Progress("vault", "files", err());
        private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

        @Override
        public synchronized void read(long files, long total) {
            progress.step(files, () -> total);
        }

        @Override
        public synchronized void found(Finding finding) {
            long count = counts.merge(finding.kind(), 1L, Long::sum);
            if (json()) {
                boolean first = counts.size() == 1 && count == 1;
                out().print((first ? "" : ",") + mapper().writeValueAsString(node(finding)));
            } else if (count <= SHOWN) {
                out().println(Output.clean(
                        finding.kind().severity() + ": " + finding.thing() + ": " + finding.problem()));
                out().println(Output.clean("    " + finding.advice()));
                out().flush();
            }
        }

        private ObjectNode node(Finding finding) {
            return mapper().createObjectNode()
                    .put("severity", finding.kind().severity().name())
                    .put("kind", finding.kind().name())
                    .put("thing", finding.thing())
                    .put("problem", finding.problem())
                    .put("advice", finding.advice());
        }

        long count(Severity severity) {
            return counts.entrySet().stream()
                    .filter(entry -> entry.getKey().severity() == severity)
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }

        void finish(Fsck.Extent extent) {
            if (json()) {
                String end = mapper().writeValueAsString(mapper().createObjectNode()
                        .put("files", extent.files())
                        .put("bytes", extent.bytes())
                        .put("damage", count(Severity.DAMAGE))
                        .put("unfinished", count(Severity.UNFINISHED))
                        .put("harmless", count(Severity.HARMLESS)));
                out().println("]," + end.substring(1));
                return;
            }
            counts.forEach((kind, count) -> {
                if (count > SHOWN) {
                    out().println(String.format(
                            Locale.ROOT, "%s: %,d more %s; --json names all", kind.severity(), count - SHOWN, kind));
                }
            });
            out().println(String.format(
                    Locale.ROOT,
                    "%,d files of the vault read, %,d bytes: %s; %,d unfinished, %,d harmless.",
                    extent.files(),
                    extent.bytes(),
                    count(Severity.DAMAGE) == 0
                            ? "no damage"
                            : String.format(Locale.ROOT, "%,d DAMAGED", count(Severity.DAMAGE)),
                    count(Severity.UNFINISHED),
                    count(Severity.HARMLESS)));
        }

        @Override
        public void close() {
            progress.close();
        }
    }
}
