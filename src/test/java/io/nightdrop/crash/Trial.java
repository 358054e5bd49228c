package io.nightdrop.crash;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An installation that is put on trial: drops arrive wave by wave, commands are run on it, and in the end all of it is proven
 * against the ledger and against another installation that got the same drops and was left alone.
 */
final class Trial {

    private static final Set<Integer> WELL = Set.of(0, 3, 4);

    private final long seed;
    private final Path folder;
    private final Site site;
    private final CrashDatabase database;
    private final Supply supply;
    private final List<Delivery> ledger = new ArrayList<>();
    private int waves;
    private int processes;

    /**
     * An empty installation.
     *
     * @param folder where logs and the undisturbed installation go
     */
    Trial(long seed, Path folder, Site site, CrashDatabase database) throws IOException {
        this(seed, folder, site, database, new Workload(seed));
    }

    /** The same with other drops; then no other installation can be given the same ones. */
    Trial(long seed, Path folder, Site site, CrashDatabase database, Supply supply) throws IOException {
        this.seed = seed;
        this.folder = folder;
        this.site = site.create();
        this.database = database;
        this.supply = supply;
    }

    /** An empty folder of that name under target/crash; what an earlier failure has left there goes. */
    static Path emptyFolder(String name) throws IOException {
        Path folder = Path.of("target/crash", name).toAbsolutePath();
        Disk.deleteTree(folder);
        return folder;
    }

    Site site() {
        return site;
    }

    Path folder() {
        return folder;
    }

    List<Delivery> ledger() {
        return List.copyOf(ledger);
    }

    int items() {
        return ledger.stream().mapToInt(delivery -> delivery.items().size()).sum();
    }

    /** The next wave arrives. */
    void deliver() throws IOException {
        waves++;
        for (Delivery delivery : supply.next()) {
            ledger.add(delivery);
            site.deliver(delivery);
        }
    }

    /** Starts {@code run} or {@code watch}; properties are those of {@link Faults}. */
    NightdropProcess start(String command, List<String> properties) throws IOException, InterruptedException {
        return start(command, properties, site, database);
    }

    /** Starts a command with arguments of its own. */
    NightdropProcess start(List<String> command, List<String> properties) throws IOException, InterruptedException {
        return start(command, properties, site, database);
    }

    /** The same on another installation. */
    NightdropProcess start(String command, List<String> properties, Site where, CrashDatabase with)
            throws IOException, InterruptedException {
        return start(List.of(command), properties, where, with);
    }

    private NightdropProcess start(List<String> command, List<String> properties, Site where, CrashDatabase with)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(command);
        arguments.addAll(where.arguments());
        arguments.addAll(with.arguments());
        String log = String.format(Locale.ROOT, "logs/%05d.log", ++processes);
        // small drops, too, are written by several threads, a batch or two at a time, as the process before did not do
        // it
        arguments.add("--nightdrop.partitions.slice-size=" + (processes % 2 == 0 ? 50 : 25));
        return NightdropProcess.start(folder.resolve(log), properties, arguments);
    }

    /** Runs once, undisturbed, and must end well. */
    NightdropProcess runWell() throws IOException, InterruptedException {
        NightdropProcess process = start("run", List.of());
        checkEnd(process);
        return process;
    }

    /** Waits for a process that nobody killed; it must end well. */
    static void checkEnd(NightdropProcess process) throws IOException, InterruptedException {
        int exit = process.exitCode();
        if (!WELL.contains(exit)) {
            throw new AssertionError("A run that nobody disturbed ended with " + exit + ":\n" + process.said());
        }
    }

    /** Every drop that arrived must be done by now. */
    void checkAllDone() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*), SUM(CASE WHEN STATE = 'DONE' THEN 1 ELSE 0 END) FROM NIGHT_DROP")) {
            row.next();
            if (row.getInt(1) != ledger.size() || row.getInt(2) != ledger.size()) {
                throw new AssertionError("Of " + ledger.size() + " drops that were sent there are " + row.getInt(1)
                        + ", and " + row.getInt(2) + " are done");
            }
        }
    }

    /** There must be nothing left to do. */
    void checkNothingNew() throws IOException, InterruptedException {
        String said = runWell().said();
        if (!said.contains("Nothing new")) {
            throw new AssertionError("There was something left to do:\n" + said);
        }
    }

    /** There must be nothing left to do; then the whole proof. */
    Proof.Verdict prove(CrashDatabase undisturbed) throws IOException, InterruptedException, SQLException {
        checkNothingNew();
        Proof.Verdict verdict = Proof.of(site, database, ledger(), supply.emails(), runUndisturbed(undisturbed));
        verdict.check("The disturbed installation");
        checkFsck();
        return verdict;
    }

    /** Proves another installation, which got the same drops. */
    Proof.Verdict prove(Site where, CrashDatabase with, Site undisturbed) throws IOException, SQLException {
        return Proof.of(where, with, ledger(), supply.emails(), undisturbed);
    }

    /** What the application's own check says of it. */
    void checkFsck() throws IOException, InterruptedException {
        NightdropProcess fsck = start("fsck", List.of());
        if (fsck.exitCode() != 0 || !fsck.said().contains("no damage; 0 unfinished")) {
            throw new AssertionError("fsck has found something:\n" + fsck.said());
        }
    }

    /** Another installation gets the same drops and one run; what comes of them has to be what the ledger says. */
    Site runUndisturbed(CrashDatabase with) throws IOException, InterruptedException, SQLException {
        Site other = undisturbed().create();
        Workload same = new Workload(seed);
        for (int i = 0; i < waves; i++) {
            for (Delivery delivery : same.next()) {
                other.deliver(delivery);
            }
        }
        checkEnd(start("run", List.of(), other, with));
        Proof.of(other, with, ledger(), same.emails(), null).check("The undisturbed installation");
        return other;
    }

    private Site undisturbed() {
        return new Site(folder.resolve("undisturbed"));
    }

    /** Where an embedded database of the undisturbed installation lies. */
    CrashDatabase undisturbedEmbedded() {
        return CrashDatabase.embedded(undisturbed().home());
    }

    /** Removes what only a failure needs. */
    void remove() throws IOException {
        site.remove();
        undisturbed().remove();
    }
}
