package io.nightdrop.partner.simulator;

import java.nio.file.Path;
import java.time.Clock;

/**
 * What a simulator is given for its whole life.
 *
 * @param port where it listens on the loopback address; 0 for any that is free, which is kept then
 * @param ledgerFile where its ledger is written; null for memory only
 * @param clock tells the end of tokens, the dates of Retry-After and the times in the ledger
 * @param tls speaks TLS; null for plain HTTP
 */
public record SimulatorSettings(int port, Path ledgerFile, Clock clock, Tls tls) {

    /** Any free port, nothing on disk, the real time, plain HTTP. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings(0, null, Clock.systemUTC(), null);
    }

    /** The same on this port. */
    public SimulatorSettings withPort(int number) {
        return new SimulatorSettings(number, ledgerFile, clock, tls);
    }

    /** The same with a ledger on disk. */
    public SimulatorSettings withLedgerFile(Path file) {
        return new SimulatorSettings(port, file, clock, tls);
    }

    /** The same by another clock. */
    public SimulatorSettings withClock(Clock other) {
        return new SimulatorSettings(port, ledgerFile, other, tls);
    }

    /** The same over TLS. */
    public SimulatorSettings withTls(Tls spoken) {
        return new SimulatorSettings(port, ledgerFile, clock, spoken);
    }
}
