package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.job.Mailed;
import io.nightdrop.job.RunListener;
import io.nightdrop.mail.Pass;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.report.Reports;
import io.nightdrop.report.Summary;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints what a run does as it happens, and a table at its end. */
final class RunConsole implements RunListener {

    private final Container container;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Map<Long, Progress> progress = new ConcurrentHashMap<>();
    private final Map<Long, Drop> ended = new LinkedHashMap<>();
    private final Map<String, Look> looks = new TreeMap<>();
    private final Map<String, String> busy = new TreeMap<>();
    private final Map<String, Delivery> receipts = new TreeMap<>();
    private final List<String> missing = new ArrayList<>();
    private Pass applicants = Pass.NOTHING;
    private Pass people = Pass.NOTHING;
    private boolean fault;

    RunConsole(Container container, PrintWriter out, PrintWriter err, boolean json) {
        this.container = container;
        this.out = out;
        this.err = err;
        this.json = json;
    }

    @Override
    public void started(Drop drop) {
        progress.computeIfAbsent(drop.key(), key -> new Progress(drop.name(), "items", err));
    }

    @Override
    public void written(Drop drop, long items) {
        Progress own = progress.get(drop.key());
        if (own != null) {
            own.step(items, () -> itemCount(drop.key()));
        }
    }

    private long itemCount(long key) {
        Long count = container.get(Drops.class).get(key).itemCount();
        return count == null ? 0 : count;
    }

    @Override
    public synchronized void ended(Drop drop) {
        Progress own = progress.remove(drop.key());
        if (own != null) {
            own.close();
        }
        ended.put(drop.key(), drop);
        if (!json) {
            out.println(Output.clean(drop.inbox() + ": " + drop.name() + ": " + sentence(drop)));
            out.flush();
        }
    }

    private String sentence(Drop drop) {
        if (drop.state() != DropState.DONE) {
            return drop.standing() + (drop.trouble() == null ? "" : ": " + drop.trouble());
        }
        Outcome outcome = drop.outcome();
        if (outcome == Outcome.REJECTED && drop.refusal() != null) {
            return "REJECTED: " + drop.refusal().code() + ": " + drop.refusal().message();
        }
        if (outcome == Outcome.DUPLICATE) {
            return "DUPLICATE of a drop that was already done; nothing was run";
        }
        long doubts = orZero(drop.failed()) == 0
                ? 0
                : container.get(ItemResults.class).countInDoubt(drop.key());
        return String.format(
                        Locale.ROOT, "%s: %,d of %,d items succeeded", outcome, orZero(drop.succeeded()), total(drop))
                + (doubts == 0 ? "" : String.format(Locale.ROOT, ", %,d are in doubt", doubts));
    }

    @Override
    public synchronized void looked(Inbox inbox, Look look) {
        looks.put(inbox.name(), look);
    }

    @Override
    public synchronized void busy(Inbox inbox, String who) {
        busy.put(inbox.name(), who);
    }

    @Override
    public synchronized void missing(Inbox inbox, Instant due, List<Sighting> waiting) {
        missing.add(MissingText.missing(inbox, due, waiting));
    }

    @Override
    public synchronized void came(Inbox inbox, Instant due, Drop drop) {
        missing.add(MissingText.came(inbox, due, drop));
    }

    @Override
    public synchronized void failed(Inbox inbox, String why) {
        fault = true;
        err.println(Output.clean("nightdrop: " + inbox.name() + ": " + why));
        err.flush();
    }

    @Override
    public synchronized void mailed(Mailed mailed) {
        applicants = mailed.applicants();
        people = mailed.people();
    }

    /** The last word on what waits counts; what was handed back adds up. */
    @Override
    public synchronized void handedBack(Inbox inbox, Delivery delivery) {
        if (delivery.equals(Delivery.NOTHING) && !receipts.containsKey(inbox.name())) {
            return;
        }
        receipts.merge(
                inbox.name(),
                delivery,
                (before, now) -> new Delivery(before.handedBack() + now.handedBack(), now.waiting(), now.trouble()));
    }

