package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Path;

class SftpTransfersOnMinaTests extends SftpTransfers {

    @Override
    TestServer server(Path home) throws IOException {
        return new MinaServer(home);
    }
}
