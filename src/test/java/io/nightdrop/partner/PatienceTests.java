package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.Patience.Pass;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a partner may be asked, by a clock that the test moves. */
class PatienceTests {

    private static final Reply FINE = new Stop("somebody has to do something", null);
    private static final Reply DOUBT = new Doubt("gave no answer within 30 s", null);

    private final SettableClock clock = new SettableClock();
    private double chance = 1;
    private Patience patience = patience(1_000);

    private Patience patience(double requestsPerSecond) {
        return new Patience("pearsana-prod", requestsPerSecond, clock, clock, () -> chance);
    }

    private Optional<Pass> pass() throws PartnerAwayException {
        try {
            return patience.pass(System.nanoTime());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private boolean mayBeAsked() {
        try {
            Optional<Pass> pass = pass();
            pass.ifPresent(unused -> patience.end(unused, false));
            return pass.isPresent();
        } catch (PartnerAwayException away) {
            return false;
        }
    }

    private static Later later(@Nullable Duration retryAfter) {
        return new Later(retryAfter, "answered 503", null);
    }

    /** Asks at once, which must be allowed. */
    private void ask(Reply reply) throws PartnerAwayException {
        Pass pass = pass().orElseThrow();
        patience.after(pass, reply);
        patience.end(pass, true);
    }

    /** How long nothing can be asked from now on, to the tenth of a second. */
    private Duration silence() {
        Duration silence = Duration.ZERO;
        while (!mayBeAsked()) {
            clock.pass(Duration.ofMillis(100));
            silence = silence.plusMillis(100);
        }
        return silence;
    }

    @Test
    void pausesGrowUntilThePartnerIsAwayAndThenItIsProbed() throws Exception {
        List<Duration> silences = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            ask(later(null));
            silences.add(silence());
        }

        assertThat(silences)
                .extracting(Duration::toMillis)
                .containsExactly(
                        500L, 1_000L, 2_000L, 4_000L, 5_000L, 10_000L, 20_000L, 40_000L, 60_000L, 60_000L, 60_000L);
    }

    @Test
    void pausesAreUpToChanceAndTheIntervalsOfProbesInPart() throws Exception {
        chance = 0;
        List<Duration> silences = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ask(later(null));
            silences.add(silence());
        }

        assertThat(silences).extracting(Duration::toMillis).containsExactly(100L, 100L, 100L, 100L, 3_800L, 7_500L);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void halfAnHourAwayCostsFewerThanSixtyRequests(double jitter) throws Exception {
        chance = jitter;
        Instant end = clock.instant().plus(Duration.ofMinutes(30));
        int requests = 0;
        while (clock.instant().isBefore(end)) {
            if (mayBeAsked()) {
                ask(requests % 2 == 0 ? later(null) : DOUBT);
                requests++;
            }
            clock.pass(Duration.ofMillis(200));
        }

        assertThat(requests).isBetween(30, 50);
    }

    @Test
    void aWishToBeLeftAloneIsObeyedToTheSecondWhateverIsAnsweredMeanwhile() throws Exception {
        Pass early = pass().orElseThrow();
        clock.pass(Duration.ofMillis(1));
        ask(later(Duration.ofSeconds(20)));
        clock.pass(Duration.ofSeconds(5));
        patience.after(early, FINE);

        assertThat(patience.awayUntil()).isEmpty();
        clock.pass(Duration.ofMillis(14_999));
        assertThat(mayBeAsked()).isFalse();
        clock.pass(Duration.ofMillis(1));
        assertThat(mayBeAsked()).isTrue();
    }

    @Test
    void whoWantsToBeLeftAloneForLongIsAwayAtOnce() throws Exception {
        ask(later(Duration.ofSeconds(90)));

        assertThat(patience.awayUntil()).contains(clock.instant().plusSeconds(90));
        assertThatThrownBy(this::pass)
                .isInstanceOf(PartnerAwayException.class)
                .hasMessage("The partner 'pearsana-prod' is away: it answered 503; it is asked again at"
                        + " 2026-09-01T02:31:30.000Z");
        assertThat(silence()).isEqualTo(Duration.ofSeconds(90));
        assertThat(patience.awayUntil()).isEmpty();
    }

    @Test
    void doubtsCountSinceAPartnerThatSwallowsRequestsIsNotFed() throws Exception {
        for (int i = 0; i < Patience.FAILURES_UNTIL_AWAY; i++) {
            silence();
            assertThat(patience.awayUntil()).isEmpty();
            ask(DOUBT);
        }

        assertThat(patience.awayUntil()).isPresent();
    }

    @Test
    void anyOtherReplyShowsThatItIsThere() throws Exception {
        for (int i = 0; i < 20; i++) {
            ask(i % 5 == 4 ? FINE : later(null));
            assertThat(silence()).isLessThanOrEqualTo(Duration.ofSeconds(4));
        }

        assertThat(patience.awayUntil()).isEmpty();
    }

    private void goAway() throws PartnerAwayException {
        for (int i = 0; i < Patience.FAILURES_UNTIL_AWAY; i++) {
            silence();
            ask(later(null));
        }
    }

    @Test
    void oneProbeIsSentAtATimeAndWhenItIsAnsweredAllGoOn() throws Exception {
        goAway();
        silence();
        Pass probe = pass().orElseThrow();

        assertThat(probe.probe()).isTrue();
        clock.pass(Duration.ofMinutes(5));
        assertThatThrownBy(this::pass).isInstanceOf(PartnerAwayException.class);
        assertThat(patience.awayUntil()).isPresent();
        patience.after(probe, FINE);
        assertThat(mayBeAsked()).isTrue();
        assertThat(patience.awayUntil()).isEmpty();
    }

    @Test
    void aProbeThatIsNotSentLeavesItToTheNext() throws Exception {
        goAway();
        silence();
        Pass probe = pass().orElseThrow();
        patience.end(probe, false);

        assertThat(pass().orElseThrow().probe()).isTrue();
    }

    @Test
    void aTurnFromBeforeAFailureIsHeldBack() throws Exception {
        Pass early = pass().orElseThrow();
        clock.pass(Duration.ofMillis(1));
        assertThat(patience.objection(early)).isEmpty();
        ask(later(Duration.ofSeconds(7)));

        assertThat(patience.objection(early).orElseThrow().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aLateFailureOfSomebodyElseDoesNotPutOffTheProbe() throws Exception {
        Pass early = pass().orElseThrow();
        clock.pass(Duration.ofMillis(1));
        goAway();
        Instant again = patience.awayUntil().orElseThrow();
        patience.after(early, DOUBT);

        assertThat(patience.awayUntil()).contains(again);
    }

    @Test
    void whoSetsTheClockChangesNothing() throws Exception {
        ask(later(Duration.ofSeconds(10)));
        clock.set(Duration.ofDays(1));
        assertThat(mayBeAsked()).isFalse();
        clock.set(Duration.ofDays(-2));

        assertThat(silence()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void turnsAreEvenlyApartAndOneThatWasNotUsedIsGivenBack() throws Exception {
        patience = patience(2);
        ask(FINE);
        assertThat(pass()).isEmpty();
        clock.pass(Duration.ofMillis(500));
        Pass unused = pass().orElseThrow();
        assertThat(pass()).isEmpty();
        patience.end(unused, false);

        assertThat(pass()).isPresent();
    }

    @Test
    void requestsAreKeptApartAlsoWhenTheirTurnsWereLate() {
        patience = patience(4);

        assertThat(patience.request()).isZero();
        assertThat(Duration.ofNanos(patience.request())).isEqualTo(Duration.ofMillis(250));
        assertThat(Duration.ofNanos(patience.request())).isEqualTo(Duration.ofMillis(500));
        clock.pass(Duration.ofSeconds(2));
        assertThat(patience.request()).isZero();
    }
}
