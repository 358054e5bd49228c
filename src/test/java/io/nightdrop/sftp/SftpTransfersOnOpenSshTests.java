package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's sshd is not installed")
class SftpTransfersOnOpenSshTests extends SftpTransfers {

    static boolean isInstalled() {
        return OpenSshServer.program() != null;
    }

    @Override
    TestServer server(Path home) throws IOException {
        return new OpenSshServer(home);
    }

    @Test
    void aPathThatIsLongerThanTheSystemTakesIsNotThere() throws IOException {
        assertThat(folder.stat("z/".repeat(2500) + "z") == null).isTrue();
        assertThat(line.connections()).isEqualTo(1);
    }
}
