package io.nightdrop.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLocksTests {

    @TempDir
    private Path folder;

    @Test
    void ofADeadProcessManyThreadsSeeAtOnceThatItIsGone() throws IOException {
        NodeLocks locks = new NodeLocks(folder);
        UUID dead = UUID.randomUUID();
        Files.createFile(folder.resolve(dead + ".lock"));
        assertThat(IntStream.range(0, 5_000).parallel().allMatch(call -> locks.isFree(dead)))
                .isTrue();
    }

    @Test
    void whoHoldsItsLockIsAlive() throws IOException {
        NodeLocks locks = new NodeLocks(folder);
        UUID node = UUID.randomUUID();
        locks.hold(node);
        assertThat(locks.isFree(node)).isFalse();
        locks.release(node);
        assertThat(locks.isFree(node)).isTrue();
    }
}
