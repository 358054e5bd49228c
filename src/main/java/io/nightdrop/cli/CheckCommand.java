package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.ManifestChecker;
import io.nightdrop.manifest.Leftover;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code check}: what a run would say. */
@Command(
        name = "check",
        description =
                "Checks manifests or ZIP files with their companions as a run would, shows the first items as they"
                        + " are read, and writes nothing.")
final class CheckCommand extends DropCommand {

    /** So that a row stays a row on a terminal. */
    private static final int MAX_NAME = 40;

    private static final int MAX_TEXT = 120;

    @Option(names = "--inbox", paramLabel = "NAME", description = "The inbox whose settings count.")
    private @Nullable String inboxName;

    @Parameters(paramLabel = "MANIFEST", arity = "1..*", description = "Manifests or ZIP files.")
    private List<Path> manifests = new ArrayList<>();

    CheckCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        ExitCode code = ExitCode.WELL;
        for (Path manifest : manifests) {
            if (!Files.isRegularFile(manifest)) {
                throw new UsageException("there is no file " + manifest);
            }
            Inbox inbox = InboxChoice.forFile(container(), inboxName, manifest);
            code = code.and(json() ? checkToJson(inbox, manifest) : checkToText(inbox, manifest));
        }
        return code;
    }

    private ExitCode checkToText(Inbox inbox, Path manifest) throws IOException {
        out().println(Output.clean(manifest + " as a drop of " + inbox.name() + ":"));
        ManifestChecker.Forecast forecast = check(inbox, manifest, item -> out().println(Output.clean(
                "  item " + (item.index() + 1) + " " + item.itemId() + ": " + item.code() + ": " + item.message())));
        Refusal refusal = forecast.refusal();
        out().println(
                        refusal == null
                                ? String.format(
                                        Locale.ROOT,
                                        "  %s: %,d of %,d items would succeed",
                                        forecast.operation(),
                                        forecast.items() - forecast.failed(),
                                        forecast.items())
                                : Output.clean("  would be REJECTED: " + refusal.code() + ": " + refusal.message()));
        if (refusal == null && forecast.removed() != null) {
            out().println(String.format(
                    Locale.ROOT,
                    "  %,d whom this inbox has listed before would be unlinked, as the roster leaves them out",
                    forecast.removed()));
        }
        print(forecast.leftover());
        print(forecast.rows());
        return code(forecast);
    }

    private void print(Leftover leftover) {
        if (!leftover.ignored().isEmpty()) {
            out().println(Output.clean("  columns that nothing reads: " + String.join(", ", leftover.ignored())));
        }
        if (!leftover.absent().isEmpty()) {
            out().println(Output.clean("  mapped, and not in the manifest: " + String.join(", ", leftover.absent())));
        }
    }

    private void print(List<Map<String, String>> rows) {
        int width = rows.stream()
                .flatMap(row -> row.keySet().stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        for (int i = 0; i < rows.size(); i++) {
            out().println("  item " + (i + 1) + " is read as");
            rows.get(i).forEach((name, text) -> out().println(Output.clean(String.format(
                    Locale.ROOT, "    %-" + Math.max(1, Math.min(width, MAX_NAME)) + "s  %s", name, shortened(text)))));
        }
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= MAX_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT)) + "…";
    }

    private ExitCode checkToJson(Inbox inbox, Path manifest) throws IOException {
        ObjectNode node = mapper().createObjectNode();
        node.put("manifest", manifest.toString());
        node.put("inbox", inbox.name());
        ArrayNode failures = mapper().createArrayNode();
        ManifestChecker.Forecast forecast = check(inbox, manifest, item -> failures.addObject()
                .put("itemIndex", item.index())
                .put("itemId", item.itemId())
                .put("code", item.code())
                .put("message", item.message()));
        node.put("operation", forecast.operation());
        node.put("items", forecast.items());
        node.put("failed", forecast.failed());
        if (forecast.removed() != null) {
            node.put("removed", forecast.removed());
        }
        Refusal refusal = forecast.refusal();
        if (refusal != null) {
            node.putObject("refusal")
                    .put("httpStatus", refusal.httpStatus())
                    .put("code", refusal.code())
                    .put("message", refusal.message());
        }
        node.set("failures", failures);
        node.set("rows", mapper().valueToTree(forecast.rows()));
        node.set("ignored", mapper().valueToTree(forecast.leftover().ignored()));
        node.set("absent", mapper().valueToTree(forecast.leftover().absent()));
        print(node);
        return code(forecast);
    }

    private ManifestChecker.Forecast check(Inbox inbox, Path manifest, Consumer<ItemResult> failures)
            throws IOException {
        return get(ManifestChecker.class).check(inbox, manifest, failures);
    }

    private static ExitCode code(ManifestChecker.Forecast forecast) {
        if (forecast.refusal() != null) {
            return ExitCode.REJECTED;
        }
        return forecast.failed() > 0 ? ExitCode.ITEMS_FAILED : ExitCode.WELL;
    }
}
