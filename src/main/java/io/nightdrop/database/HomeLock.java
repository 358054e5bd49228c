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
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from running drops in one home. A process that only looks takes the lock for its moment when
 * nobody has it, and otherwise shares the database of the one that runs. The operating system gives the lock back when
 * its process dies, however it dies.
 */
public final class HomeLock {

    /** What a process wants of a home. */
    enum Use {
        /** It only looks. */
        LOOK,
        /** It runs drops, so it must be the only one that does. */
        RUN,
        /** It runs drops when nobody else does, and else leaves a word for the one that does. */
        RUN_IF_FREE;

        static Use of(String property) {
            return switch (property) {
                case "true" -> RUN;
                case "if-free" -> RUN_IF_FREE;
                default -> LOOK;
            };
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final String RUNNER = "runs as process ";
    private static final String SHARES = " and shares ";

    /** The bytes that are locked, far behind the text: so a lock never stands in the way of reading who holds it. */
    private static final long RUNNING = 1L << 30;

    private static final long WRITING = RUNNING + 1;

    private final FileChannel channel;
    private final @Nullable FileLock lock;
    private final Use use;
    private final boolean embedded;

    /**
     * Takes it.
     *
     * @param embedded whether the database is the embedded one, which only one process can open; else nothing is locked, as
     *     any number may run
     */
    HomeLock(NightdropSettings settings, Use use, boolean embedded) throws IOException {
        Path file = settings.home().resolve("nightdrop.lock");
        this.use = use;
        this.embedded = embedded;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.lock = acquire(settings.home());
    }

    private @Nullable FileLock acquire(Path home) throws IOException {
        if (!embedded) {
            return null;
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            FileLock taken = channel.tryLock(RUNNING, 1, false);
            if (taken != null) {
                note(use != Use.LOOK ? RUNNER + ProcessHandle.current().pid() : "looks");
                return taken;
            }
            String holder = holder();
            if (use != Use.RUN && holder.contains(SHARES)) {
                return null;
            }
            if (System.nanoTime() > deadline) {
                String who = holder.contains(SHARES) ? holder.substring(0, holder.indexOf(SHARES)) : holder;
                throw new HomeInUseException(
                        "another Nightdrop works in " + home + " (" + who + "); only one may at a time");
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    /** Whether this process may run drops. */
    public boolean mayRun() {
        return use != Use.LOOK && (lock != null || !embedded);
    }

    /** Whether the database is the embedded one. */
    boolean isEmbedded() {
        return embedded;
    }

    /** Whether this process is a guest in the database of another one, which runs drops. */
    boolean isGuest() {
        return embedded && lock == null;
    }

    /**
     * Takes the lock on writing to the embedded database, among all processes.
     *
     * @return the lock, to be released; null when another process has it
     */
    @Nullable
    FileLock tryWriting() throws IOException {
        return channel.tryLock(WRITING, 1, false);
    }

    /** Who else runs drops in this home, for people: {@code process 4711}; empty when nobody does. */
    public Optional<String> otherRunner() throws IOException {
        if (!isGuest()) {
            return Optional.empty();
        }
        FileLock free = channel.tryLock(RUNNING, 1, false);
        if (free != null) {
            free.release();
            return Optional.empty();
        }
        String holder = holder();
        int end = holder.contains(SHARES) ? holder.indexOf(SHARES) : holder.length();
        return holder.startsWith(RUNNER)
                ? Optional.of("process " + holder.substring(RUNNER.length(), end))
                : Optional.empty();
    }

    private void note(String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** Tells those who look where the database is served; the address holds a secret, the file is for our eyes only. */
    void share(String address) throws IOException {
        note(RUNNER + ProcessHandle.current().pid() + SHARES + address);
    }

    /** Where the one who runs serves the database; null when nobody else runs. */
    @Nullable
    String sharedAddress() throws IOException {
        if (!isGuest()) {
            return null;
        }
        String holder = holder();
        return holder.substring(holder.indexOf(SHARES) + SHARES.length());
    }

    private String holder() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(300);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    @PreDestroy
    void release() throws IOException {
        channel.close();
    }
}
