package io.nightdrop.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** In the process that is to die: counts the hits of its fault point, and notes which phase it is in. */
public final class Faults {

    private static final int KILL = 9;
    private static final AtomicInteger HITS = new AtomicInteger();
    private static volatile int deadly;
    private static volatile MappedByteBuffer trail;

    private Faults() {}

    /** Says with which hit the process dies; 0: never. */
    static void arm(int hit) {
        deadly = hit;
    }

    /** Notes phases in that file; what is mapped outlives the process. */
    static void trail(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            trail = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Called by a method that the fault point names. */
    public static void hit() {
        if (HITS.incrementAndGet() == deadly) {
            kill();
        }
    }

    /** Called by a method that begins a phase. */
    public static void phase(char letter) {
        MappedByteBuffer noted = trail;
        if (noted != null) {
            noted.put(0, (byte) letter);
        }
    }

    /** SIGKILL from inside, at once: no shutdown hook, no finally. A command would take its time. */
    private static void kill() {
        try {
            Method raise = Class.forName("jdk.internal.misc.Signal").getDeclaredMethod("raise0", int.class);
            raise.setAccessible(true);
            raise.invoke(null, KILL);
        } catch (ReflectiveOperationException | RuntimeException another) {
            killByCommand();
        }
        Runtime.getRuntime().halt(128 + KILL);
    }

    private static void killByCommand() {
        try {
            new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start();
            TimeUnit.SECONDS.sleep(5);
        } catch (IOException | InterruptedException neither) {
            Runtime.getRuntime().halt(128 + KILL);
        }
    }
}
