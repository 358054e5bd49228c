package io.nightdrop.settings;

import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.CronTrigger;
import org.springframework.scheduling.support.PeriodicTrigger;

/**
 * When {@code watch} looks into an inbox.
 *
 * @param text a Spring cron expression of six fields, or a duration such as {@code 30s}
 */
public record LookSchedule(String text) {

    /** Refuses what is neither. */
    public LookSchedule {
        text = text.trim();
        if (isCron(text)) {
            CronExpression.parse(text);
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

    /** The trigger to poll with; an interval counts from the end of one look to the start of the next. */
    public Trigger trigger(@Nullable ZoneId zone) {
        if (isCron(text)) {
            return new CronTrigger(text, zone == null ? ZoneId.systemDefault() : zone);
        }
        Duration pause = DurationStyle.detectAndParse(text);
        return new PeriodicTrigger(pause);
    }
}
