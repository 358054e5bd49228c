package io.nightdrop.settings;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * What a clock on the wall shows.
 *
 * @param time to the second
 */
public record TimeOfDay(LocalTime time) {

    /** Reads {@code HH:mm} or {@code HH:mm:ss}. */
    public static TimeOfDay valueOf(String text) {
        try {
            return new TimeOfDay(LocalTime.parse(text.trim()).truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeParseException wrong) {
            // without quotes YAML takes 16:00 for a number, 960
            throw new IllegalArgumentException(
                    "'" + text + "' is no time of day such as \"06:00\", which stands in quotes");
        }
    }

    /** Takes the number that YAML makes of a time without quotes, to refuse it. */
    public static TimeOfDay valueOf(Integer number) {
        return valueOf(String.valueOf(number));
    }

    @Override
    public String toString() {
        return time.toString();
    }
}
