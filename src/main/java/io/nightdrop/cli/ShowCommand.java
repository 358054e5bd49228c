package io.nightdrop.cli;

import io.nightdrop.job.DropRuns;
import io.nightdrop.notice.Notices;
import io.nightdrop.notification.Notification;
import io.nightdrop.notification.Notifications;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.receipt.Receipts;
import io.nightdrop.report.Reports;
import io.nightdrop.report.Summary;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Fates;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code show}: one drop. */
@Command(
        name = "show",
        description =
                "Shows one drop: its states and times, its runs, its notifications and notices, its item results.")
final class ShowCommand extends DropCommand {

    @Parameters(paramLabel = "DROP", description = "The drop's id; INBOX/ID where several inboxes have it.")
    private String name = "";

    @Option(names = "--failed", description = "Only the items that failed.")
    private boolean onlyFailed;

    ShowCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        Drop drop = drop(name);
        Iterable<ItemResult> items = onlyFailed
                ? get(ItemResults.class).failed(drop.key())
                : get(ItemResults.class).all(drop.key());
        if (json()) {
            printJson(drop, items);
        } else {
            printText(drop, items);
        }
        return ExitCode.WELL;
    }

    private void printText(Drop drop, Iterable<ItemResult> items) {
        line("drop", drop.name());
        line("inbox", drop.inbox());
        line("manifest", drop.manifest());
        line("fingerprint", drop.fingerprint());
        line("operation", drop.operation());
        line("outcome", drop.standing());
        if (drop.duplicateOf() != null) {
            line("duplicate of", get(Drops.class).get(drop.duplicateOf()).name());
        }
        if (drop.againOf() != null) {
            line("again of", get(Drops.class).get(drop.againOf()).name());
        }
        line("reason", drop.reason());
        line("accepts", drop.acceptsRemovals() ? "removals: the roster may leave out more than removal-limit" : null);
        CorrectionChain chain = get(CorrectionChain.class);
        chain.of(drop).ifPresent(correction -> line("corrects", text(correction)));
        chain.correcting(drop).forEach(correction -> line("corrected by", text(correction)));
        Refusal refusal = drop.refusal();
        if (refusal != null) {
            line("refused", refusal.code() + ": " + refusal.message());
        }
        line("trouble", drop.trouble());
        line("next try", text(get(Drops.class).nextTry(drop.key()).orElse(null)));
        line("received", text(drop.receivedAt()));
        line("started", text(drop.startedAt()));
        line("finished", text(drop.finishedAt()));
        if (drop.itemCount() != null) {
            ItemResults.Counts counts = get(ItemResults.class).count(drop.key());
            String soFar = drop.state() == DropState.DONE ? "" : " so far";
            line(
                    "items",
                    String.format(
                            Locale.ROOT,
                            "%,d, of which %,d succeeded and %,d failed%s",
                            drop.itemCount(),
                            counts.succeeded(),
                            counts.failed(),
                            soFar));
            long inDoubt = counts.failed() == 0 ? 0 : get(ItemResults.class).countInDoubt(drop.key());
            if (inDoubt > 0) {
                line("in doubt", InDoubtText.of(drop, inDoubt));
            }
        }
        if (drop.removed() != null) {
            line("removed", String.format(Locale.ROOT, "%,d that the roster does not list any more", drop.removed()));
        }
        if (drop.state() == DropState.DONE) {
            line("reports", get(Reports.class).folder(drop).toString());
        }
        get(Receipts.class).of(drop.key()).forEach(receipt -> line("receipt", ReceiptText.of(receipt)));
        printNotifications(drop);
        get(Notices.class).of(drop.key()).forEach(notice -> line("notice", NoticeText.of(notice)));
        for (PartnerRequest request : get(PartnerRequests.class).inDoubt(drop.key())) {
            line("unknown", InDoubtText.of(request));
        }
        for (DropRuns.Run run : get(DropRuns.class).of(drop)) {
            String end = run.end() == null ? ", without an end" : " to " + Timestamps.iso(run.end());
            String start = run.start() == null ? " never begun" : " from " + Timestamps.iso(run.start()) + end;
            line("run " + run.id(), run.status() + start + ": " + String.join(", ", run.steps()));
            line("", run.message());
        }
        Fates fates = get(CorrectionChain.class).fates(drop);
        for (ItemResult item : items) {
            out().println(Output.clean(String.format(Locale.ROOT, "%8d  ", item.index() + 1) + item.itemId() + "  "
                    + item.status()
                    + (item.succeeded() ? "" : "  " + item.code() + ": " + item.message() + text(fates.of(item)))));
        }
    }

    private static String text(CorrectionChain.Correction correction) {
        return String.format(
                Locale.ROOT,
                "%s: %,d failed items brought again, of which %,d succeeded",
                correction.drop().name(),
                correction.items(),
                correction.succeeded());
    }

    private static String text(Fates.@Nullable Fate fate) {
        if (fate == null) {
            return "";
        }
        return "; " + (fate.code() == null ? "corrected: " + fate.status() : "again: " + fate.code()) + " in "
                + fate.drop().name();
    }

    private void printNotifications(Drop drop) {
        Notifications.Counts counts = get(Notifications.class).count(drop.key());
        if (counts.total() > 0) {
            line("notifications", NotificationText.of(counts));
        }
        if (counts.undeliverable() > 0) {
            for (Notification one : get(Notifications.class).undeliverable(drop.key())) {
                line(
                        "undeliverable",
                        one.workflowId() + "  " + NotificationText.orDash(one.address()) + "  "
                                + NotificationText.orDash(one.trouble()));
            }
        }
    }

    private void line(String label, @Nullable String value) {
        if (value != null) {
            out().println(String.format(Locale.ROOT, "%-13s ", label) + Output.clean(value));
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : Timestamps.iso(instant);
    }

    private void printJson(Drop drop, Iterable<ItemResult> items) {
        ObjectNode node = DropJson.of(get(Summary.class), get(Drops.class), drop);
        ArrayNode runs = node.putArray("runs");
        for (DropRuns.Run run : get(DropRuns.class).of(drop)) {
            ObjectNode one = runs.addObject();
            one.put("jobExecutionId", run.id());
            one.put("status", run.status());
            one.put("start", text(run.start()));
            one.put("end", text(run.end()));
            one.put("message", run.message());
            run.steps().forEach(one.putArray("steps")::add);
        }
        ArrayNode receipts = node.putArray("receipts");
        get(Receipts.class).of(drop.key()).forEach(receipt -> receipts.add(ReceiptText.json(mapper(), receipt)));
        ArrayNode notices = node.putArray("notices");
        get(Notices.class).of(drop.key()).forEach(notice -> notices.add(NoticeText.json(mapper(), notice)));
        ArrayNode unknown = node.putArray("requestsInDoubt");
        get(PartnerRequests.class)
                .inDoubt(drop.key())
                .forEach(request -> unknown.add(InDoubtText.json(mapper(), request)));
        CorrectionChain chain = get(CorrectionChain.class);
        chain.of(drop).ifPresent(correction -> json(node.putObject("corrects"), correction));
        ArrayNode correcting = node.putArray("correctedBy");
        chain.correcting(drop).forEach(correction -> json(correcting.addObject(), correction));
        String head = mapper().writeValueAsString(node);
        out().print(head.substring(0, head.length() - 1));
        printNotificationsJson(drop);
        out().print(",\"items\":[");
        String separator = "";
        Fates fates = chain.fates(drop);
        for (ItemResult item : items) {
            ObjectNode one = json(item);
            Fates.Fate fate = fates.of(item);
            if (fate != null) {
                one.putObject("corrected")
                        .put("drop", fate.drop().name())
                        .put("status", fate.status())
                        .put("code", fate.code());
            }
            out().print(separator + mapper().writeValueAsString(one));
            separator = ",";
        }
        out().println("]}");
    }

    private void printNotificationsJson(Drop drop) {
        Notifications.Counts counts = get(Notifications.class).count(drop.key());
        String head = mapper().writeValueAsString(NotificationText.json(mapper(), counts));
        out().print(",\"notifications\":" + head.substring(0, head.length() - 1) + ",\"undelivered\":[");
        String separator = "";
        if (counts.undeliverable() > 0) {
            for (Notification one : get(Notifications.class).undeliverable(drop.key())) {
                out().print(separator + mapper().writeValueAsString(NotificationText.json(mapper(), one)));
                separator = ",";
            }
        }
        out().print("]}");
    }

    private static void json(ObjectNode node, CorrectionChain.Correction correction) {
        node.put("drop", correction.drop().name());
        node.put("items", correction.items());
        node.put("succeeded", correction.succeeded());
    }

    private ObjectNode json(ItemResult item) {
        ObjectNode node = mapper().createObjectNode();
        node.put("itemIndex", item.index());
        node.put("itemId", item.itemId());
        node.put("status", item.status());
        if (item.succeeded() && item.detail() != null) {
            node.setAll((ObjectNode) mapper().readTree(item.detail()));
        }
        if (!item.succeeded()) {
            node.put("code", item.code());
            node.put("message", item.message());
        }
        return node;
    }
}
