package io.nightdrop.sftp;

import java.nio.file.Path;

class SftpInboxesOnMinaIntegrationTests extends SftpInboxes {

    @Override
    TestServer server(Path home) throws Exception {
        return new MinaServer(home);
    }
}
