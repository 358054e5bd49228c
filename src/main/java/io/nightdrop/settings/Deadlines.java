package io.nightdrop.settings;

import io.nightdrop.time.CronTimes;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * By when an inbox expects a drop. The changes of the clocks do to a deadline what they do to a look.
 *
 * @param by the time of day
 * @param days the days of the week, such as {@code MON-FRI} or {@code SAT}; every day when there are none
 * @param zone whose clock shows it
 */
public record Deadlines(LocalTime by, List<String> days, ZoneId zone) {

    private static final String DAY = "(MON|TUE|WED|THU|FRI|SAT|SUN)";

    /** Checks the days. */
    public Deadlines {
        days = days.stream().map(day -> day.trim().toUpperCase(Locale.ROOT)).toList();
        for (String day : days) {
            if (!day.matches(DAY + "(-" + DAY + ")?") || !CronExpression.isValidExpression("0 0 0 * * " + day)) {
                throw new IllegalArgumentException(
                        "expect-days: '" + day + "' is no day or range of days such as SAT or MON-FRI");
            }
        }
    }

    /** Those of the settings; empty when nothing is expected. */
    static Optional<Deadlines> of(@Nullable TimeOfDay by, List<String> days, @Nullable ZoneId zone) {
        if (by == null && !days.isEmpty()) {
            throw new IllegalArgumentException("expect-days without expect-by: say by when a drop is expected");
        }
        return by == null
                ? Optional.empty()
                : Optional.of(new Deadlines(by.time(), days, zone == null ? ZoneId.systemDefault() : zone));
    }

    /** When they are. */
    public CronTimes times() {
        return new CronTimes(
                CronExpression.parse(by.getSecond() + " " + by.getMinute() + " " + by.getHour() + " * * "
                        + (days.isEmpty() ? "*" : String.join(",", days))),
                zone);
    }

    /** Them in words: {@code 06:00 America/New_York, MON-FRI}. */
    public String text() {
        return by + " " + zone + (days.isEmpty() ? "" : ", " + String.join(",", days));
    }
}
