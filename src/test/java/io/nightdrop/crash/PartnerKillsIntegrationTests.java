package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.partner.simulator.Kompliant;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.SimulatorProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Drops leave for two partners, which are a process with a ledger of its own, and processes are killed meanwhile: nothing is sent twice, and
 * what nobody knows is in doubt. {@code -Dpartner.kills=N} hits the drops of each partner N times on each database.
 */
@Tag("crash")
class PartnerKillsIntegrationTests {

    private final int kills = Integer.getInteger("partner.kills", 0);
    private final long seed = CrashProperties.SEED;

    @Test
    void nothingIsSentTwiceAndEveryDoubtIsKnownOnTheEmbeddedDatabase() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("h2");
        Path folder = Files.createDirectories(Trial.emptyFolder("partner-kills-h2-" + seed));
        try (SimulatorProcess simulator = simulator(folder)) {
            Site site = site(folder, simulator);
            run("H2", folder, site, CrashDatabase.embedded(site.home()), simulator);
        }
    }

    @Test
    void nothingIsSentTwiceAndEveryDoubtIsKnownOnPostgres() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("postgres");
        Path folder = Files.createDirectories(Trial.emptyFolder("partner-kills-postgres-" + seed));
        try (SimulatorProcess simulator = simulator(folder);
                PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Site site = site(folder, simulator);
            run("PostgreSQL", folder, site, CrashDatabase.postgres(server, "disturbed"), simulator);
        }
    }

    private void run(String name, Path folder, Site site, CrashDatabase database, SimulatorProcess simulator)
            throws Exception {
        PartnerWorkload workload = new PartnerWorkload(seed);
        Trial trial = new Trial(seed, folder, site, database, workload);
        new PartnerKills(name, seed, kills, trial, database, workload, simulator).run();
    }

    private static SimulatorProcess simulator(Path folder) throws Exception {
        List<String> arguments = new ArrayList<>(PartnerWorkload.SIMULATED);
        arguments.addAll(List.of("--late=PT2.5S", "--stall=PT5S", "--delay=PT0.2S"));
        return SimulatorProcess.start(folder.resolve("ledger.jsonl"), arguments.toArray(String[]::new));
    }

    /** Requests are small, so that there are many, and patience is short. */
    private static Site site(Path folder, SimulatorProcess simulator) {
        String pearsana = "--nightdrop.partners.pearsana.";
        String kompliant = "--nightdrop.partners.kompliant.";
        return new Site(
                folder.resolve("disturbed"),
                null,
                List.of(
                        "--nightdrop.inboxes." + PartnerWorkload.DOCUMENTS + ".writer=pearsana",
                        "--nightdrop.inboxes." + PartnerWorkload.REQUESTS + ".writer=kompliant",
                        pearsana + "type=pearsana",
                        pearsana + "base-url=" + simulator.baseUrl(),
                        pearsana + "token-url=" + simulator.tokenUrl(),
                        pearsana + "client-id=" + Pearsana.CLIENT_ID,
                        pearsana + "client-secret=" + Pearsana.CLIENT_SECRET,
                        pearsana + "max-items=5",
                        pearsana + "timeout=2s",
                        pearsana + "requests-per-second=1000",
                        kompliant + "type=kompliant",
                        kompliant + "base-url=" + simulator.baseUrl(),
                        kompliant + "api-key=" + Kompliant.API_KEY,
                        kompliant + "secret-key=" + Kompliant.SECRET_KEY,
                        kompliant + "auth-token=" + Kompliant.AUTH_TOKEN,
                        kompliant + "max-items=4",
                        kompliant + "timeout=2s",
                        kompliant + "requests-per-second=1000"));
    }
}
