package io.nightdrop.notice;

import io.nightdrop.manifest.StrangersText;
import io.nightdrop.result.Drop;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The small parts of which a notice's subject and text are made. */
final class Words {

    private static final int DIGITS = 8;
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);

    private Words() {}

    /** {@code Nightdrop: sis-nightly: 3 of 120 items failed (9f86d081)}. */
    static String subject(String inbox, String matter) {
        return "Nightdrop: " + inbox + ": " + matter;
    }

    /** The digits with which the drop's id ends, in brackets; nothing while it has no fingerprint. */
    static String digits(Drop drop) {
        return drop.fingerprint() == null ? "" : " (" + drop.fingerprint().substring(0, DIGITS) + ")";
    }

    static String decapitalised(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    /** {@code 06:00 America/New_York on 2026-11-20}. */
    static String wall(Instant instant, ZoneId zone) {
        return TIME.format(instant.atZone(zone)) + " " + zone.getId() + " on " + DATE.format(instant.atZone(zone));
    }

    /** {@code 07:12}; with its date when that is another than the first one's. */
    static String wallAfter(Instant first, Instant instant, ZoneId zone) {
        boolean sameDay =
                first.atZone(zone).toLocalDate().equals(instant.atZone(zone).toLocalDate());
        return TIME.format(instant.atZone(zone)) + (sameDay ? "" : " on " + DATE.format(instant.atZone(zone)));
    }

    /** {@code 2026-11-20 06:00:00 -05:00 (America/New_York)}. */
    static String moment(Instant instant, ZoneId zone) {
        return MOMENT.format(instant.atZone(zone)) + " (" + zone.getId() + ")";
    }

    /** A name that a stranger chose, in one line. */
    static String line(String name) {
        return StrangersText.plain(name).replaceAll("[\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
    }

    /** Such a name as one argument of a command that somebody copies into a shell: there it must not be a command of its own. */
    static String argument(String name) {
        String plain = line(name);
        return plain.matches("[A-Za-z0-9._/+@-]+") ? plain : "'" + plain.replace("'", "'\\''") + "'";
    }
}
