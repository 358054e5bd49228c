package io.nightdrop.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * The moments that a cron expression means in a time zone. It is read as what a clock on the wall shows; when the clocks change, each such time counts
 * once:
 *
 * <ul>
 *   <li>one that the clocks leave out comes at the first minute that there is after it; several of them are one moment. (Spring's own cron leaves the
 *       night out.)
 *   <li>one that the clocks show twice comes the first time.
 * </ul>
 */
public final class CronTimes {

    private final CronExpression expression;
    private final ZoneId zone;
    private final ZoneRules rules;

    /** The moments of an expression that Spring understands: six fields, the seconds first. */
    public CronTimes(CronExpression expression, ZoneId zone) {
        this.expression = expression;
        this.zone = zone;
        this.rules = zone.getRules();
    }

    /** What the clocks do to a moment. */
    public enum Shift {
        /** Nothing. */
        NONE,
        /** The clocks leave its time out, so it comes later. */
        LEFT_OUT,
        /** The clocks show its time twice, and it comes the first time. */
        SHOWN_TWICE
    }

    /**
     * A moment.
     *
     * @param at when it is
     * @param meant what the clock on the wall would show, as the expression has it
     */
    public record Moment(Instant at, LocalDateTime meant, Shift shift) {}

    /** The zone of the clock on the wall. */
    public ZoneId zone() {
        return zone;
    }

    /** The first moment after that one; empty when there is none, as on a 31st of February. */
    public Optional<Moment> next(Instant after) {
        LocalDateTime meant = expression.next(shown(after));
        while (meant != null) {
            Moment moment = moment(meant);
            if (moment.at().isAfter(after)) {
                return Optional.of(moment);
            }
            meant = expression.next(meant);
        }
        return Optional.empty();
    }

    /** The last moment that has come by {@code now}, of those after {@code since}; empty when there is none. */
    public Optional<Moment> last(Instant since, Instant now) {
        // The span is doubled until a moment lies in it, so that a frequent expression is not counted through for a
        // year.
        for (Duration span = Duration.ofMinutes(1); ; span = span.multipliedBy(2)) {
            Instant from = now.minus(span);
            boolean all = !from.isAfter(since);
            Optional<Moment> found = lastAfter(all ? since : from, now);
            if (all || found.isPresent()) {
                return found;
            }
        }
    }

    private Optional<Moment> lastAfter(Instant since, Instant now) {
        Optional<Moment> last = Optional.empty();
        Optional<Moment> next = next(since);
        while (next.isPresent() && !next.get().at().isAfter(now)) {
            last = next;
            next = next(next.get().at());
        }
        return last;
    }

    /** What the clock shows; when it does so for the second time, where it goes on with new times. */
    private LocalDateTime shown(Instant instant) {
        LocalDateTime shown = LocalDateTime.ofInstant(instant, zone);
        ZoneOffsetTransition overlap = rules.getTransition(shown);
        boolean again = overlap != null && overlap.isOverlap() && !instant.isBefore(overlap.getInstant());
        return again ? overlap.getDateTimeBefore().minusNanos(1) : shown;
    }

    private Moment moment(LocalDateTime meant) {
        List<ZoneOffset> offsets = rules.getValidOffsets(meant);
        if (offsets.isEmpty()) {
            Instant resumed = rules.getTransition(meant).getInstant();
            Instant minute = resumed.truncatedTo(ChronoUnit.MINUTES);
            return new Moment(
                    minute.equals(resumed) ? minute : minute.plus(1, ChronoUnit.MINUTES), meant, Shift.LEFT_OUT);
        }
        return new Moment(meant.toInstant(offsets.get(0)), meant, offsets.size() == 1 ? Shift.NONE : Shift.SHOWN_TWICE);
    }
}
