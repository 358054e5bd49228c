package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process that is killed at any instant has lost nothing and done nothing twice when the next ones have finished. Run by
 * {@code mvn verify -Pcrash -Dkills=N}; see docs/reliability.md.
 */
@Tag("crash")
class KillsIntegrationTests {

    private final int kills = Integer.getInteger("kills", 20);
    private final long seed = CrashProperties.SEED;

    private Path folder(String database) throws IOException {
        return Trial.emptyFolder("kills-" + database + "-" + seed);
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnTheEmbeddedDatabase() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("h2");
        Path folder = folder("h2");
        Site site = new Site(folder.resolve("disturbed"));
        Trial trial = new Trial(seed, folder, site, CrashDatabase.embedded(site.home()));
        new Kills("H2", seed, kills, trial).run(trial.undisturbedEmbedded());
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnPostgres() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("postgres");
        Path folder = folder("postgres");
        Site site = new Site(folder.resolve("disturbed"));
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Trial trial = new Trial(seed, folder, site, CrashDatabase.postgres(server, "disturbed"));
            new Kills("PostgreSQL", seed, kills, trial).run(CrashDatabase.postgres(server, "undisturbed"));
        }
    }
}
