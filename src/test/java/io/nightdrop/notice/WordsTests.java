package io.nightdrop.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WordsTests {

    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Instant SIX = Instant.parse("2026-11-20T11:00:00Z");

    @Test
    void aMomentIsToldInTheInboxesZoneWithItsOffset() {
        assertThat(Words.moment(SIX, NEW_YORK)).isEqualTo("2026-11-20 06:00:00 -05:00 (America/New_York)");
        assertThat(Words.moment(Instant.parse("2026-07-01T10:00:00Z"), NEW_YORK))
                .isEqualTo("2026-07-01 06:00:00 -04:00 (America/New_York)");
        assertThat(Words.moment(SIX, ZoneId.of("UTC"))).isEqualTo("2026-11-20 11:00:00 +00:00 (UTC)");
        assertThat(Words.wall(SIX, NEW_YORK)).isEqualTo("06:00 America/New_York on 2026-11-20");
    }

    @Test
    void aLaterMomentHasItsDateOnlyWhenThatIsAnother() {
        assertThat(Words.wallAfter(SIX, SIX.plusSeconds(4320), NEW_YORK)).isEqualTo("07:12");
        assertThat(Words.wallAfter(SIX, SIX.plusSeconds(90_000), NEW_YORK)).isEqualTo("07:00 on 2026-11-21");
    }

    @Test
    void aNameThatSomebodyCopiesIntoAShellIsOneArgumentThere() {
        assertThat(Words.argument("sis/docs.manifest-9f86d081")).isEqualTo("sis/docs.manifest-9f86d081");
        assertThat(Words.argument("sis/$(reboot); 'x'-9f86d081")).isEqualTo("'sis/$(reboot); '\\''x'\\''-9f86d081'");
        assertThat(Words.argument("sis/a\nrm -rf x\u2028y-9f86d081")).isEqualTo("'sis/a?rm -rf x?y-9f86d081'");
    }
}
