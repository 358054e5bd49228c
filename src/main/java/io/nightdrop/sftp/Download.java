package io.nightdrop.sftp;

import io.nightdrop.disk.Disk;
import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Fetches a file so that it is whole under its name or not there. */
record Download(RemoteFile seen, Path target) {

    /** Lends a connection. */
    interface Lender {
        ContentFacts use(Fetch fetch) throws IOException;
    }

    /** What is done with it. */
    interface Fetch {
        ContentFacts over(RemoteFiles files) throws IOException;
    }

    ContentFacts from(Lender lender) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        boolean done = false;
        try {
            ContentFacts facts = lender.use(files -> fetch(files, part));
            Disk.sync(part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            done = true;
            return facts;
        } finally {
            if (!done) {
                Files.deleteIfExists(part);
            }
        }
    }

    private ContentFacts fetch(RemoteFiles files, Path part) throws IOException {
        RemoteContent.unchanged(seen, there(files));
        try (ContentFacts.Gatherer gatherer = new ContentFacts.Gatherer(Files.newOutputStream(part))) {
            RemoteContent.copy(files, seen, gatherer);
            RemoteContent.unchanged(seen, there(files));
            return gatherer.facts();
        }
    }

    private RemoteFile there(RemoteFiles files) throws IOException {
        RemoteFile now = files.stat(seen.path());
        if (now == null) {
            throw new NoSuchFileException(seen.path());
        }
        return now;
    }
}
