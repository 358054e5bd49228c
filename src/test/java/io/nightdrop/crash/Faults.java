package io.nightdrop.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * In the process that is to die: counts the hits of its fault point, and notes which phase it is in. Told by system
 * properties: {@code crash.point} and {@code crash.hit} say where to die, {@code crash.trail} names a file that tells the phase and to whom
 * items are handed on,
 * {@code crash.forgetful} gives the embedded database its own defaults back.
 */
public final class Faults {

    /** Whose place in the trail comes when, after the phase. */
    static final List<String> PARTNERS = List.of("pearsana", "kompliant");

    private static final int KILL = 9;
    private static final String POINT = System.getProperty("crash.point", "");
    private static final int DEADLY = Integer.getInteger("crash.hit", 1);
    private static final boolean FORGETFUL = Boolean.getBoolean("crash.forgetful");
    private static final AtomicInteger HITS = new AtomicInteger();
    private static final MappedByteBuffer TRAIL = trail(System.getProperty("crash.trail"));

    private Faults() {}

    /** What is mapped outlives the process. */
    private static MappedByteBuffer trail(String file) {
        if (file == null) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(
                Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 1 + PARTNERS.size());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Called by every method that a fault point names. */
    public static void hit(String point) {
        if (point.equals(POINT) && HITS.incrementAndGet() == DEADLY) {
            kill();
        }
    }

    /** Called by a method that begins a phase. */
    public static void phase(char letter) {
        if (TRAIL != null) {
            TRAIL.put(0, (byte) letter);
        }
    }

    /** Called by every method that hands a drop's items on to that partner, and by the one that ends it. */
    public static void sending(String partner, boolean begins) {
        int place = 1 + PARTNERS.indexOf(partner);
        if (TRAIL != null && place > 0) {
            TRAIL.put(place, (byte) (begins ? 1 : 0));
        }
    }

    /** Whether the embedded database is to have its own defaults. */
    public static boolean forgetful() {
        return FORGETFUL;
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
