package io.nightdrop.sftp;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.test.context.ActiveProfiles;

@EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's sshd is not installed")
@ActiveProfiles("postgres")
class SftpInboxesOnOpenSshIntegrationTests extends SftpInboxes {

    static boolean isInstalled() {
        return OpenSshServer.program() != null;
    }

    @Override
    TestServer server(Path home) throws Exception {
        return new OpenSshServer(home);
    }
}