    /** The mail could not be sent because of a fault; what is due is sent by the next run. */
    synchronized void notMailed(Exception failure) {
        fault = true;
        err.println(
                Output.clean("nightdrop: mail: " + failure.getClass().getSimpleName() + ": " + failure.getMessage()));
        err.flush();
    }

    /** Prints the end; to be called once. */
    synchronized ExitCode finish() {
        boolean unanswered = receipts.values().stream().anyMatch(delivery -> delivery.waiting() > 0);
        ExitCode code = fault || unanswered ? ExitCode.FAULT : ExitCode.WELL;
        for (Drop drop : ended.values()) {
            code = code.and(ExitCode.of(drop));
        }
        if (json) {
            out.println(toJson());
        } else {
            print();
        }
        out.flush();
        return code;
    }

    private void print() {
        if (ended.isEmpty()) {
            out.println("Nothing new: no drop was run.");
        } else {
            out.println();
            Output.table(
                    out,
                    List.of("INBOX", "DROP", "OUTCOME", "ITEMS", "FAILED", "REPORT"),
                    ended.values().stream().map(this::row).toList());
        }
        busy.forEach((inbox, who) -> out.println(Output.clean(inbox + ": " + who + " works on this inbox")));
        looks.forEach((inbox, look) -> look.waiting()
                .forEach(waiting -> out.println(
                        Output.clean("waiting: " + inbox + ": " + waiting.path() + ": " + waiting.reason()))));
        missing.forEach(line -> out.println(Output.clean(line)));
        receipts.forEach((inbox, delivery) -> {
            if (ReceiptText.anything(delivery)) {
                out.println(ReceiptText.of(inbox, delivery));
            }
        });
        if (MailText.anything(applicants)) {
            out.println(MailText.of("notifications", applicants));
        }
        if (MailText.anything(people)) {
            out.println(MailText.of("notices", people));
        }
    }

    private List<String> row(Drop drop) {
        return List.of(
                drop.inbox(),
                drop.name(),
                drop.standing(),
                String.format(Locale.ROOT, "%,d", total(drop)),
                String.format(Locale.ROOT, "%,d", orZero(drop.failed())),
                drop.state() == DropState.DONE ? report(drop) : "–");
    }

    private String report(Drop drop) {
        Path page = container.get(Reports.class).folder(drop).resolve("report.html");
        Path here = Path.of("").toAbsolutePath();
        return (page.startsWith(here) ? here.relativize(page) : page).toString();
    }

    private String toJson() {
        JsonMapper mapper = container.get(JsonMapper.class);
        ObjectNode result = mapper.createObjectNode();
        ArrayNode drops = result.putArray("drops");
        for (Drop drop : ended.values()) {
            ObjectNode node = DropJson.of(container.get(Summary.class), container.get(Drops.class), drop);
            node.put("report", report(drop));
            drops.add(node);
        }
        ArrayNode others = result.putArray("busy");
        busy.forEach((inbox, who) -> others.addObject().put("inbox", inbox).put("worksOnIt", who));
        ArrayNode waiting = result.putArray("waiting");
        looks.forEach((inbox, look) -> look.waiting().forEach(one -> waiting.addObject()
                .put("inbox", inbox)
                .put("manifest", one.path())
                .put("reason", one.reason())));
        missing.forEach(result.putArray("missing")::add);
        ArrayNode answers = result.putArray("receipts");
        receipts.forEach((inbox, delivery) -> answers.add(ReceiptText.json(mapper, inbox, delivery)));
        result.set("notifications", MailText.json(mapper, applicants));
        result.set("notices", MailText.json(mapper, people));
        return mapper.writeValueAsString(result);
    }

    private static long total(Drop drop) {
        return orZero(drop.succeeded()) + orZero(drop.failed());
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
