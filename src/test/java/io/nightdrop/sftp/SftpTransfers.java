package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.disk.Workers;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.time.Ticker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.FileSystemResource;

/** What holds of every server, over a good line and over bad ones. */
abstract class SftpTransfers extends SftpFixture {

    private static Duration timed(ThrowingCallable task) throws Throwable {
        long start = System.nanoTime();
        task.call();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    // Listing

    @Test
    void aListingTellsRegularFilesInAllFoldersAndFollowsNoLink() throws IOException {
        put("a.csv", 3);
        put("night/deep/b ü.pdf", 70_000);
        Files.createDirectory(server.folder().resolve("empty"));
        put("archive/old.csv", 1);
        Files.createSymbolicLink(
                server.folder().resolve("link"), server.folder().resolve("a.csv"));
        Files.createSymbolicLink(server.folder().resolve("circle"), server.folder());
        Files.setLastModifiedTime(
                server.folder().resolve("a.csv"), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));

        Map<String, RemoteFile> all = new TreeMap<>();
        folder.list(entered -> !entered.equals("archive"), file -> all.put(file.path(), file));

        assertThat(all.keySet()).containsExactly("a.csv", "circle", "link", "night/deep/b ü.pdf");
        assertThat(all.get("a.csv"))
                .isEqualTo(new RemoteFile("a.csv", 3, Instant.parse("2001-02-03T04:05:06Z"), RemoteFile.Kind.FILE));
        assertThat(all.get("a.csv")).isEqualTo(folder.stat("a.csv"));
        assertThat(Objects.requireNonNull(all.get("night/deep/b ü.pdf")).size()).isEqualTo(70_000);
        assertThat(Objects.requireNonNull(all.get("link")).kind()).isEqualTo(RemoteFile.Kind.OTHER);
        assertThat(Objects.requireNonNull(all.get("circle")).kind()).isEqualTo(RemoteFile.Kind.OTHER);
    }

