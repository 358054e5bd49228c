package io.nightdrop;

import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooker;
import io.nightdrop.inbox.Look;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.ReceiptRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Drops files into inboxes of its own and has them run, as a sender and an operator would. */
public class Sender {

    private static final AtomicInteger INBOXES = new AtomicInteger();

    private final TestInboxes inboxes;
    private final InboxRunner runner;
    private final ReceiptRunner receipts;
    private final Reports reports;
    private final Drops drops;
    private final NightdropSettings settings;
    private final InboxLooker looker;
    private final InboxClaims claims;

    Sender(
            TestInboxes inboxes,
            InboxRunner runner,
            ReceiptRunner receipts,
            Reports reports,
            Drops drops,
            NightdropSettings settings,
            InboxLooker looker,
            InboxClaims claims) {
        this.inboxes = inboxes;
        this.runner = runner;
        this.receipts = receipts;
        this.reports = reports;
        this.drops = drops;
        this.settings = settings;
        this.looker = looker;
        this.claims = claims;
    }

    /** A new, empty inbox; key and value of its settings in turn. */
    public Inbox inbox(String... keysAndValues) throws IOException {
        Map<String, String> own = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            own.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        String name = "inbox" + INBOXES.incrementAndGet();
        Path directory = settings.home().resolveSibling(name);
        Files.createDirectories(directory);
        return inboxes.add(name, directory, own);
    }

    /** A new inbox on a server, with settings of its own. */
    public Inbox remoteInbox(Map<String, String> own) {
        return inboxes.add("inbox" + INBOXES.incrementAndGet(), own);
    }

    /** The same inbox with the usual settings. */
    public Inbox mended(Inbox inbox) {
        return inboxes.add(inbox.name(), inbox.directory(), Map.of());
    }

    /** Writes a file into the inbox. */
    public Path put(Inbox inbox, String name, String text) throws IOException {
        Path file = inbox.directory().resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Copies a folder's content into the inbox. */
    public void putAll(Inbox inbox, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Path target = inbox.directory().resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Works through the inbox once; the drops that ended, in order. */
    public List<Drop> run(Inbox inbox) {
        List<Drop> ended = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void ended(Drop drop) {
                ended.add(drop);
            }

            @Override
            public void failed(Inbox failed, String why) {
                throw new AssertionError(failed.name() + ": " + why);
            }
        };
        runner.run(inbox, 0, listener);
        receipts.handBackPatiently(inbox, listener);
        return ended;
    }

    /** Looks once, and takes nothing in. */
    public Look look(Inbox inbox) throws IOException {
        try (InboxClaims.Claim ours = claims.claim(inbox.name()).orElseThrow()) {
            if (!ours.inbox().equals(inbox.name())) {
                throw new AssertionError(ours.inbox());
            }
            return looker.look(inbox);
        }
    }

    /** Something with files. */
    public interface Act {
        /** Does it. */
        void run() throws IOException;
    }

    /** For where no exception may leave. */
    public void clearly(Act act) {
        try {
            act.run();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Works through the inbox and expects one drop. */
    public Drop runOne(Inbox inbox) {
        List<Drop> ended = run(inbox);
        if (ended.size() != 1) {
            throw new AssertionError("Not one drop, but " + ended);
        }
        return ended.get(0);
    }

    /**
     * What is in {@code src/test/resources/rosters}: the users SIS/STU-2024-001, SIS/STU-2024-003, SIS/S-77, SIS/007 and
     * LMS/L-12, and three workflows with their required documents.
     */
    public void roster() throws IOException {
        Inbox inbox = inbox();
        putAll(inbox, Path.of("src/test/resources/rosters"));
        run(inbox);
    }

    /** A file of a drop's report. */
    public String report(Drop drop, String file) throws IOException {
        return Files.readString(reports.folder(drop).resolve(file));
    }

    /** The folder of a drop's report. */
    public Path reportFolder(Drop drop) {
        return reports.folder(drop);
    }

    /** Empties an inbox. */
    public void clear(Inbox inbox) throws IOException {
        Disk.deleteTree(inbox.directory());
        Files.createDirectories(inbox.directory());
    }

    /** All drops of an inbox, the newest first. */
    public List<Drop> drops(Inbox inbox) {
        return drops.newest(inbox.name(), null, 1000);
    }

    /** The home of this test's application. */
    public Path home() {
        return settings.home();
    }
}
