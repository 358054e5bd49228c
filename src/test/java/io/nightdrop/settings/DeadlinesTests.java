package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.time.CronTimes;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DeadlinesTests {

    private static InboxSettings bind(String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        all.put("nightdrop.inboxes.sis.directory", "/srv/drop");
        all.put("nightdrop.inboxes.sis.zone", "UTC");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("nightdrop.inboxes.sis." + keysAndValues[i], keysAndValues[i + 1]);
        }
        NightdropSettings settings =
                new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("nightdrop", NightdropSettings.class);
        return Objects.requireNonNull(settings.inboxes().get("sis"));
    }

    /** The days of the week's deadlines. */
    private static Set<DayOfWeek> days(InboxSettings inbox) {
        CronTimes times = inbox.deadlines().orElseThrow().times();
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        Instant monday = Instant.parse("2026-11-02T00:00:00Z");
        Instant at = times.next(monday).orElseThrow().at();
        while (at.isBefore(monday.plusSeconds(7 * 24 * 3600))) {
            days.add(at.atOffset(ZoneOffset.UTC).getDayOfWeek());
            at = times.next(at).orElseThrow().at();
        }
        return days;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MON-FRI          | MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY
            FRI-MON          | MONDAY FRIDAY SATURDAY SUNDAY
            sun-fri          | MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SUNDAY
            SAT-SUN, mon     | MONDAY SATURDAY SUNDAY
            TUE-MON          | MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY
            SAT-SAT          | SATURDAY
            SUN,FRI-SUN,SAT  | FRIDAY SATURDAY SUNDAY
            """)
    void aRangeOfDaysGoesOnOverTheEndOfTheWeek(String set, String days) {
        assertThat(days(bind("expect-by", "06:00", "expect-days", set)))
                .map(DayOfWeek::name)
                .containsExactly(days.split(" "));
    }

    @Test
    void withoutDaysADropIsExpectedEveryDay() {
        assertThat(days(bind("expect-by", "06:00"))).hasSize(7);
        assertThat(bind().deadlines()).isEmpty();
    }

    @Test
    void theDaysStayInTextAsTheyAreSet() {
        assertThat(bind("expect-by", "06:00", "expect-days", "fri-mon,WED")
                        .deadlines()
                        .orElseThrow()
                        .text())
                .isEqualTo("06:00 UTC, FRI-MON,WED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MON-", "-MON", "MON-WED-FRI", "MONDAY", "1-5", "MON FRI", "MON,,TUE"})
    void whatIsNoDayIsNamedWithItsProperty(String wrong) {
        assertThatThrownBy(() -> bind("expect-by", "06:00", "expect-days", wrong))
                .rootCause()
                .hasMessageStartingWith("nightdrop.inboxes.sis.expect-days: '")
                .hasMessageEndingWith("' is no day or range of days such as SAT or MON-FRI");
    }

    @Test
    void noDaysAtAllAreRefused() {
        assertThatThrownBy(() -> bind("expect-by", "06:00", "expect-days", ""))
                .rootCause()
                .hasMessage(
                        "nightdrop.inboxes.sis.expect-days: it is empty; leave it out where a drop is expected every day");
    }

    @Test
    void daysWithoutATimeOfDayAreRefused() {
        assertThatThrownBy(() -> bind("expect-days", "MON"))
                .rootCause()
                .hasMessage("nightdrop.inboxes.sis.expect-days: there is no expect-by; say by when a drop is expected");
    }
}
