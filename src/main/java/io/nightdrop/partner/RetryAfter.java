package io.nightdrop.partner;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a partner wants to be left alone: {@code Retry-After} in seconds or as a date, RFC 9110, sections 10.2.3 and 5.6.7 (K-17, P-16). */
final class RetryAfter {

    /** What is longer is a mistake of the partner's, and taken for this. */
    static final Duration LONGEST = Duration.ofDays(30);

    /** The three forms in which HTTP writes a date; the last two are obsolete and still to be read. */
    private static final List<DateTimeFormatter> FORMS = List.of(
            form("EEE, dd MMM uuuu HH:mm:ss 'GMT'"),
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.ENGLISH),
            form("EEE MMM ppd HH:mm:ss uuuu"));

    private RetryAfter() {}

    /**
     * Counted from the answer's own moment. A date is held against the answer's {@code Date}, so that the partner's clock need not be ours, and
     * against our clock where it has none. Of several headers the longest counts; null when none can be read.
     */
    static @Nullable Duration of(PartnerAnswer answer) {
        Instant theirNow = answer.header("Date").flatMap(RetryAfter::date).orElse(answer.at());
        return answer.headers("Retry-After").stream()
                .map(text -> pause(text.trim(), theirNow))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Optional<Duration> pause(String text, Instant theirNow) {
        if (text.matches("[0-9]+")) {
            return Optional.of(text.length() > 9 ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text))));
        }
        return date(text).map(date -> bounded(Duration.between(theirNow, date)));
    }

    private static Duration bounded(Duration pause) {
        if (pause.isNegative()) {
            return Duration.ZERO;
        }
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }

    private static Optional<Instant> date(String text) {
        return FORMS.stream()
                .map(form -> date(text.trim(), form))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Instant> date(String text, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException another) {
            return Optional.empty();
        }
    }

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }
}
