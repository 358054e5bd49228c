package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SftpTransfersOnMinaTests extends SftpTransfers {

    @Override
    TestServer server(Path home) throws IOException {
        return new MinaServer(home);
    }

    @Test
    void aFolderThatIsRefusedForWhateverReasonIsToldAndTheOthersAreListed() throws IOException {
        put("a", 1);
        put("odd/b", 1);
        put("night/c", 1);
        MinaServer mina = (MinaServer) server;
        try {
            mina.refuseToList("odd");
            assertThat(listed().keySet()).containsExactly("a", "night/c", "odd");
            assertThat(Objects.requireNonNull(listed().get("odd")).kind()).isEqualTo(RemoteFile.Kind.FOLDER);

            mina.refuseToList("inbox");
            assertThatThrownBy(this::listed)
                    .as("the folder itself")
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("no?[2J")
                    .satisfies(refused -> {
                        StringWriter trace = new StringWriter();
                        refused.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString()).doesNotContain("\u001B");
                    });
        } finally {
            mina.refuseToList("");
        }
    }
}
