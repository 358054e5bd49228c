package io.nightdrop.sftp;

import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.SftpSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One transfer in a process of its own, for figures and for a test with a small heap. Arguments: host, port, user, private key, known
 * hosts, directory, then {@code list} or {@code get NAME TARGET}.
 */
final class TransferFigures {

    private TransferFigures() {}

    public static void main(String[] arguments) throws Exception {
        SftpSettings settings = new SftpSettings(
                arguments[0],
                Integer.parseInt(arguments[1]),
                arguments[2],
                arguments[5],
                "archive",
                Path.of(arguments[3]),
                null,
                null,
                Path.of(arguments[4]),
                Duration.ofSeconds(10),
                Duration.ofSeconds(45),
                4);
        try (SftpServer server = new SftpServer(settings, Clock.systemUTC(), System::nanoTime)) {
            RemoteFolder folder = server.folder();
            folder.exists("nothing");
            long start = System.nanoTime();
            if (arguments[6].equals("list")) {
                AtomicLong files = new AtomicLong();
                folder.list(entered -> true, file -> files.incrementAndGet());
                System.out.printf("%d files%n", files.get());
            } else {
                RemoteFile seen = folder.stat(arguments[7]);
                if (seen == null) {
                    throw new IllegalArgumentException(arguments[7] + " is not there");
                }
                ContentFacts facts = folder.download(seen, Path.of(arguments[8]));
                System.out.printf("%d bytes %s%n", facts.size(), facts.fingerprint());
            }
            System.out.printf(
                    "%.1f s%n", Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0);
        }
    }
}
