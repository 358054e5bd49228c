package io.nightdrop.time;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Moments as the database keeps them and the reports print them: UTC, to the millisecond. */
public final class Timestamps {

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    /** Now, to the millisecond, so that what is read back equals what was written. */
    public static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** {@code 2026-01-30T12:00:00.000Z}, the form of both contracts. */
    public static String iso(Instant instant) {
        return ISO.format(instant);
    }

    /** For a column {@code TIMESTAMP WITH TIME ZONE}. */
    public static @Nullable OffsetDateTime column(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** Back from such a column. */
    public static @Nullable Instant instant(@Nullable OffsetDateTime column) {
        return column == null ? null : column.toInstant();
    }
}
