package io.nightdrop.crash;

import io.nightdrop.crash.Delivery.Event;
import io.nightdrop.crash.Delivery.Item;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What has to be true when all is done, whatever was done to the processes: looked up in the tables and on the disk, with
 * none of the application's own code, and compared with the ledger and with the reports of a run that nobody disturbed.
 */
final class Proof {

    private static final int TOLD = 40;

    private final Site site;
    private final List<Delivery> ledger;
    private final Map<String, String> emails;
    private final Set<String> contents;
    private final Connection connection;
    private final List<String> problems = new ArrayList<>();
    private final Map<Long, Delivery> drops = new LinkedHashMap<>();
    private final Map<Long, String> ids = new HashMap<>();
    private int orphans;

    private Proof(
            Site site, List<Delivery> ledger, Map<String, String> emails, Set<String> contents, Connection connection) {
        this.site = site;
        this.ledger = ledger;
        this.emails = emails;
        this.contents = contents;
        this.connection = connection;
    }

    /**
     * What was proven.
     *
     * @param problems what is not as it has to be; empty when all is well
     * @param orphans how many contents lie in the vault without a row, left by batches that were rolled back: allowed
     */
    record Verdict(List<String> problems, int orphans) {

        void check(String where) {
            if (!problems.isEmpty()) {
                throw new AssertionError(where + ": " + problems.size() + " problems\n"
                        + problems.stream().limit(TOLD).collect(Collectors.joining("\n")));
            }
        }
    }

    /**
     * Proves it.
     *
     * @param undisturbed where the same drops were run without a disturbance; null for that place itself
     */
    static Verdict of(
            Site site, CrashDatabase database, List<Delivery> ledger, Map<String, String> emails, Site undisturbed)
            throws SQLException, IOException {
        return of(site, database, ledger, emails, Set.of(), undisturbed);
    }

    /**
     * Proves it of drops whose contents may be left in the vault, also those that are inline or in an archive.
     *
     * @param contents the SHA-256 of each
     */
    static Verdict of(
            Site site,
            CrashDatabase database,
            List<Delivery> ledger,
            Map<String, String> emails,
            Set<String> contents,
            Site undisturbed)
            throws SQLException, IOException {
        try (Connection connection = database.connect()) {
            Proof proof = new Proof(site, ledger, emails, contents, connection);
            proof.drops();
            if (proof.problems.isEmpty()) { // without the drops nothing else can be told apart
                proof.items();
                proof.documents();
                proof.requests();
                proof.notices();
                proof.rosters();
                proof.executions();
                proof.vault();
                proof.sources();
                proof.leftovers();
                proof.reports(undisturbed);
            }
            return new Verdict(proof.problems, proof.orphans);
        }
    }

    private void wrong(String problem) {
        problems.add(problem);
    }

