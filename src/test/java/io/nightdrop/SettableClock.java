package io.nightdrop;

import io.nightdrop.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** A clock that a test moves. */
public class SettableClock extends Clock implements Ticker {

    /** Gives a test context this clock. */
    @TestConfiguration
    public static class InContext {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }
    }

    private volatile Instant now = Instant.parse("2026-09-01T02:30:00Z");

    private final AtomicLong nanos = new AtomicLong();

    /** Time passes. */
    public void pass(Duration duration) {
        now = now.plus(duration);
        nanos.addAndGet(duration.toNanos());
    }

    /** Somebody sets it, forwards or back, while no time passes. */
    public void set(Duration by) {
        now = now.plus(by);
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
