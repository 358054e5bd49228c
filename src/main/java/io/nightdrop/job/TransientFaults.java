package io.nightdrop.job;

import io.nightdrop.manifest.StrangersText;
import io.nightdrop.partner.PartnerAwayException;
import io.nightdrop.partner.PartnerRefusedException;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.sftp.HostKeyException;
import io.nightdrop.sftp.LoginRefusedException;
import io.nightdrop.sftp.ServerTrouble;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Tells faults that may pass by themselves from those that will not. A lost connection, a deadlock, a disk that refuses and two
 * writers that met in one place may pass; everything else is a mistake somewhere and is not tried again within the run.
 */
@Component
class TransientFaults {

    /** SQLSTATE classes: connection, rollback, resources (also a full disk), operator intervention, system error. */
    private static final Set<String> CLASSES = Set.of("08", "40", "53", "57", "58");

    /** A process that was frozen in a transaction finds its session ended by PostgreSQL. */
    private static final String FROZEN_IN_TRANSACTION = "25P03";

    private static final int H2_CLOSED = 90098;
    private static final int H2_IO = 90028;
    private static final int H2_IO_2 = 90031;
    private static final int H2_LOCKED = 50200;

    private final Path home;

    TransientFaults(NightdropSettings settings) {
        this.home = settings.home();
    }

    /** Whether it may pass. */
    boolean mayPass(Throwable failure) {
        return !isRefusal(failure) && partnerAway(failure).isEmpty() && isPassing(failure);
    }

    /** A partner that is away: that may pass, but is not found out by trying again at once. */
    static Optional<PartnerAwayException> partnerAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof PartnerAwayException away) {
                return Optional.of(away);
            }
        }
        return Optional.empty();
    }

    /** What an operator has to mend first: a host key that is not known, a login or all requests that are refused. */
    static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof HostKeyException
                    || cause instanceof LoginRefusedException
                    || cause instanceof PartnerRefusedException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPassing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof IOException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof TransactionSystemException
                    || cause instanceof DuplicateKeyException
                    || (cause instanceof SQLException sql && mayPass(sql))) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayPass(SQLException sql) {
        String state = sql.getSQLState();
        return sql instanceof SQLTransientException
                || sql instanceof SQLRecoverableException
                || sql instanceof SQLNonTransientConnectionException
                || (state != null && state.length() == 5 && CLASSES.contains(state.substring(0, 2)))
                || FROZEN_IN_TRANSACTION.equals(state)
                || Set.of(H2_CLOSED, H2_IO, H2_IO_2, H2_LOCKED).contains(sql.getErrorCode());
    }

    /** What an operator should read: what a server or partner has done, or the innermost cause, what to free when a disk is full, and when the database is away. */
    String text(Throwable failure) {
        Throwable cause = failure;
        for (Throwable inner = failure; inner != null; inner = next(inner)) {
            cause = inner;
            if (inner instanceof ServerTrouble
                    || inner instanceof PartnerAwayException
                    || inner instanceof PartnerRefusedException) {
                return StrangersText.plain(String.valueOf(inner.getMessage()));
            }
        }
        String message = cause.getClass().getSimpleName() + ": "
                + StrangersText.plain(String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
        if (isFull(message)) {
            return full(cause) + " (" + message + ")";
        }
        return isAway(failure) ? "the database cannot be reached (" + message + ")" : message;
    }

    /** Only who asks for a connection and gets none knows that it is the database that is away. */
    private static boolean isAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SQLTransientConnectionException
                    || cause instanceof SQLNonTransientConnectionException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFull(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("no space left on device")
                || lower.contains("not enough space on the disk")
                || lower.contains("disk quota exceeded")
                || lower.contains("could not extend file");
    }

    private String full(Throwable cause) {
        Path place = home;
        if (cause instanceof FileSystemException file && file.getFile() != null) {
            Path named = Path.of(file.getFile()).toAbsolutePath();
            Path folder = named.getParent();
            place = folder != null && Files.isDirectory(folder) ? folder : home;
        }
        try {
            FileStore store = Files.getFileStore(place);
            return String.format(
                    Locale.ROOT,
                    "the disk of %s is full, %,d MB are free: make room there, then it goes on by itself",
                    place,
                    store.getUsableSpace() / 1_000_000);
        } catch (IOException unknown) {
            return "the disk of " + place + " is full: make room there, then it goes on by itself";
        }
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }
}
