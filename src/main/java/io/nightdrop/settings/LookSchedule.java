package io.nightdrop.settings;

import io.nightdrop.time.CronTimes;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.scheduling.support.CronExpression;

/**
 * When {@code watch} looks into an inbox.
 *
 * @param text a Spring cron expression of six fields, or a duration such as {@code 30s}
 */
public record LookSchedule(String text) {

    /** Refuses what is neither, and an expression that never comes true. */
    public LookSchedule {
        text = text.trim();
        if (isCron(text)) {
            if (CronExpression.parse(text).next(LocalDateTime.of(2000, 1, 1, 0, 0)) == null) {
                throw new IllegalArgumentException("it never comes");
            }
        } else if (DurationStyle.detectAndParse(text).toMillis() < 1) {
            throw new IllegalArgumentException("the pause between two looks is at least 1ms");
        }
    }

    /** Reads the text of the setting. */
    public static LookSchedule valueOf(String text) {
        return new LookSchedule(text);
    }

    private static boolean isCron(String text) {
        return text.contains(" ") || text.startsWith("@");
    }

    /** The times of a cron expression; empty for an interval. */
    public Optional<CronTimes> times(@Nullable ZoneId zone) {
        return isCron(text)
                ? Optional.of(new CronTimes(CronExpression.parse(text), zone == null ? ZoneId.systemDefault() : zone))
                : Optional.empty();
    }

    /**
     * The pause from the end of one look to the start of the next.
     *
     * @throws IllegalStateException when it is a cron expression
     */
    public Duration pause() {
        if (isCron(text)) {
            throw new IllegalStateException(text + " is no interval");
        }
        return DurationStyle.detectAndParse(text);
    }
}
