package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Transfers that something happens to anywhere, from the first byte of the connection to the last of the file: none leaves anything
 * of a file, each is noticed in time, the next try has the file whole, and nothing piles up. {@code -Dsftp.cuts=N} says how many.
 */
abstract class InterruptedTransfers extends SftpFixture {

    private static final int LARGEST = 1_500_000;
    private static final int WARM_UP = 20;

    private final int cuts = Integer.getInteger("sftp.cuts", 0);
    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);
    private final Random chance = new Random(seed);
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private Duration longest = Duration.ZERO;

    private enum Fault {
        RESET,
        CLOSE,
        STALL_OF_ANSWERS,
        STALL_OF_REQUESTS,
        SERVER_ENDS,
        FILE_REPLACED,
        FILE_GONE
    }

    @Test
    @Tag("crash")
    void leaveNothingAndAreBegunAgain() throws Exception {
        assumeTrue(cuts > 0);
        hurry();
        for (int i = 0; i < WARM_UP; i++) {
            interrupt();
        }
        long threads = threads();
        long files = openFiles();
        outcomes.clear();
        longest = Duration.ZERO;
        for (int i = 0; i < cuts; i++) {
            interrupt();
        }
        System.out.printf(
                Locale.ROOT,
                "Interrupted transfers over %s, seed %d: %d, the longest noticed after %d ms; threads %d, then %d; open files %d, then %d%n",
                server.getClass().getSimpleName(),
                seed,
                cuts,
                longest.toMillis(),
                threads,
                threads(),
                files,
                openFiles());
        outcomes.forEach((what, times) -> System.out.printf("  %4d  %s%n", times, what));
        assertThat(threads()).isLessThanOrEqualTo(threads + 5);
        assertThat(openFiles()).isLessThanOrEqualTo(files + 5);
    }

    private void interrupt() throws Exception {
        Fault fault = Fault.values()[chance.nextInt(Fault.values().length)];
        int size = 1 + chance.nextInt(LARGEST);
        Path remote = put("file", size);
        ContentFacts whole = ContentFacts.of(remote);
        RemoteFile file = seen("file");
        boolean fromTheFirstByte = chance.nextInt(4) == 0;
        if (fromTheFirstByte) {
            // None of the connections that are there lives on: it is cut while it connects.
            line.sweep();
        }
        arm(fault, fromTheFirstByte ? chance.nextInt(6_000) : chance.nextInt(size + size / 50 + 500), remote);

        Path target = here.resolve("file");
        long start = System.nanoTime();
        String outcome;
        try {
            ContentFacts fetched = folder.download(file, target);
            assertThat(fetched).isEqualTo(whole).isEqualTo(ContentFacts.of(target));
            outcome = "arrived whole before it happened, or after a connection was replaced";
        } catch (ConnectionFailedException expected) {
            assertThat(here).isEmptyDirectory();
            outcome = "given up, nothing left of it";
        } catch (FileChangedException | NoSuchFileException expected) {
            assertThat(fault).isIn(Fault.FILE_REPLACED, Fault.FILE_GONE);
            assertThat(here).isEmptyDirectory();
            outcome = "refused: not the file that was listed";
        }
        Duration noticed = Duration.ofNanos(System.nanoTime() - start);
        longest = noticed.compareTo(longest) > 0 ? noticed : longest;
        outcomes.merge(fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + outcome, 1, Integer::sum);

        line.heal();
        if (fault == Fault.SERVER_ENDS) {
            server.stop();
            server.start();
        }
        ContentFacts now = ContentFacts.of(put("file", size));
        assertThat(folder.download(seen("file"), target)).isEqualTo(now).isEqualTo(ContentFacts.of(target));
        Files.delete(target);
    }

    private void arm(Fault fault, long place, Path remote) {
        switch (fault) {
            case RESET -> line.cutDownAfter(place, true);
            case CLOSE -> line.cutDownAfter(place, false);
            case STALL_OF_ANSWERS -> line.stallDownAfter(place);
            case STALL_OF_REQUESTS -> line.stallUpAfter(place / 100);
            case SERVER_ENDS -> line.atDown(place, () -> unchecked(server::stop));
            case FILE_REPLACED ->
                line.atDown(
                        place,
                        () -> unchecked(() -> {
                            Files.write(remote, new byte[(int) Files.size(remote)]);
                            Files.setLastModifiedTime(remote, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
                        }));
            case FILE_GONE -> line.atDown(place, () -> unchecked(() -> Files.deleteIfExists(remote)));
        }
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private static void unchecked(Act act) {
        try {
            act.run();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Finds out about the connections that were cut, and has one that is well. */
    private void connectAnew() throws IOException {
        for (int lost = 0; ; lost++) {
            try {
                folder.exists("file");
                return;
            } catch (ConnectionFailedException cut) {
                assertThat(lost).isLessThan(4);
            }
        }
    }

    /** Those of the bad line are not counted: it never ends those that stall. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().equals("fault-proxy"))
                .count();
    }

    private long openFiles() throws IOException {
        line.sweep();
        connectAnew();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