    private interface RowHandler {
        void row(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowHandler handler) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                handler.row(rows);
            }
        }
    }

    private void expect(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            wrong(what + ": " + found + " instead of " + expected);
        }
    }

    private void nothing(String what, String sql) throws SQLException {
        query(sql, row -> wrong(what + ": " + row.getString(1)));
    }

    private String name(long key) {
        Delivery delivery = drops.get(key);
        return delivery == null ? "drop " + key : delivery.inbox() + "/" + delivery.manifest();
    }

    /** Every drop was taken in once, is DONE, and ended as it had to. */
    private void drops() throws SQLException {
        Map<String, Delivery> expected = new LinkedHashMap<>();
        ledger.forEach(delivery -> expected.put(delivery.inbox() + "/" + delivery.manifest(), delivery));
        Set<String> found = new HashSet<>();
        query("SELECT * FROM NIGHT_DROP ORDER BY DROP_KEY", row -> {
            String place = row.getString("INBOX") + "/" + row.getString("MANIFEST");
            Delivery delivery = expected.get(place);
            if (delivery == null) {
                wrong(place + " was never sent, but there is a drop of it");
                return;
            }
            if (!found.add(place)) {
                wrong(place + " was taken in more than once; the later drop is " + row.getString("OUTCOME"));
                return;
            }
            drops.put(row.getLong("DROP_KEY"), delivery);
            ids.put(row.getLong("DROP_KEY"), row.getString("DROP_ID"));
            expect(place + " state", "DONE", row.getString("STATE"));
            expect(place + " outcome", delivery.outcome(), row.getString("OUTCOME"));
            expect(place + " claim", null, row.getString("CLAIM"));
            expect(place + " trouble", null, row.getString("TROUBLE"));
            if (delivery.runs()) {
                long failed = delivery.items().stream()
                        .filter(item -> item.code() != null)
                        .count();
                expect(place + " operation", delivery.operation(), row.getString("OPERATION"));
                expect(place + " items", (long) delivery.items().size(), row.getLong("ITEM_COUNT"));
                expect(place + " failed", failed, row.getLong("FAILED_COUNT"));
                expect(place + " succeeded", delivery.items().size() - failed, row.getLong("SUCCEEDED_COUNT"));
            }
        });
        expected.keySet().stream()
                .filter(place -> !found.contains(place))
                .forEach(place -> wrong(place + " was lost: there is no drop of it"));
    }

    /** Every item has one result, the right one; nothing else has any. */
    private void items() throws SQLException {
        Map<Long, Integer> next = new HashMap<>();
        query("SELECT * FROM BATCH_ITEM_RESULT ORDER BY DROP_KEY, ITEM_INDEX", row -> {
            long key = row.getLong("DROP_KEY");
            int index = next.merge(key, 1, Integer::sum) - 1;
            List<Item> items = drops.containsKey(key) ? drops.get(key).items() : List.of();
            String where = name(key) + " item " + index;
            expect(where + " index", (long) index, row.getLong("ITEM_INDEX"));
            if (index >= items.size()) {
                wrong(where + " has a result, but there is no such item");
                return;
            }
            Item item = items.get(index);
            expect(where + " status", item.status(), row.getString("STATUS"));
            expect(where + " code", item.code(), row.getString("CODE"));
            expect(where + " succeeded", item.code() == null, row.getBoolean("SUCCEEDED"));
            String detail = row.getString("DETAIL");
            if (item.kept() != null && (detail == null || !detail.contains(item.kept()))) {
                wrong(where + " does not say where its content is kept");
            }
        });
        drops.forEach((key, delivery) ->
                expect(name(key) + " results", delivery.items().size(), next.getOrDefault(key, 0)));
    }

    /** Every document of a successful item is there once, and no other. */
    private void documents() throws SQLException {
        Map<String, String> expected = new TreeMap<>();
        drops.forEach((key, delivery) -> {
            for (int i = 0; i < delivery.items().size(); i++) {
                String document = delivery.items().get(i).document();
                if (document != null) {
                    expected.put(key + "/" + i, document);
                }
            }
        });
        Map<String, String> found = new TreeMap<>();
        query(
                "SELECT d.DROP_KEY, d.ITEM_INDEX, d.FINGERPRINT, d.DOCUMENT_ID, r.DETAIL FROM VAULT_DOCUMENT d"
                        + " LEFT JOIN BATCH_ITEM_RESULT r ON r.DROP_KEY = d.DROP_KEY AND r.ITEM_INDEX = d.ITEM_INDEX",
                row -> {
                    String place = row.getLong(1) + "/" + row.getLong(2);
                    String before = found.put(place, row.getString(3));
                    if (before != null) {
                        wrong(name(row.getLong(1)) + " item " + row.getLong(2) + " has two documents");
                    }
                    String detail = row.getString(5);
                    if (detail == null || !detail.contains(row.getString(4))) {
                        wrong(name(row.getLong(1)) + " item " + row.getLong(2) + ": its result names another document");
                    }
                });
        differences("documents", expected, found);
        nothing(
                "a verification of no document",
                "SELECT CAST(VERIFICATION_ID AS VARCHAR) FROM VAULT_VERIFICATION v WHERE NOT EXISTS"
                        + " (SELECT 1 FROM VAULT_DOCUMENT d WHERE d.DOCUMENT_ID = v.DOCUMENT_ID)");
        nothing(
                "a document that was verified twice",
                "SELECT CAST(DOCUMENT_ID AS VARCHAR) FROM VAULT_VERIFICATION GROUP BY DOCUMENT_ID HAVING COUNT(*) > 1");
    }

    private <T> void differences(String what, Map<String, T> expected, Map<String, T> found) {
        expected.forEach((place, value) -> {
            if (!value.equals(found.get(place))) {
                wrong(what + ": " + place + " is " + found.get(place) + " instead of " + value);
            }
        });
        found.keySet().stream()
                .filter(place -> !expected.containsKey(place))
                .forEach(place -> wrong(what + ": " + place + " is too many"));
    }

    /** Every required document was asked for once for each request that may, and every applicant is told once. */
    private void requests() throws SQLException {
        Map<String, Integer> events = new TreeMap<>();
        Map<String, Integer> notifications = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        drops.forEach((key, delivery) -> {
            for (Event event : delivery.events()) {
                events.put(key + "/" + event.request() + "/" + event.requiredDocument() + "/" + event.workflow(), 1);
                notifications.put(key + "/" + event.workflow(), 1);
                counts.merge(event.requiredDocument(), 1, Integer::sum);
            }
        });
        Map<String, Integer> found = new TreeMap<>();
        query(
                "SELECT DROP_KEY, REQUEST_INDEX, REQUIRED_DOCUMENT_ID, WORKFLOW_ID FROM VAULT_DOCUMENT_EVENT",
                row -> found.merge(
                        row.getLong(1) + "/" + row.getLong(2) + "/" + row.getString(3) + "/" + row.getString(4),
                        1,
                        Integer::sum));
        differences("events", events, found);
        Map<String, Integer> told = new TreeMap<>();
        query(
                "SELECT DROP_KEY, WORKFLOW_ID FROM NOTIFICATION",
                row -> told.merge(row.getLong(1) + "/" + row.getString(2), 1, Integer::sum));
        differences("notifications", notifications, told);
        Map<String, Integer> asked = new TreeMap<>();
        query(
                "SELECT REQUIRED_DOCUMENT_ID, REQUEST_COUNT FROM VAULT_REQUIRED_DOCUMENT WHERE REQUEST_COUNT <> 0",
                row -> asked.put(row.getString(1), row.getInt(2)));
        differences("request counts", counts, asked);
    }

    /** Each person is told of each drop once. */
    private void notices() throws SQLException {
        Map<String, Integer> expected = new TreeMap<>();
        drops.keySet().forEach(key -> Site.PEOPLE.forEach(person -> expected.put(key + "/" + person, 1)));
        Map<String, Integer> found = new TreeMap<>();
        query(
                "SELECT DROP_KEY, RECIPIENT FROM NOTICE WHERE KIND = 'DROP'",
                row -> found.merge(row.getLong(1) + "/" + row.getString(2), 1, Integer::sum));
        differences("notices", expected, found);
    }

    /** Users are there once, as their last roster says. */
    private void rosters() throws SQLException {
        Map<String, String> found = new TreeMap<>();
        query(
                "SELECT r.NAMESPACE, r.EXTERNAL_ID, u.EMAIL FROM VAULT_USER u"
                        + " LEFT JOIN VAULT_USER_REFERENCE r ON r.USER_ID = u.USER_ID",
                row -> {
                    if (found.put(row.getString(1) + "/" + row.getString(2), row.getString(3)) != null) {
                        wrong("the user " + row.getString(2) + " is there twice");
                    }
                });
        differences("users", emails, found);
        query(
                "SELECT COUNT(*) FROM VAULT_WORKFLOW",
                row -> expect("workflows", emails.isEmpty() ? 0 : Workload.workflowCount(), row.getInt(1)));
    }

    /** No execution is left open, and every drop that ran has completed once. */
    private void executions() throws SQLException {
        String open = "WHERE STATUS NOT IN ('COMPLETED', 'FAILED', 'STOPPED') OR END_TIME IS NULL";
        nothing("a job execution is open", "SELECT JOB_EXECUTION_ID || ' ' || STATUS FROM BATCH_JOB_EXECUTION " + open);
        nothing(
                "a step execution is open",
                "SELECT STEP_EXECUTION_ID || ' ' || STEP_NAME || ' ' || STATUS FROM BATCH_STEP_EXECUTION " + open);
        nothing(
                "a job instance completed more than once",
                "SELECT JOB_INSTANCE_ID FROM BATCH_JOB_EXECUTION WHERE STATUS = 'COMPLETED'"
                        + " GROUP BY JOB_INSTANCE_ID HAVING COUNT(*) > 1");
        long ran = drops.values().stream()
                .filter(delivery -> !delivery.outcome().equals("DUPLICATE"))
                .count();
        query(
                "SELECT COUNT(DISTINCT JOB_INSTANCE_ID) FROM BATCH_JOB_EXECUTION WHERE STATUS = 'COMPLETED'",
                row -> expect("completed jobs", ran, row.getLong(1)));
        query("SELECT COUNT(*) FROM BATCH_JOB_INSTANCE", row -> expect("jobs", ran, row.getLong(1)));
    }

    /** Every content that a row points to is there with those very bytes; what else is there was sent by somebody. */
    private void vault() throws IOException {
        Set<String> needed = new HashSet<>();
        Set<String> sent = new HashSet<>(contents);
        for (Delivery delivery : ledger) {
            for (Item item : delivery.items()) {
                Stream.of(item.document(), item.kept()).filter(Objects::nonNull).forEach(needed::add);
            }
            delivery.files().values().forEach(bytes -> sent.add(Workload.sha256(bytes)));
        }
        Set<String> found = new HashSet<>();
        for (Path file : files(site.home().resolve("vault"))) {
            String name = file.getFileName().toString();
            found.add(name);
            String folder = file.getParent().getFileName().toString();
            if (!name.matches("[0-9a-f]{64}") || !folder.equals(name.substring(0, 2))) {
                wrong("vault: " + file + " does not belong there");
            } else if (!Workload.sha256(Files.readAllBytes(file)).equals(name)) {
                wrong("vault: " + file + " holds other bytes");
            } else if (!needed.contains(name)) {
                orphans++;
                if (!sent.contains(name)) {
                    wrong("vault: nobody sent " + file);
                }
            }
        }
        needed.stream().filter(name -> !found.contains(name)).forEach(name -> wrong("vault: " + name + " is missing"));
    }

    /** Sources lie where the inbox's settings put them, whole, and nowhere else. */
    private void sources() throws IOException {
        Map<String, Set<String>> inInbox = new HashMap<>();
        Workload.INBOXES.forEach(inbox -> inInbox.put(inbox, new TreeSet<>()));
        for (Map.Entry<Long, Delivery> drop : drops.entrySet()) {
            Delivery delivery = drop.getValue();
            Path archive =
                    site.home().resolve("archive").resolve(delivery.inbox()).resolve(ids.get(drop.getKey()));
            switch (Site.after(delivery.inbox())) {
                case "keep" -> kept(delivery, inInbox.get(delivery.inbox()));
                case "archive" -> {
                    archived(delivery, archive);
                    if (site.isRemote()) {
                        archivedOnServer(delivery, ids.get(drop.getKey()), inInbox.get(delivery.inbox()));
                    }
                }
                default -> {}
            }
            if (!Site.after(delivery.inbox()).equals("archive") && Files.exists(archive)) {
                wrong(archive + " should not be there");
            }
        }
        for (String inbox : Workload.INBOXES) {
            Path root = site.inbox(inbox);
            for (Path file : files(root)) {
                if (!inInbox.get(inbox).contains(root.relativize(file).toString())) {
                    wrong(file + " is still in the inbox");
                }
            }
        }
    }

    private void kept(Delivery delivery, Set<String> names) throws IOException {
        for (Map.Entry<String, byte[]> file : delivery.files().entrySet()) {
            names.add(file.getKey());
            same(site.inbox(delivery.inbox()).resolve(file.getKey()), file.getValue());
        }
    }

    /** The server's own archive has every file as it was sent. */
    private void archivedOnServer(Delivery delivery, String id, Set<String> names) throws IOException {
        for (Map.Entry<String, byte[]> file : delivery.files().entrySet()) {
            String name = "archive/" + id + "/" + file.getKey();
            names.add(name);
            same(site.inbox(delivery.inbox()).resolve(name), file.getValue());
        }
    }

    private void same(Path file, byte[] bytes) throws IOException {
        if (!Files.exists(file)) {
            wrong(file + " is missing");
        } else if (!Arrays.equals(Files.readAllBytes(file), bytes)) {
            wrong(file + " has other bytes");
        }
    }

    private void archived(Delivery delivery, Path archive) throws IOException {
        same(archive.resolve(delivery.manifestName()), delivery.files().get(delivery.manifest()));
        Path listing = archive.resolve("contents.txt");
        if (!Files.exists(listing)) {
            wrong(listing + " is missing");
            return;
        }
        Set<String> listed = new HashSet<>();
        for (String line : Files.readAllLines(listing)) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            byte[] sent = delivery.files().get(delivery.folder() + cells[3]);
            listed.add(delivery.folder() + cells[3]);
            if (cells[2].equals("zip")) {
                continue;
            }
            expect(archive + " " + cells[3] + " fingerprint", sent == null ? "-" : Workload.sha256(sent), cells[0]);
            switch (cells[2]) {
                case "vault" -> same(site.home().resolve("vault/" + cells[0].substring(0, 2) + "/" + cells[0]), sent);
                case "here" -> same(archive.resolve("companions").resolve(cells[3]), sent);
                case "missing" -> expect(archive + " " + cells[3], null, sent);
                default -> wrong(listing + " says " + cells[2]);
            }
        }
        delivery.files().keySet().stream()
                .filter(name -> !name.equals(delivery.manifest()) && !listed.contains(name))
                .forEach(name -> wrong(listing + " does not name " + name));
    }

    /** Nothing half done is left anywhere. */
    private void leftovers() throws IOException {
        for (Path file : files(site.root())) {
            String name = file.getFileName().toString();
            if (file.startsWith(site.home().resolve("work")) || name.endsWith(".part") || name.endsWith(".tmp")) {
                wrong(file + " is left over");
            }
        }
        Path work = site.home().resolve("work");
        try (Stream<Path> left = Files.list(work)) {
            left.forEach(folder -> wrong(folder + " is left over"));
        }
        try (Stream<Path> folders = Files.walk(site.root())) {
            folders.filter(Files::isDirectory)
                    .filter(folder -> folder.toString().endsWith(".part"))
                    .forEach(folder -> wrong(folder + " is left over"));
        }
    }

    /** Reports and receipts are those of a run that nobody disturbed. */
    private void reports(Site undisturbed) throws IOException {
        Set<Path> expected = new HashSet<>();
        Set<Path> answers = new HashSet<>();
        for (Map.Entry<Long, Delivery> drop : drops.entrySet()) {
            Delivery delivery = drop.getValue();
            String id = ids.get(drop.getKey());
            Path own = site.home().resolve("reports").resolve(delivery.inbox()).resolve(id);
            if (!Files.isDirectory(own)) {
                wrong(own + " is missing");
                continue;
            }
            Set<String> names = names(own);
            if (!names.contains("summary.json") || !names.contains("report.html")) {
                wrong(own + " has " + names + " only");
            }
            names.forEach(name -> expected.add(own.resolve(name)));
            if (undisturbed != null) {
                compare(
                        own,
                        undisturbed
                                .home()
                                .resolve("reports")
                                .resolve(delivery.inbox())
                                .resolve(id),
                        names);
            }
            if (Site.answers(delivery.inbox())) {
                answers(delivery, id, own, names, answers, undisturbed);
            }
        }
        for (Path file : files(site.home().resolve("reports"))) {
            if (!expected.contains(file)) {
                wrong(file + " belongs to no drop");
            }
        }
        for (Path file : files(site.root().resolve("replies"))) {
            if (!answers.contains(file)) {
                wrong(file + " answers to no drop");
            }
        }
    }

    private void compare(Path own, Path other, Set<String> names) throws IOException {
        if (!Files.isDirectory(other)) {
            wrong(own + " is not there in the undisturbed run");
            return;
        }
        expect(own + " files", names(other), names);
        for (String name : names) {
            compareFile(own.resolve(name), other.resolve(name));
        }
    }

    private void compareFile(Path own, Path other) throws IOException {
        if (!Files.exists(own) || !Files.exists(other)) {
            wrong(own + " is missing here or in the undisturbed run");
            return;
        }
        String mine = normalised(Files.readString(own));
        String theirs = normalised(Files.readString(other));
        if (!mine.equals(theirs)) {
            wrong(own + " differs from the undisturbed run: " + firstDifference(mine, theirs));
        }
    }

    private static String firstDifference(String mine, String theirs) {
        List<String> own = mine.lines().toList();
        List<String> other = theirs.lines().toList();
        for (int i = 0; i < Math.min(own.size(), other.size()); i++) {
            if (!own.get(i).equals(other.get(i))) {
                return "line " + (i + 1) + " '" + own.get(i).strip() + "' instead of '"
                        + other.get(i).strip() + "'";
            }
        }
        return own.size() + " lines instead of " + other.size();
    }

    /** Without what no two runs have in common. */
    static String normalised(String text) {
        return text.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z| UTC)", "<time>")
                .replaceAll("trc_[0-9A-Za-z]{22}", "<trace>")
                .replaceAll("\"(jobExecutionId|restarts)\"\\s*:\\s*\\d+", "\"$1\": <number>")
                .replaceAll("<dt>(Took|Job execution|Restarts)</dt><dd>[^<]*</dd>", "<dt>$1</dt>");
    }

    /**
     * A receipt is the report's file, byte for byte; the sender's first receipt is like the undisturbed one. Where items were settled later, the
     * last of its later receipts are; those before are what they were.
     */
    private void answers(
            Delivery delivery, String id, Path report, Set<String> names, Set<Path> answers, Site undisturbed)
            throws IOException {
        Path replies = site.replies(delivery.inbox());
        Path received = replies.resolve(id + ".received.json");
        answers.add(received);
        if (undisturbed != null) {
            compareFile(received, undisturbed.replies(delivery.inbox()).resolve(id + ".received.json"));
        }
        int settled = 0;
        while (names(replies, id + ".settled-" + (settled + 1) + ".").findAny().isPresent()) {
            settled++;
        }
        if (settled > 0) {
            names(replies, id + ".").map(replies::resolve).forEach(answers::add);
        }
        for (String name : names) {
            if (!name.equals("report.html")) {
                Path answer = replies.resolve(id + (settled == 0 ? "." : ".settled-" + settled + ".") + name);
                answers.add(answer);
                same(answer, Files.readAllBytes(report.resolve(name)));
            }
        }
    }

    private static Stream<String> names(Path folder, String prefix) throws IOException {
        return names(folder).stream().filter(name -> name.startsWith(prefix));
    }

    private static Set<String> names(Path folder) throws IOException {
        return files(folder).stream()
                .map(file -> folder.relativize(file).toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file)).toList();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }
}
