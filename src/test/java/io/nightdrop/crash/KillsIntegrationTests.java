package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process that is killed at any instant has lost nothing and done nothing twice when the next ones have finished. Run by
 * {@code mvn verify -Pcrash -Dkills=N [-Dcrash.seed=S] [-Dcrash.database=h2|postgres|both]}.
 */
@Tag("crash")
class KillsIntegrationTests {

    private final int kills = Integer.getInteger("kills", 20);
    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);
    private final String databases = System.getProperty("crash.database", "both");

    private Path folder(String database) {
        return Path.of("target/crash/kills-" + database + "-" + seed).toAbsolutePath();
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnTheEmbeddedDatabase() throws Exception {
        assumeTrue(kills > 0 && !databases.equals("postgres"));
        Path folder = folder("h2");
        new Kills("H2", seed, kills, folder, CrashDatabase.embedded(Kills.home(folder)))
                .run(CrashDatabase.embedded(folder.resolve("undisturbed/home")));
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnPostgres() throws Exception {
        assumeTrue(kills > 0 && !databases.equals("h2"));
        Path folder = folder("postgres");
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            new Kills("PostgreSQL", seed, kills, folder, CrashDatabase.postgres(server, "disturbed"))
                    .run(CrashDatabase.postgres(server, "undisturbed"));
        }
    }
}
