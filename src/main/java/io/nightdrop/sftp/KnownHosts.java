package io.nightdrop.sftp;

import io.nightdrop.sftp.HostKeyException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that a known-hosts file trusts one server with; read anew for each connection. Hashed names, patterns and {@code [host]:port}
 * count, {@code @revoked} wins over everything and on every port, certificates ({@code @cert-authority}) are not used. A file that is not there has
 * no keys, a line that cannot be read is skipped.
 */
record KnownHosts(Path file, Server server, List<HostKey> trusted, List<HostKey> revoked) {

    static final int DEFAULT_PORT = 22;

    private static final Pattern REVOKED = Pattern.compile("\\s*@revoked\\s+(\\S+)\\s+(.*)");

    private static final Logger LOG = LoggerFactory.getLogger(KnownHosts.class);

    /** A server as known-hosts files write it. */
    record Server(String host, int port) {
        Server {
            host = host.toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return port == DEFAULT_PORT ? host : "[" + host + "]:" + port;
        }
    }

    static KnownHosts read(Path file, Server server) throws IOException {
        List<HostKey> trusted = new ArrayList<>();
        List<HostKey> revoked = new ArrayList<>();
        for (String line : lines(file)) {
            Matcher revocation = REVOKED.matcher(line);
            KnownHostEntry entry = entry(revocation.matches() ? "* " + revocation.group(2) : line);
            if (entry == null) {
                continue;
            }
            HostKey key = HostKey.of(
                    entry.getKeyEntry().getKeyType(), entry.getKeyEntry().getKeyData());
            if (revocation.matches()) {
                if (new RevokedHosts(revocation.group(1)).include(server)) {
                    revoked.add(key);
                }
            } else if (entry.getMarker() == null && entry.isHostMatch(server.host(), server.port())) {
                trusted.add(key);
            }
        }
        return new KnownHosts(file, server, List.copyOf(trusted), List.copyOf(revoked));
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            return List.of();
        }
    }

    private static @Nullable KnownHostEntry entry(String line) {
        try {
            return KnownHostEntry.parseKnownHostEntry(line);
        } catch (RuntimeException unreadable) {
            LOG.warn("A line of the known hosts cannot be read and is skipped: {}", unreadable.getMessage());
            return null;
        }
    }

    /** Does nothing when the key is trusted. */
    void check(HostKey presented) throws HostKeyException {
        if (revoked.contains(presented)) {
            throw new HostKeyException(Problem.REVOKED, server, file, presented, trusted);
        }
        if (!trusted.contains(presented)) {
            Problem problem = trusted.isEmpty() ? Problem.UNKNOWN : Problem.CHANGED;
            throw new HostKeyException(problem, server, file, presented, trusted);
        }
    }

    /** Whether a key of that type is trusted, so that the server should be asked for it first. */
    boolean trustsType(String type) {
        return trusted.stream().anyMatch(key -> key.type().equals(type));
    }
}
