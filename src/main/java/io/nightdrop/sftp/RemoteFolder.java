package io.nightdrop.sftp;

import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/**
 * A folder on an SFTP server. Paths are relative to it, with {@code /} between the names, and stay below it. Everything may be done again
 * after a fault, whatever became of the first try.
 *
 * <p>What is thrown: {@link HostKeyException}, {@link LoginRefusedException} and {@link ConnectionFailedException} when there is no
 * connection to be had or it is lost; a {@link FileSystemException} with the path when the server says no:
 * {@link NoSuchFileException}, {@link java.nio.file.AccessDeniedException}, {@link FileAlreadyExistsException},
 * {@link FileChangedException}.
 */
public final class RemoteFolder {

    private final Connections connections;
    private final String directory;

    RemoteFolder(Connections connections, String directory) {
        this.connections = connections;
        this.directory = directory;
    }

    /** Requests about one folder over one connection. */
    private interface Use<T> {
        T with(RemoteFiles files) throws IOException;
    }

    /** Requests that answer nothing. */
    private interface Command {
        void with(RemoteFiles files) throws IOException;
    }

    private void run(Command command) throws IOException {
        use(files -> {
            command.with(files);
            return true;
        });
    }

    private <T> T use(Use<T> use) throws IOException {
        return connections.use(connection -> use.with(new RemoteFiles(connection, directory)));
    }

    /**
     * Walks the folder and those below it and tells every entry that is not a folder, in no order, while the listing comes in. Links are told and not
     * followed. What vanishes meanwhile may be told or not. A folder below that cannot be looked into is told as a {@link RemoteFile.Kind#FOLDER}.
     *
     * @param entered which folders are looked into
     * @param seen is told each entry; must not use this server
     * @throws NoSuchFileException the folder itself is not there
     * @throws FileSystemException the folder itself cannot be listed, or there are too many entries, or it takes too long
     */
    public void list(Predicate<String> entered, Consumer<RemoteFile> seen) throws IOException {
        run(files -> new Listing(files, entered, seen, Listing.Limits.USUAL).walk());
    }

    /** What is there, links not followed; null when nothing is. */
    public @Nullable RemoteFile stat(String path) throws IOException {
        return use(files -> Optional.ofNullable(files.stat(path))).orElse(null);
    }

    /** Whether something is there. */
    public boolean exists(String path) throws IOException {
        return stat(path) != null;
    }

    /**
     * Fetches a file: beside, with {@code .part} added to the name, then synced and renamed, so that the target is whole or not there; one that
     * is there is replaced. To sync the target's folder is left to the caller.
     *
     * @param seen the file as it was looked at
     * @return what the file holds
     * @throws NoSuchFileException the file is not there any more
     * @throws FileChangedException it is not the one that was looked at, or it changed while it was fetched
     */
    public ContentFacts download(RemoteFile seen, Path target) throws IOException {
        return new Download(seen, target).from(fetch -> use(fetch::over));
    }

    /**
     * Delivers a file so that it appears whole, and never in the place of another one. Done again after a fault it finds what the first try did:
     * a file that is there with the same content is delivered. Whoever has to know that a receiver cannot get it twice, even when he
     * takes it away before the answer arrives here, uses {@link #prepare} and {@link #publish}.
     *
     * @throws FileAlreadyExistsException another file is there
     */
    public void upload(Path local, String path) throws IOException {
        run(files -> {
            Upload upload = new Upload(files, path);
            if (!upload.isDelivered(local)) {
                upload.prepare(new FileSystemResource(local));
                upload.publish();
            }
        });
    }

    /** Puts a file beside the place where it shall appear, as {@code .NAME.part}; one that is there is written anew. */
    public void prepare(Resource content, String path) throws IOException {
        run(files -> new Upload(files, path).prepare(content));
    }

    /** Whether something lies beside the place where a file shall appear. */
    public boolean isPrepared(String path) throws IOException {
        return use(files -> files.stat(new Upload(files, path).beside()) != null);
    }

    /**
     * Lets appear what was prepared. When nothing is prepared it appeared before: to be called only when {@link #prepare} is known to have
     * ended well.
     *
     * @return false when nothing is prepared
     * @throws FileAlreadyExistsException another file is there
     */
    public boolean publish(String path) throws IOException {
        return use(files -> new Upload(files, path).publish());
    }

    /**
     * Moves a file, if it still is the one that was looked at, never onto another one, and makes the folders that the target needs. One that is
     * gone or another by now is left alone.
     *
     * @throws FileAlreadyExistsException the target is there
     */
    public void move(RemoteFile taken, String to) throws IOException {
        run(files -> new Move(files, taken, to).run());
    }

    /** Deletes a file, if it still is the one that was looked at. */
    public void delete(RemoteFile taken) throws IOException {
        run(files -> {
            RemoteFile there = files.stat(taken.path());
            if (there != null && there.looksLike(taken)) {
                files.delete(taken.path());
            }
        });
    }

    /** Makes a folder and those above it. */
    public void makeFolders(String path) throws IOException {
        run(files -> files.makeFolders(path));
    }
}
