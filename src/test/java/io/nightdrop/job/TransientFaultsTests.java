package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class TransientFaultsTests {

    @TempDir
    private Path home;

    private TransientFaults faults() {
        return new TransientFaults(TestHome.settings(home));
    }

    @ParameterizedTest
    @CsvSource({
        "08006, true, a lost connection",
        "40P01, true, a deadlock",
        "53100, true, a full disk of the server",
        "57P01, true, a server that is being stopped",
        "58030, true, a server that cannot read its disk",
        "25P03, true, a process that was frozen in a transaction",
        "25P02, false, a statement after one that failed",
        "42601, false, a mistake in a statement",
        "23502, false, a value that is missing"
    })
    void whatTheDatabaseSays(String state, boolean mayPass, String meaning) {
        Exception failure = new UncategorizedSQLException("task", "SELECT 1", new SQLException(meaning, state));
        assertThat(faults().mayPass(failure)).as(meaning).isEqualTo(mayPass);
    }

    @Test
    void whatAServerSaysIsTextAndNothingThatATerminalObeys() {
        assertThat(faults().text(new IOException("the server says:\n\u001B[2J\u0007\u009B31m\u202Eno")))
                .isEqualTo("IOException: the server says: ?[2J??31m?no");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IOException("the disk refuses"), true),
                Arguments.of(new IllegalStateException("wrapped", new IOException("the disk refuses")), true),
                Arguments.of(new CannotAcquireLockException("another one is writing"), true),
                Arguments.of(new DuplicateKeyException("two writers met"), true),
                Arguments.of(new CannotCreateTransactionException("no connection"), true),
                Arguments.of(
                        new TransactionSystemException("rollback failed", new SQLException("Connection is closed")),
                        true),
                Arguments.of(new DataIntegrityViolationException("too long"), false),
                Arguments.of(new IllegalStateException("a count that is not right"), false));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatElseMayPass(Exception failure, boolean mayPass) {
        assertThat(faults().mayPass(failure)).isEqualTo(mayPass);
    }

    @Test
    void whoseConnectionIsGoneIsToldInALine() {
        assertThat(faults().text(new TransactionSystemException(
                        "rollback failed", new SQLException("Connection\nis closed"))))
                .isEqualTo("SQLException: Connection is closed");
    }
}
