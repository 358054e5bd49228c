package io.nightdrop.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.ByteArrayResource;

/** A folder of this machine is known again, and nothing in it is trusted. */
class LocalReceiptFolderTests {

    @TempDir
    private Path folder;

    @Test
    void aFolderHasTheSameNameWhereverItsDeviceHasAnotherNumber() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
        assertThat(new LocalReceiptFolder(folder).name())
                .isEqualTo(folder + " ino=" + Files.getAttribute(folder, "unix:ino"));
    }

    @Test
    void aFolderWithoutANumberIsKnownByItsPath() throws IOException {
        try (FileSystem plain = FileSystems.newFileSystem(folder.resolve("plain.zip"), Map.of("create", "true"))) {
            assertThat(new LocalReceiptFolder(plain.getPath("/")).name()).isEqualTo("/");
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInTheWayIsNotReadFrom() throws Exception {
        Path pipe = folder.resolve("x");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        LocalReceiptFolder receipts = new LocalReceiptFolder(folder);
        receipts.prepare("x", new ByteArrayResource("text".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> receipts.publish("x")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(receipts.isPrepared("x")).isTrue();
    }
}