    @Test
    void aListingOfThousandsComesInParts() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(server.folder().resolve("document-" + i + ".pdf"));
        }
        assertThat(listed()).hasSize(3000);
    }

    @Test
    void aFolderThatVanishesWhileItsParentIsListedIsNoFault() throws IOException {
        put("a/b/file", 1);
        put("c/file", 1);
        List<String> files = new ArrayList<>();
        folder.list(
                entered -> {
                    if (entered.equals("a")) {
                        delete("a/b/file", "a/b", "a");
                    }
                    return true;
                },
                file -> files.add(file.path()));
        assertThat(files).containsExactly("c/file");
    }

    private void delete(String... paths) {
        try {
            for (String path : paths) {
                Files.delete(server.folder().resolve(path));
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aFolderThatIsNotThereIsSaidToBeMissing() {
        assertThatThrownBy(() -> client.folder(server.directory() + "/nowhere").list(entered -> true, file -> {}))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nowhere");
    }

    private void listWithin(Listing.Limits limits) throws IOException {
        SftpSettings settings = settings(line.port(), Duration.ofSeconds(15), PATIENCE);
        try (Connector connector =
                new Connector(settings, new RefusedLogins(settings, Clock.systemUTC(), System::nanoTime))) {
            RemoteFiles files = new RemoteFiles(connector.open(), server.directory());
            new Listing(files, entered -> true, file -> {}, limits).walk();
        }
    }

    @Test
    void aListingWithoutAnEndIsGivenUp() throws IOException {
        for (int i = 0; i < 10; i++) {
            put("night/" + i + "/file", 1);
        }
        AtomicLong nanos = new AtomicLong();
        Duration minute = Duration.ofMinutes(1);
        Ticker slow = () -> nanos.getAndAdd(minute.toNanos());
        listWithin(new Listing.Limits(100, 11, minute, System::nanoTime));
        assertThatThrownBy(() -> listWithin(new Listing.Limits(30, 11, minute, System::nanoTime)))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("night")
                .hasMessageEndingWith("the listing is given up: more than 30 entries");
        assertThatThrownBy(() -> listWithin(new Listing.Limits(100, 10, minute, System::nanoTime)))
                .isInstanceOf(FileSystemException.class)
                .hasMessageEndingWith("the listing is given up: more than 10 folders");
        assertThatThrownBy(() -> listWithin(new Listing.Limits(100, 11, minute.multipliedBy(5), slow)))
                .isInstanceOf(FileSystemException.class)
                .hasMessageEndingWith("the listing is given up: not at its end after 300 s");
    }

    @Test
    void aNameThatIsLongerThanAnyFilesIsNotThere() throws IOException {
        put("file", 1);
        assertThat(folder.stat("x".repeat(255))).isNull();
        for (String path : List.of("x".repeat(256), "ü".repeat(128), "y".repeat(300) + "/file")) {
            assertThat(folder.stat(path)).isNull();
        }
        assertThat(line.connections()).isEqualTo(1);
    }

    @Test
    void whatIsNotThereHasNoState() throws IOException {
        assertThat(folder.stat("nothing")).isNull();
        assertThat(folder.exists("nothing")).isFalse();
        folder.delete(new RemoteFile("nothing", 1, Instant.EPOCH, RemoteFile.Kind.FILE));
    }

    @Test
    void pathsStayBelowTheFolder() {
        for (String path : List.of("../host", "/etc/passwd", "a/../../host", "", "a//b", "a\0b")) {
            assertThatThrownBy(() -> folder.stat(path)).as(path).isInstanceOf(java.nio.file.InvalidPathException.class);
        }
    }

    // Fetching

    @Test
    void aFileIsFetchedWholeWithItsHash() throws IOException {
        Path remote = put("big.zip", 5_000_001);
        Path target = here.resolve("big.zip");
        Files.writeString(here.resolve("big.zip.part"), "what a crash left");

        ContentFacts facts = folder.download(seen("big.zip"), target);

        assertThat(facts).isEqualTo(ContentFacts.of(remote)).isEqualTo(ContentFacts.of(target));
        assertThat(names(here)).containsExactly("big.zip");
    }

    @Test
    void smallAndEmptyFilesAreFetched() throws IOException {
        for (int size : new int[] {0, 1, 32_767, 32_768, 32_769, 262_144}) {
            Path remote = put("file-" + size, size);
            assertThat(folder.download(seen("file-" + size), here.resolve("file")))
                    .isEqualTo(ContentFacts.of(remote));
        }
    }

    @Test
    void severalFilesAreFetchedAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<ContentFacts>> tasks = new ArrayList<>();
            List<ContentFacts> expected = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                expected.add(ContentFacts.of(put("file-" + i, 200_000 + i)));
                RemoteFile file = seen("file-" + i);
                tasks.add(() -> folder.download(file, here.resolve(file.path())));
            }
            List<ContentFacts> fetched = new ArrayList<>();
            for (Future<ContentFacts> done : threads.invokeAll(tasks)) {
                fetched.add(done.get());
            }
            assertThat(fetched).isEqualTo(expected);
            assertThat(line.connections()).isLessThanOrEqualTo(4);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aServerThatLetsInFewerAtOnceIsFetchedFromByFewer() throws Exception {
        for (int most : new int[] {1, 2}) {
            client.close();
            line.allow(most);
            client = client(Duration.ofSeconds(5), PATIENCE);
            folder = client.folder();
            List<Callable<ContentFacts>> tasks = new ArrayList<>();
            List<ContentFacts> expected = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                Path remote = put("file-" + i, 200_000 + i);
                expected.add(ContentFacts.of(remote));
                RemoteFile file = new RemoteFile(
                        "file-" + i,
                        200_000 + i,
                        Instant.ofEpochSecond(
                                Files.getLastModifiedTime(remote).toInstant().getEpochSecond()),
                        RemoteFile.Kind.FILE);
                tasks.add(() -> folder.download(file, here.resolve(file.path())));
            }
            try (Workers workers = new Workers("test", 8)) {
                assertThat(workers.all(tasks)).isEqualTo(expected);
            }
            assertThat(line.refused()).as("is not asked again and again").isBetween(1, 6);
        }
    }

    @Test
    void aConnectionCutAnywhereLeavesNoFileAndTheNextTryHasItWhole() throws IOException {
        int size = 1_000_000;
        ContentFacts whole = ContentFacts.of(put("file", size));
        RemoteFile file = seen("file");
        Path target = here.resolve("file");
        for (int percent = 0; percent < 100; percent += 5) {
            line.cutDownAfter(1 + (long) size * percent / 100, percent % 2 == 0);
            assertThatThrownBy(() -> folder.download(file, target))
                    .as("cut at %d %%", percent)
                    .isInstanceOf(ConnectionFailedException.class);
            assertThat(here).isEmptyDirectory();

            line.heal();
            assertThat(folder.download(file, target)).isEqualTo(whole);
            Files.delete(target);
        }
    }

    @Test
    void aStalledServerIsNoticed() throws Throwable {
        hurry();
        put("file", 3_000_000);
        RemoteFile file = seen("file");
        line.stallDownAfter(1_000_000);
        Duration noticed = timed(() -> assertThatThrownBy(() -> folder.download(file, here.resolve("file")))
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining("the server sent nothing for 600 ms")
                .hasMessageContaining(server.user() + "@127.0.0.1"));
        assertThat(noticed).isBetween(STALL, STALL.multipliedBy(10));
        assertThat(here).isEmptyDirectory();

        line.heal();
        folder.download(file, here.resolve("file"));
    }

    @Test
    void aServerThatStallsDuringAnyRequestIsNoticed() throws Throwable {
        hurry();
        Path local = Files.write(here.resolve("reply"), new byte[3_000_000]);
        put("file", 10);
        RemoteFile file = seen("file");
        List<ThrowingCallable> requests = List.of(
                () -> folder.list(entered -> true, entry -> {}),
                () -> folder.stat("file"),
                () -> folder.move(file, "elsewhere"),
                () -> folder.delete(file),
                () -> folder.upload(local, "reply"));
        for (ThrowingCallable request : requests) {
            folder.exists("file");
            line.stallUpAfter(1);
            Duration noticed = timed(() -> assertThatThrownBy(request).isInstanceOf(ConnectionFailedException.class));
            assertThat(noticed).isBetween(STALL, STALL.multipliedBy(10));
            line.heal();
        }
    }

    @Test
    void anUploadThatStallsInTheMiddleIsNoticed() throws Throwable {
        hurry();
        Path local = Files.write(here.resolve("reply"), new byte[8_000_000]);
        folder.exists("reply");
        line.stallUpAfter(500_000);
        Duration noticed = timed(() ->
                assertThatThrownBy(() -> folder.upload(local, "reply")).isInstanceOf(ConnectionFailedException.class));
        assertThat(noticed).isBetween(STALL, STALL.multipliedBy(10));
    }

    @Test
    void aSlowServerIsNotTakenForAStalledOne() throws Throwable {
        Duration stall = STALL.multipliedBy(4); // a busy machine may by itself pause for longer than STALL
        waitFor(stall);
        ContentFacts whole = ContentFacts.of(put("file", 40_000));
        RemoteFile file = seen("file");
        line.drip(500); // an answer of 32 KiB takes twice as long as a stall
        Duration taken = timed(
                () -> assertThat(folder.download(file, here.resolve("file"))).isEqualTo(whole));
        assertThat(taken).isGreaterThan(stall.multipliedBy(2));
        assertThat(line.connections()).isEqualTo(1);
    }

    @Test
    void aFileThatVanishedSinceItWasListedIsSaidToBeGone() throws IOException {
        Path remote = put("file", 10);
        RemoteFile file = seen("file");
        Files.delete(remote);
        assertThatThrownBy(() -> folder.download(file, here.resolve("file")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("file");
        assertThat(here).isEmptyDirectory();
        assertThat(line.connections()).as("the connection is still good").isEqualTo(1);
        folder.exists("file");
        assertThat(line.connections()).isEqualTo(1);
    }

    @Test
    void aFileThatIsAnotherThanTheOneThatWasSeenIsNotFetched() throws IOException {
        Path remote = put("file", 10);
        RemoteFile file = seen("file");
        Files.writeString(remote, "longer than it was");
        assertThatThrownBy(() -> folder.download(file, here.resolve("file"))).isInstanceOf(FileChangedException.class);

        Files.delete(remote);
        Files.createSymbolicLink(remote, server.hostKey());
        assertThatThrownBy(() -> folder.download(file, here.resolve("file"))).isInstanceOf(FileChangedException.class);
        assertThat(here).isEmptyDirectory();
    }

    @Test
    void aFileThatGrowsShrinksOrIsReplacedWhileItIsFetchedIsNotTaken() throws IOException {
        Path remote = put("file", 4_000_000);
        List<ThrowingCallable> changes = List.of(
                () -> Files.write(remote, new byte[100], StandardOpenOption.APPEND),
                () -> Files.write(remote, new byte[2_000_000]),
                () -> Files.setLastModifiedTime(remote, FileTime.from(Instant.parse("2020-01-01T00:00:00Z"))));
        for (ThrowingCallable change : changes) {
            Files.write(remote, new byte[4_000_000]);
            RemoteFile file = seen("file");
            line.atDown(1_000_000, () -> {
                try {
                    change.call();
                } catch (Throwable failed) {
                    throw new IllegalStateException(failed);
                }
            });
            assertThatThrownBy(() -> folder.download(file, here.resolve("file")))
                    .isInstanceOf(FileChangedException.class);
            assertThat(here).isEmptyDirectory();
        }
    }

    @Test
    void aFileThatIsTakenAwayWhileItIsFetchedIsNotTaken() throws IOException {
        Path remote = put("file", 4_000_000);
        RemoteFile file = seen("file");
        line.atDown(1_000_000, () -> delete("file"));
        assertThatThrownBy(() -> folder.download(file, here.resolve("file"))).isInstanceOf(NoSuchFileException.class);
        assertThat(remote).doesNotExist();
        assertThat(here).isEmptyDirectory();
    }

    // Connections

    @Test
    void aServerThatWasRestartedIsConnectedAnew() throws Exception {
        put("file", 10);
        assertThat(folder.exists("file")).isTrue();
        server.stop();
        assertThatThrownBy(() -> {
                    folder.exists("file");
                    folder.exists("file");
                })
                .isInstanceOf(ConnectionFailedException.class);
        server.start();
        assertThat(folder.exists("file")).isTrue();
        server.stop();
        server.start();
        Thread.sleep(100);
        assertThat(folder.exists("file")).isTrue();
    }

    @Test
    void aConnectionThatWentStaleIsReplacedBeforeItIsUsed() throws Throwable {
        put("file", 10);
        client.close();
        client = client(Duration.ZERO, STALL);
        folder = client.folder();
        assertThat(folder.exists("file")).isTrue();
        line.stallDownAfter(1);
        Duration taken = timed(() -> {
            Thread healer = new Thread(() -> {
                try {
                    Thread.sleep(200);
                } catch (InterruptedException ended) {
                    return;
                }
                line.heal();
            });
            healer.start();
            assertThat(folder.exists("file")).isTrue();
            healer.join();
        });
        assertThat(line.connections()).isEqualTo(2);
        assertThat(taken).isLessThan(STALL.multipliedBy(10));
    }

    @Test
    void aServerThatCannotBeReachedIsNamedInOneLine() throws IOException {
        line.close();
        assertThatThrownBy(() -> folder.exists("file"))
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessage(
                        "Cannot connect to " + server.user() + "@127.0.0.1:" + line.port() + ": Connection refused");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() throws Throwable {
        client.close();
        client = new SftpServer(
                settings(line.port(), Duration.ofMillis(500), PATIENCE), Clock.systemUTC(), System::nanoTime);
        line.stallDownAfter(1);
        Duration noticed = timed(() -> assertThatThrownBy(() -> client.folder().exists("file"))
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageEndingWith("no answer within 500 ms"));
        assertThat(noticed).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatStallsAnywhereWhileItConnectsIsNoticed() throws Throwable {
        put("file", 10);
        folder.exists("file");
        long bytes = line.down();
        for (long place : new long[] {bytes / 4, bytes / 2, bytes * 3 / 4, bytes - 250, bytes - 150, bytes - 100}) {
            line.heal();
            line.stallDownAfter(place);
            try (SftpServer another = new SftpServer(
                    settings(line.port(), Duration.ofMillis(700), STALL), Clock.systemUTC(), System::nanoTime)) {
                assertThatThrownBy(() -> another.folder().exists("file"))
                        .as("stalled after %d of %d bytes", place, bytes)
                        .isInstanceOf(ConnectionFailedException.class);
            }
            assertThat(Thread.interrupted())
                    .as("nobody has interrupted this thread")
                    .isFalse();
        }
    }

    // Delivering

    @Test
    void aFileIsDeliveredOnceHoweverOftenItIsTried() throws IOException {
        Path reply = Files.write(here.resolve("reply"), new byte[100_000]);
        folder.upload(reply, "reply");
        FileTime first = Files.getLastModifiedTime(server.folder().resolve("reply"));
        Files.writeString(server.folder().resolve(".reply.part"), "what a crash left");
        folder.upload(reply, "reply");
        assertThat(names(server.folder())).containsExactly("reply");
        assertThat(Files.mismatch(reply, server.folder().resolve("reply"))).isEqualTo(-1);
        assertThat(Files.getLastModifiedTime(server.folder().resolve("reply"))).isEqualTo(first);
    }

    @Test
    void aDeliveryNeverTakesThePlaceOfAnotherFile() throws IOException {
        Path theirs = put("reply", 10);
        Path same = Files.write(here.resolve("same-size"), new byte[10]);
        Path other = Files.write(here.resolve("other-size"), new byte[11]);
        byte[] content = Files.readAllBytes(theirs);
        for (Path reply : List.of(same, other)) {
            assertThatThrownBy(() -> folder.upload(reply, "reply")).isInstanceOf(FileAlreadyExistsException.class);
            folder.prepare(new FileSystemResource(reply), "reply");
            assertThatThrownBy(() -> folder.publish("reply")).isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(Files.readAllBytes(theirs)).isEqualTo(content);
    }

    @Test
    void aDeliveryCutAnywhereIsCompletedByTheNextTry() throws IOException {
        Path reply = here.resolve("reply");
        Files.write(reply, new byte[500_000]);
        for (long cut : new long[] {1, 200, 1_000, 100_000, 400_000, 500_000, 504_000, 506_000, 508_000}) {
            folder.exists("reply");
            line.cutUpAfter(cut);
            try {
                folder.upload(reply, "reply");
            } catch (ConnectionFailedException expected) {
                assertThat(server.folder().resolve("reply"))
                        .satisfiesAnyOf(file -> assertThat(file).doesNotExist(), file -> assertThat(file)
                                .hasSize(500_000));
            }
            line.heal();
            folder.upload(reply, "reply");
            assertThat(names(server.folder())).containsExactly("reply");
            assertThat(Files.mismatch(reply, server.folder().resolve("reply"))).isEqualTo(-1);
            Files.delete(server.folder().resolve("reply"));
        }
    }

    @Test
    void whatTheReceiverTookAwayIsNotPublishedASecondTime() throws IOException {
        Path reply = Files.writeString(here.resolve("reply"), "well done");
        folder.prepare(new FileSystemResource(reply), "reply");
        assertThat(names(server.folder())).containsExactly(".reply.part");
        folder.publish("reply");
        delete("reply");
        folder.publish("reply");
        assertThat(server.folder()).isEmptyDirectory();
    }

    @Test
    void namesBeyondAsciiArriveAsTheyAre() throws IOException {
        Path reply = Files.writeString(here.resolve("reply"), "gut");
        folder.upload(reply, "Zeugnis für Łukasz 学生.json");
        assertThat(names(server.folder())).containsExactly("Zeugnis für Łukasz 学生.json");
        assertThat(listed().keySet()).containsExactly("Zeugnis für Łukasz 学生.json");
    }

    // Putting away

    @Test
    void aFileIsMovedIntoFoldersThatAreMade() throws IOException {
        put("night/file", 10);
        RemoteFile taken = seen("night/file");
        folder.move(taken, "archive/2026/night/file");
        assertThat(listed().keySet()).containsExactly("archive/2026/night/file");
        folder.move(taken, "archive/2026/night/file");
        assertThat(listed().keySet()).containsExactly("archive/2026/night/file");
    }

    @Test
    void whatItsSenderHasReplacedStays() throws IOException {
        put("file", 10);
        RemoteFile taken = seen("file");
        put("file", 11);
        folder.move(taken, "archive/file");
        folder.delete(taken);
        assertThat(listed().keySet()).containsExactly("file");
    }

    @Test
    void whatItsSenderReplacesWhileItIsMovedGoesBack() throws IOException {
        Path remote = put("file", 10);
        RemoteFile taken = seen("file");
        SftpSettings settings = settings(line.port(), Duration.ofSeconds(15), PATIENCE);
        try (Connector connector =
                new Connector(settings, new RefusedLogins(settings, Clock.systemUTC(), System::nanoTime))) {
            RemoteFiles files = new RemoteFiles(connector.open(), server.directory());
            AtomicInteger answers = new AtomicInteger();
            Move.Eyes late = path -> {
                RemoteFile there = files.stat(path);
                if (answers.incrementAndGet() == 1) {
                    Files.write(remote, new byte[20]);
                }
                return there;
            };
            new Move(files, late, taken, "moved").run();
        }
        assertThat(listed().keySet()).containsExactly("file");
        assertThat(remote).hasSize(20);
    }

    @Test
    void aMoveNeverTakesThePlaceOfAnotherFile() throws IOException {
        put("file", 10);
        put("archive/file", 20);
        RemoteFile taken = seen("file");
        assertThatThrownBy(() -> folder.move(taken, "archive/file")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(server.folder().resolve("file")).hasSize(10);
        assertThat(server.folder().resolve("archive/file")).hasSize(20);
    }

    @Test
    void theServerItselfRefusesToRenameOntoAFile() throws IOException {
        put("file", 10);
        put("other", 20);
        SftpSettings settings = settings(line.port(), Duration.ofSeconds(15), PATIENCE);
        try (Connector connector =
                new Connector(settings, new RefusedLogins(settings, Clock.systemUTC(), System::nanoTime))) {
            RemoteFiles files = new RemoteFiles(connector.open(), server.directory());
            assertThatThrownBy(() -> Move.rename(files, "file", "other"))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(server.folder().resolve("file")).hasSize(10);
        assertThat(server.folder().resolve("other")).hasSize(20);
    }

    @Test
    void foldersAreMadeOnce() throws IOException {
        folder.makeFolders("a/b/c");
        folder.makeFolders("a/b/c");
        put("file", 1);
        assertThatThrownBy(() -> folder.makeFolders("file/below")).isInstanceOf(IOException.class);
        assertThat(server.folder().resolve("a/b/c")).isDirectory();
    }

    @Test
    void aFileIsDeletedAndMayBeGone() throws IOException {
        put("file", 1);
        RemoteFile taken = seen("file");
        folder.delete(taken);
        folder.delete(taken);
        assertThat(server.folder()).isEmptyDirectory();
    }
}
