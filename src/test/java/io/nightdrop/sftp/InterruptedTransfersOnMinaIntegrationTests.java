package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Path;

class InterruptedTransfersOnMinaIntegrationTests extends InterruptedTransfers {

    @Override
    TestServer server(Path home) throws IOException {
        return new MinaServer(home);
    }
}
