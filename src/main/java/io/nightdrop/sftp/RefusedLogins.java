package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import io.nightdrop.time.Ticker;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a server refused the login, so that it is not asked again and again until it locks the account. Each refusal in a row
 * doubles the pause; a new private key or other known hosts end it at once.
 */
final class RefusedLogins {

    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    private final SftpSettings settings;
    private final Clock clock;
    private final Ticker ticker;
    private @Nullable Refusal last;

    /**
     * Knows of none yet.
     *
     * @param clock tells when the next try is, in messages
     * @param ticker measures the pauses
     */
    RefusedLogins(SftpSettings settings, Clock clock, Ticker ticker) {
        this.settings = settings;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** What a login is made with, as far as it can change while Nightdrop runs. */
    record Basis(@Nullable Version privateKey, @Nullable Version knownHosts) {}

    /** A file as it was. */
    record Version(FileTime modified, long size) {
        static @Nullable Version of(@Nullable Path file) {
            try {
                return file == null ? null : new Version(Files.getLastModifiedTime(file), Files.size(file));
            } catch (IOException missing) {
                return null;
            }
        }
    }

    private record Refusal(Basis basis, Duration pause, long since, String message, Throwable cause) {
        LoginRefusedException again() {
            return new LoginRefusedException(message, cause);
        }
    }

    /**
     * Lets a login pass that may be tried.
     *
     * @return to be handed to {@link #add} when it is refused
     * @throws LoginRefusedException the last one was refused, in the same words
     */
    synchronized Basis check() throws LoginRefusedException {
        Basis basis = new Basis(Version.of(settings.privateKey()), Version.of(settings.knownHosts()));
        if (last != null && !last.basis().equals(basis)) {
            last = null;
        }
        if (last != null && isPausing(last)) {
            throw last.again();
        }
        return basis;
    }

    private boolean isPausing(Refusal refusal) {
        return ticker.nanos() - refusal.since() < refusal.pause().toNanos();
    }

    /** A login was refused; several that were under way at once count as one. */
    synchronized LoginRefusedException add(Basis basis, String reason, Throwable cause) {
        if (last == null || !last.basis().equals(basis) || !isPausing(last)) {
            Duration pause = last == null || !last.basis().equals(basis) ? FIRST_PAUSE : longer(last.pause());
            last = new Refusal(
                    basis,
                    pause,
                    ticker.nanos(),
                    reason + ". It is tried again from "
                            + Timestamps.iso(Timestamps.now(clock).plus(pause)) + " on",
                    cause);
        }
        return last.again();
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** A login was let in. */
    synchronized void forget() {
        last = null;
    }
}
