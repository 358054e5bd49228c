package io.nightdrop.settings;

import io.nightdrop.time.CronTimes;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * By when an inbox expects a drop. The changes of the clocks do to a deadline what they do to a look.
 *
 * @param by the time of day
 * @param days the days of the week, such as {@code MON-FRI} or {@code SAT}, also over the end of the week, {@code FRI-MON}; every day when there are none
 * @param zone whose clock shows it
 */
public record Deadlines(LocalTime by, List<String> days, ZoneId zone) {

    private static final List<String> WEEK = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");

    /** Checks the days. */
    public Deadlines {
        days = days.stream().map(day -> day.trim().toUpperCase(Locale.ROOT)).toList();
        for (String day : days) {
            if (ends(day).size() > 2 || !WEEK.containsAll(ends(day))) {
                throw new IllegalArgumentException(
                        "expect-days: '" + day + "' is no day or range of days such as SAT or MON-FRI");
            }
        }
    }

    private static List<String> ends(String day) {
        return List.of(day.split("-", -1));
    }

    /** Those of the settings; empty when nothing is expected. */
    static Optional<Deadlines> of(@Nullable TimeOfDay by, @Nullable List<String> days, @Nullable ZoneId zone) {
        if (days != null && days.isEmpty()) {
            throw new IllegalArgumentException(
                    "expect-days: it is empty; leave it out where a drop is expected every day");
        }
        if (by == null && days != null) {
            throw new IllegalArgumentException("expect-days: there is no expect-by; say by when a drop is expected");
        }
        return by == null
                ? Optional.empty()
                : Optional.of(new Deadlines(
                        by.time(), days == null ? List.of() : days, zone == null ? ZoneId.systemDefault() : zone));
    }

    /** When they are. */
    public CronTimes times() {
        return new CronTimes(
                CronExpression.parse(by.getSecond() + " " + by.getMinute() + " " + by.getHour() + " * * "
                        + (days.isEmpty() ? "*" : String.join(",", each()))),
                zone);
    }

    /** The days one by one: a cron expression knows no range over the end of the week. */
    private Set<String> each() {
        Set<String> each = new TreeSet<>(Comparator.comparing(WEEK::indexOf));
        for (String day : days) {
            int first = WEEK.indexOf(ends(day).get(0));
            int last = WEEK.indexOf(ends(day).get(ends(day).size() - 1));
            int more = Math.floorMod(last - first, WEEK.size());
            for (int i = 0; i <= more; i++) {
                each.add(WEEK.get((first + i) % WEEK.size()));
            }
        }
        return each;
    }

    /** Them in words: {@code 06:00 America/New_York, MON-FRI}. */
    public String text() {
        return by + " " + zone + (days.isEmpty() ? "" : ", " + String.join(",", days));
    }
}
