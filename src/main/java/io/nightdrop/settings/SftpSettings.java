package io.nightdrop.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A folder on an SFTP server, and how to get in. The server's own key has to be known beforehand; nothing is trusted on
 * first sight.
 *
 * @param host the server's name or address
 * @param port its port
 * @param user who Nightdrop is to the server
 * @param directory the folder on the server; {@code .} is the one where the user arrives
 * @param archive the folder that takes in what was taken in, with {@code after: archive}; relative to {@code directory}; not looked into
 * @param privateKey the file with the user's private key, in OpenSSH's format or PEM; this or {@code password}
 * @param passphrase opens the private key; never printed, best given in the environment
 * @param password the user's password; never printed, best given in the environment
 * @param knownHosts the file with the keys of the servers to trust, in OpenSSH's format; {@code ~/.ssh/known_hosts} by
 *     default; read at each connection
 * @param connectTimeout how long to wait for each step until the session is open: connection, login, start of SFTP
 * @param stallTimeout how long a server that owes an answer may send nothing; then the connection is given up
 * @param sessions how many connections there may be at once
 */
public record SftpSettings(
        @Nullable String host,
        @DefaultValue("22") int port,
        @Nullable String user,
        @Nullable String directory,
        @DefaultValue("archive") String archive,
        @Nullable Path privateKey,
        @Nullable String passphrase,
        @Nullable String password,
        @Nullable Path knownHosts,
        @DefaultValue("10s") Duration connectTimeout,
        @DefaultValue("45s") Duration stallTimeout,
        @DefaultValue("4") int sessions) {

    /** Three steps of this length, and a stall, are noticed within a minute. */
    private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofSeconds(15);

    private static final Duration LONGEST_STALL_TIMEOUT = Duration.ofSeconds(55);

    /** Checks the ranges and what belongs together. */
    public SftpSettings {
        host = required("host", host);
        user = required("user", user);
        directory = required("directory", directory);
        archive = required("archive", archive);
        archive = Path.of(archive).normalize().toString();
        if (archive.isEmpty() || archive.startsWith("/") || archive.startsWith("..")) {
            throw new IllegalArgumentException("archive is a folder below directory");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is a number from 1 to 65535");
        }
        privateKey = privateKey == null || privateKey.toString().isEmpty() ? null : fromHome(privateKey);
        knownHosts = fromHome(knownHosts == null ? Path.of("~/.ssh/known_hosts") : knownHosts);
        passphrase = emptyIsNone(passphrase);
        password = emptyIsNone(password);
        if ((privateKey == null) == (password == null)) {
            throw new IllegalArgumentException(
                    privateKey == null
                            ? "private-key or password is required"
                            : "private-key and password are both set: give one");
        }
        if (passphrase != null && privateKey == null) {
            throw new IllegalArgumentException("passphrase is for a private-key, and none is set");
        }
        checkWait("connect-timeout", connectTimeout, LONGEST_CONNECT_TIMEOUT);
        checkWait("stall-timeout", stallTimeout, LONGEST_STALL_TIMEOUT);
        if (sessions < 1 || sessions > 32) {
            throw new IllegalArgumentException("sessions is a number from 1 to 32");
        }
    }

    private static String required(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is required");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + " has control characters");
        }
        return value.trim();
    }

    /** A path that begins with {@code ~/} as a shell reads it. */
    private static Path fromHome(Path path) {
        return path.startsWith("~")
                ? Path.of(System.getProperty("user.home")).resolve(path.subpath(1, path.getNameCount()))
                : path;
    }

    private static @Nullable String emptyIsNone(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static void checkWait(String name, Duration wait, Duration longest) {
        if (wait.toMillis() < 1 || wait.compareTo(longest) > 0) {
            throw new IllegalArgumentException(name + " is at least 1ms and at most " + longest.toSeconds() + "s");
        }
    }

    /** The server's name or address. */
    @Override
    public String host() {
        return String.valueOf(host);
    }

    /** Who Nightdrop is to the server. */
    @Override
    public String user() {
        return String.valueOf(user);
    }

    /** The folder on the server. */
    @Override
    public String directory() {
        return String.valueOf(directory);
    }

    /** The file with the keys of the servers to trust. */
    @Override
    public Path knownHosts() {
        return Objects.requireNonNull(knownHosts);
    }

    /** Who logs in where, as in {@code user@host:port}. */
    public String login() {
        return user + "@" + host + ":" + port;
    }

    /** A directory of this server, for people. */
    public String url(String folder) {
        return "sftp://" + login() + "/" + folder;
    }

    /**
     * The path of another directory of this server below the watched one; empty when it does not lie there. Links on the server are not
     * known here.
     */
    public Optional<String> below(String folder) {
        Path watched = place(directory());
        Path other = place(folder);
        return other.startsWith(watched) && !other.equals(watched)
                ? Optional.of(watched.relativize(other).toString().replace('\\', '/'))
                : Optional.empty();
    }

    /** Whether another directory is the watched one or lies in it, as far as their names tell. */
    public boolean holds(String folder) {
        return place(folder).startsWith(place(directory()));
    }

    /** A directory of this server with who logs in there, as far as its name tells: the same text for the same directory. */
    public String where(String folder) {
        return login() + place(folder);
    }

    private static Path place(String folder) {
        return Path.of("/~").resolve(folder).normalize();
    }

    /** Refuses a directory for answers that is the watched one, or of which nobody can tell. */
    void checkApart(String key, String folder) {
        if (folder.startsWith("/") != directory().startsWith("/")) {
            throw new IllegalArgumentException(
                    key + " and directory are both absolute, or both below the folder where the user arrives");
        }
        if (place(folder).equals(place(directory()))) {
            throw new IllegalArgumentException(
                    key + " is the watched directory, which would take the answers for drops");
        }
    }

    /** All but the secrets. */
    @Override
    public String toString() {
        return "SftpSettings[" + login() + ", directory=" + directory + ", archive=" + archive + ", privateKey="
                + privateKey + ", passphrase="
                + masked(passphrase) + ", password=" + masked(password) + ", knownHosts=" + knownHosts
                + ", connectTimeout=" + connectTimeout + ", stallTimeout=" + stallTimeout + ", sessions=" + sessions
                + "]";
    }

    private static String masked(@Nullable String secret) {
        return secret == null ? "none" : "***";
    }
}
