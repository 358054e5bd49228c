package io.nightdrop.inbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.integration.file.DefaultDirectoryScanner;

/**
 * Lists an inbox with its sub-folders. Spring Integration's own recursive scanner gives up the whole listing when one
 * folder cannot be looked into or a file goes meanwhile; here that must not hide the rest.
 */
final class InboxScanner extends DefaultDirectoryScanner {

    private static final Logger LOG = LoggerFactory.getLogger(InboxScanner.class);

    @Override
    protected File[] listEligibleFiles(File directory) {
        List<File> files = new ArrayList<>();
        try {
            Files.walkFileTree(directory.toPath(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(file.toFile());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (file.equals(directory.toPath())) {
                        throw failure;
                    }
                    LOG.warn("{} cannot be looked at: {}", file, failure.toString());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return files.toArray(File[]::new);
    }
}
