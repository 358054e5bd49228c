package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The server does not show a key that the known-hosts file trusts it with. No login was tried and nothing was sent. The message is one line
 * for the operator, with the fingerprints as {@code ssh} prints them and with what to do.
 */
public final class HostKeyException extends IOException implements ServerTrouble {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final String presented;
    private final List<String> known;

    /** What is wrong with a key. */
    public enum Problem {
        /** The file has no key of that server. */
        UNKNOWN,
        /** The file has other keys of that server. */
        CHANGED,
        /** The file says that the key must not be trusted any more. */
        REVOKED
    }

    HostKeyException(Problem problem, KnownHosts.Server server, Path file, HostKey presented, List<HostKey> known) {
        super(message(problem, server, file, presented, known));
        this.problem = problem;
        this.presented = presented.fingerprint();
        this.known = known.stream().map(HostKey::fingerprint).toList();
    }

    private static String message(
            Problem problem, KnownHosts.Server server, Path file, HostKey presented, List<HostKey> known) {
        String shows = "The server " + server + " shows the host key " + presented;
        return switch (problem) {
            case UNKNOWN ->
                shows + ", and " + file + " has no key of " + server
                        + ". Ask the server's operator for its fingerprint; when it is this one, add the key: ssh-keyscan "
                        + (server.port() == KnownHosts.DEFAULT_PORT ? "" : "-p " + server.port() + " ") + server.host()
                        + " >> " + file;
            case CHANGED ->
                shows + ", but " + file + " has "
                        + String.join(
                                ", ", known.stream().map(HostKey::toString).toList())
                        + ". Either the server has a new key, or somebody sits in between. Ask the server's operator; only"
                        + " when the new fingerprint is confirmed, remove the old key: ssh-keygen -f " + file + " -R '"
                        + server + "', and add the new one";
            case REVOKED ->
                shows + ", which " + file
                        + " marks as revoked: it must not be trusted. Ask the server's operator for its new key";
        };
    }

    /** What is wrong. */
    public Problem problem() {
        return problem;
    }

    /** The fingerprint of the key that the server shows, such as {@code SHA256:…}. */
    public String presented() {
        return presented;
    }

    /** The fingerprints of the keys that the file has of that server; empty when it has none. */
    public List<String> known() {
        return known;
    }
}
