package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.NotifySettings;
import io.nightdrop.settings.PartitionSettings;
import io.nightdrop.settings.RetrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RetriesTests {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final LiveSteps live = new LiveSteps();
    private final AtomicInteger tries = new AtomicInteger();

    private Retries retries(Duration pause, Duration within) {
        NightdropSettings settings = new NightdropSettings(
                Path.of("target"),
                Duration.ofSeconds(30),
                new RetrySettings(pause, pause, within),
                new PartitionSettings(4, 500),
                Map.of(),
                Map.of(),
                NotifySettings.NONE);
        return new Retries(new TransientFaults(settings), live, settings);
    }

    @Test
    void whatMayPassIsTriedUntilItSucceeds() throws Exception {
        retries(PAUSE, Duration.ofMinutes(1)).run("It", () -> {
            if (tries.incrementAndGet() < 4) {
                throw new IOException("away");
            }
        });
        assertThat(tries).hasValue(4);
    }

    @Test
    void whatWillNotPassIsNotTriedAgain() {
        assertThatThrownBy(() -> retries(PAUSE, Duration.ofMinutes(1)).run("It", () -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("a mistake");
                }))
                .hasMessage("a mistake");
        assertThat(tries).hasValue(1);
    }

    @Test
    void whatStaysIsGivenUpAfterItsTime() {
        assertThatThrownBy(() -> retries(PAUSE, PAUSE.multipliedBy(5)).run("It", () -> {
                    tries.incrementAndGet();
                    throw new IOException("away");
                }))
                .hasMessage("away");
        assertThat(tries.get()).isBetween(2, 6);
    }

    @Test
    void whatTriesInsideItselfDoesNotMultiply() {
        Duration within = PAUSE.multipliedBy(10);
        Retries retries = retries(PAUSE, within);
        assertThatThrownBy(() -> retries.runAround(
                        "All",
                        () -> retries.run("It", () -> {
                            tries.incrementAndGet();
                            throw new IOException("away");
                        })))
                .hasMessage("away");
        assertThat(tries.get()).as("its own tries, and once more").isBetween(11, 22);
    }

    @Test
    void aStopEndsThePauseAndNothingIsBegunAfterIt() {
        assertThatThrownBy(
                        () -> retries(Duration.ofHours(1), Duration.ofDays(1)).run("It", () -> {
                            tries.incrementAndGet();
                            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
                                    .execute(live::stop);
                            throw new IOException("away");
                        }))
                .hasMessage("away");
        assertThat(tries).hasValue(1);
    }
}
