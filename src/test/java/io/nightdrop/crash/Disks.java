package io.nightdrop.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** File systems of one's own, mounted below a folder, and unmounted at the end. Needs root. */
final class Disks implements AutoCloseable {

    private final Path folder;
    private final Deque<Path> mounted = new ArrayDeque<>();

    Disks(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
    }

    /** Why file systems cannot be made here; null when they can. */
    static String obstacle(String... tools) throws IOException, InterruptedException {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "needs Linux";
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return "needs root, to mount file systems";
        }
        for (String tool : tools) {
            if (new ProcessBuilder("sh", "-c", "command -v " + tool).start().waitFor() != 0) {
                return "needs the command " + tool;
            }
        }
        Path probe = Files.createTempDirectory("mount-probe");
        try (Disks disks = new Disks(probe)) {
            disks.memory("probe", "1m");
            return null;
        } catch (IOException refused) {
            return "may not mount file systems: " + refused.getMessage();
        } finally {
            Files.deleteIfExists(probe.resolve("probe"));
            Files.delete(probe);
        }
    }

    /** A file system of that size in memory. */
    Path memory(String name, String size) throws IOException, InterruptedException {
        return mount(name, "tmpfs", "-t", "tmpfs", "-o", "size=" + size);
    }

    /** Gives it another size. */
    static void resize(Path memory, String size) throws IOException, InterruptedException {
        command("mount", "-o", "remount,size=" + size, memory.toString());
    }

    /** A file that is a disk of that size, with a file system on it. */
    static void format(Path image, String size, String... maker) throws IOException, InterruptedException {
        command("truncate", "-s", size, image.toString());
        String[] command = Arrays.copyOf(maker, maker.length + 1);
        command[maker.length] = image.toString();
        command(command);
    }

    /** Mounts an image. */
    Path loop(String name, Path image) throws IOException, InterruptedException {
        return mount(name, image.toString(), "-o", "loop");
    }

    private Path mount(String name, String device, String... options) throws IOException, InterruptedException {
        Path place = folder.resolve(name);
        Files.createDirectories(place);
        String[] command = new String[options.length + 3];
        command[0] = "mount";
        System.arraycopy(options, 0, command, 1, options.length);
        command[options.length + 1] = device;
        command[options.length + 2] = place.toString();
        command(command);
        mounted.push(place);
        return place;
    }

    /** Unmounts one. */
    void unmount(Path place) throws IOException, InterruptedException {
        for (int i = 0; i < 50; i++) {
            if (new ProcessBuilder("umount", place.toString()).start().waitFor() == 0) {
                mounted.remove(place);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IOException(place + " cannot be unmounted");
    }

    /** Runs a command that must succeed. */
    static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said.strip());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            while (!mounted.isEmpty()) {
                unmount(mounted.peek());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
