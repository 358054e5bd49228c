package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's sshd is not installed")
class InterruptedTransfersOnOpenSshIntegrationTests extends InterruptedTransfers {

    static boolean isInstalled() {
        return OpenSshServer.program() != null;
    }

    @Override
    TestServer server(Path home) throws IOException {
        return new OpenSshServer(home);
    }
}
