package io.nightdrop.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files that are still there after a power cut. A rename lasts once its folder is synced, a file once it is synced
 * itself; the order is always: write beside, sync the file, rename, sync the folder.
 */
public final class Disk {

    /** In bytes; the database, the reports and the log need some. */
    private static final long RESERVE = 64L * 1024 * 1024;

    private Disk() {}

    /** Puts a file's bytes on disk; also a file of somebody else's that may only be read. */
    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            sync(channel);
        }
    }

    /** Likewise of a file that is open. */
    public static void sync(FileChannel file) throws IOException {
        file.force(false);
    }

    /** Puts a folder's entries on disk: new names, renames, deletions. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Refuses to begin what would leave too little of the disk to all others.
     *
     * @param target the file that is to be written
     * @param bytes how many
     * @throws FileSystemException there is no room for them
     */
    public static void requireSpace(Path target, long bytes) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        long usable = Files.getFileStore(folder == null ? target : folder).getUsableSpace();
        if (usable - RESERVE < bytes) {
            throw new FileSystemException(
                    target.toString(),
                    null,
                    String.format(Locale.ROOT, "No space left on device for a file of %,d MB", bytes / 1_000_000));
        }
    }

    /** Makes a folder and those above it, for our eyes only where the file system knows that. */
    public static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, privacy());
        }
    }

    private static FileAttribute<?>[] privacy() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Writes what a file holds. */
    @FunctionalInterface
    public interface Content {
        /** Writes it to a path where nothing is yet. */
        void writeTo(Path path) throws IOException;
    }

    /** Makes a file appear whole, in the place of an older one if there is one: beside, synced, renamed, folder synced. */
    public static void replace(Path file, Content content) throws IOException {
        Path beside = file.resolveSibling("." + file.getFileName() + ".part");
        Files.deleteIfExists(beside);
        content.writeTo(beside);
        sync(beside);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            syncFolder(folder);
        }
    }

    /** Deletes a folder with all that is in it; links are deleted, not followed. Nothing happens when it is not there. */
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Whether anything is there. {@link Files#exists} says no by an exception, which takes many times as long. */
    public static boolean isThere(Path path) {
        return path.toFile().exists();
    }

    /**
     * The regular file at a path below a folder; empty when there is none, or when a part of the path is a link, or means another folder.
     *
     * @param path relative, with {@code /} between the names
     */
    public static Optional<Path> regularBelow(Path folder, String path) {
        return below(folder, path).filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** Likewise, but whatever lies there, if anything; it may be a link itself. */
    public static Optional<Path> below(Path folder, String path) {
        try {
            Path file = folder;
            for (String part : path.split("/", -1)) {
                boolean leaves = part.isEmpty() || part.equals(".") || part.equals("..");
                if (leaves || (file != folder && Files.isSymbolicLink(file))) {
                    return Optional.empty();
                }
                file = file.resolve(part);
            }
            return Optional.of(file);
        } catch (InvalidPathException unspeakable) {
            return Optional.empty();
        }
    }
}
