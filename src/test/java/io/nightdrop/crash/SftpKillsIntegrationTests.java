package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.sftp.MinaServer;
import io.nightdrop.sftp.OpenSshServer;
import io.nightdrop.sftp.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same when the inboxes and the folders for the answers lie on an SFTP server: MINA's in this virtual machine with the embedded
 * database, OpenSSH's with PostgreSQL. {@code -Dsftp.kills=N} kills N processes on each.
 */
@Tag("crash")
class SftpKillsIntegrationTests {

    private final int kills = Integer.getInteger("sftp.kills", 0);
    private final long seed = CrashProperties.SEED;

    @Test
    void nothingIsLostAndNothingIsDoneTwiceWithMinasServer() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("h2");
        Path folder = Files.createDirectories(Trial.emptyFolder("sftp-kills-h2-" + seed));
        TestServer mina = new MinaServer(folder);
        mina.start();
        try {
            Site site = new Site(folder.resolve("disturbed"), mina);
            Trial trial = new Trial(seed, folder, site, CrashDatabase.embedded(site.home()));
            new Kills("H2 and MINA SSHD", seed, kills, trial).run(trial.undisturbedEmbedded());
        } finally {
            mina.stop();
        }
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceWithOpenSshsServer() throws Exception {
        assumeTrue(kills > 0);
        CrashProperties.assumeDatabase("postgres");
        assumeTrue(OpenSshServer.program() != null, "OpenSSH's sshd is not installed");
        Path folder = Files.createDirectories(Trial.emptyFolder("sftp-kills-postgres-" + seed));
        TestServer openSsh = new OpenSshServer(folder);
        openSsh.start();
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Site site = new Site(folder.resolve("disturbed"), openSsh);
            Trial trial = new Trial(seed, folder, site, CrashDatabase.postgres(server, "disturbed"));
            new Kills("PostgreSQL and OpenSSH", seed, kills, trial).run(CrashDatabase.postgres(server, "undisturbed"));
        } finally {
            openSsh.stop();
        }
    }
}
