package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.test.MetaDataInstanceFactory;

class LiveStepsTests {

    private final LiveSteps live = new LiveSteps();
    private final StepExecution step = MetaDataInstanceFactory.createStepExecution();

    @Test
    void aStopReachesTheStepsThatRunAndTheOnesThatBeginLater() {
        StepExecution ended = MetaDataInstanceFactory.createStepExecution("ended", 2L);
        live.beforeStep(ended);
        live.afterStep(ended);
        live.beforeStep(step);

        live.stop();

        StepExecution later = MetaDataInstanceFactory.createStepExecution("later", 3L);
        live.beforeStep(later);
        assertThat(step.isTerminateOnly()).isTrue();
        assertThat(later.isTerminateOnly()).isTrue();
        assertThat(ended.isTerminateOnly()).isFalse();
    }

    @Test
    void afterAStopTheContainerMayBeginAgain() {
        live.stop();
        live.begin();
        live.beforeStep(step);
        assertThat(step.isTerminateOnly()).isFalse();
    }

    @Test
    void aPauseEndsWithTheStop() {
        live.stop();
        long start = System.nanoTime();
        live.pause(Duration.ofHours(1));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
    }
}
