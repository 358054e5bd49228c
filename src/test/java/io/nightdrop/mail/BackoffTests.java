package io.nightdrop.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTests {

    @Test
    void thePauseDoublesFromAMinuteToAnHour() {
        assertThat(Backoff.after(1, 0)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Backoff.after(2, 0)).isEqualTo(Duration.ofMinutes(2));
        assertThat(Backoff.after(6, 0)).isEqualTo(Duration.ofMinutes(32));
        assertThat(Backoff.after(7, 0)).isEqualTo(Duration.ofHours(1));
        assertThat(Backoff.after(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void chanceAddsUpToATenth() {
        assertThat(Backoff.after(1, 1)).isEqualTo(Duration.ofSeconds(66));
        assertThat(Backoff.after(9, 0.5)).isEqualTo(Duration.ofMinutes(63));
    }
}
