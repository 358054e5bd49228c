package io.nightdrop.receipt;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.springframework.core.io.Resource;

/** A folder of this machine. */
record LocalReceiptFolder(Path folder) implements ReceiptFolder {

    /**
     * With its number in its file system: the folder on which a disk is to be mounted is not the one that the disk brings. Not with the
     * device's number, which is another one on each host and after a restart.
     */
    @Override
    public String name() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such folder; make it, or mount it");
        }
        return folder + number();
    }

    private String number() throws IOException {
        try {
            return " ino=" + Files.getAttribute(folder, "unix:ino");
        } catch (UnsupportedOperationException | IllegalArgumentException unnumbered) {
            return "";
        }
    }

    private Path beside(String file) {
        return folder.resolve("." + file + ".part");
    }

    @Override
    public void prepare(String file, Resource content) throws IOException {
        Path beside = beside(file);
        Files.deleteIfExists(beside);
        try (InputStream in = content.getInputStream()) {
            Files.copy(in, beside);
        }
        Disk.sync(beside);
        Disk.syncFolder(folder);
    }

    @Override
    public boolean isPrepared(String file) {
        return Files.exists(beside(file), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean publish(String file) throws IOException {
        Path beside = beside(file);
        Path target = folder.resolve(file);
        if (!Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } else if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(beside, target) == -1) {
            Files.delete(beside);
        } else {
            throw new FileAlreadyExistsException(target.toString(), null, "another file is there");
        }
        Disk.syncFolder(folder);
        return true;
    }
}
