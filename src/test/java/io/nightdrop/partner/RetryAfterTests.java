package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our clock stands at 2026-02-03T09:15:00Z. */
class RetryAfterTests {

    private static @Nullable Duration of(String... headers) {
        return RetryAfter.of(PartnerFixture.answer(429, "", headers));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "' 120 ', 120", "999999999, 2592000", "99999999999999999999, 2592000"})
    void secondsAreTakenAsTheyAre(String text, long seconds) {
        assertThat(of("Retry-After:" + text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tue, 03 Feb 2026 09:15:30 GMT | 30",
                "Tuesday, 03-Feb-26 09:15:30 GMT | 30",
                "Tue Feb  3 09:15:30 2026 | 30",
                "Tue, 03 Feb 2026 09:14:30 GMT | 0",
                "Fri, 01 Jan 2100 00:00:00 GMT | 2592000"
            })
    void aDateIsHeldAgainstOurClock(String date, long seconds) {
        assertThat(of("Retry-After: " + date)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aDateIsHeldAgainstTheAnswersOwnDateWhereItHasOne() {
        assertThat(of("retry-after: Tue, 03 Feb 2026 12:01:00 GMT", "DATE: Tue, 03 Feb 2026 12:00:00 GMT"))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(of("Retry-After: Tue, 03 Feb 2026 09:16:00 GMT", "Date: yesterday"))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource({"''", "soon", "-1", "1.5", "+3", "'Wed, 03 Feb 2026 09:15:30 GMT'"})
    void whatCannotBeReadIsNothing(String text) {
        assertThat(of("Retry-After: " + text)).isNull();
    }

    @Test
    void ofSeveralTheLongestCounts() {
        PartnerAnswer answer =
                PartnerAnswer.brokenOff(503, Map.of("Retry-After", List.of("5", "x", "9")), "cut", PartnerFixture.NOW);
        assertThat(RetryAfter.of(answer)).isEqualTo(Duration.ofSeconds(9));
        assertThat(of()).isNull();
    }
}
