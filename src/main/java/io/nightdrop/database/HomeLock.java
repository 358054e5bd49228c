package io.nightdrop.database;

import io.nightdrop.settings.NightdropSettings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from running drops in one home. A process that only looks takes the lock for its moment when
 * nobody has it, and otherwise shares the database of the one that runs. The operating system gives the lock back when
 * its process dies, however it dies.
 */
final class HomeLock {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final String RUNNER = "runs as process ";

    private final FileChannel channel;
    private final @Nullable FileLock lock;
    private final boolean runs;

    HomeLock(NightdropSettings settings, boolean runs) throws IOException {
        Path file = settings.home().resolve("nightdrop.lock");
        this.runs = runs;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.lock = acquire(settings.home());
    }

    private @Nullable FileLock acquire(Path home) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                channel.truncate(0);
                String note = runs ? RUNNER + ProcessHandle.current().pid() : "looks";
                channel.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)), 0);
                return taken;
            }
            String holder = holder();
            if (!runs && holder.startsWith(RUNNER)) {
                return null;
            }
            if (System.nanoTime() > deadline) {
                throw new HomeInUseException(
                        "another Nightdrop works in " + home + " (" + holder + "); only one may at a time");
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    private String holder() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    /** Whether somebody else runs in this home, whose database is to be shared. */
    boolean shared() {
        return lock == null;
    }

    @PreDestroy
    void release() throws IOException {
        channel.close();
    }
}
