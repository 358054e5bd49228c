package io.nightdrop.job;

import io.nightdrop.partner.Courier;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Ends the batches under way before the container closes what they need, the database first of all. */
@Component
class GracefulStop implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(GracefulStop.class);
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration GLANCE = Duration.ofMillis(200);

    private final LiveSteps live;
    private final Courier courier;
    private final Phaser work = new Phaser(1);
    private volatile boolean running;

    GracefulStop(LiveSteps live, Courier courier) {
        this.live = live;
        this.courier = courier;
    }

    /** Some work begins that must end before the container does. */
    void begin() {
        work.register();
    }

    /** It has ended. */
    void end() {
        work.arriveAndDeregister();
    }

    @Override
    public void start() {
        live.begin();
        running = true;
    }

    @Override
    public void stop() {
        live.stop();
        try {
            await(work.arrive());
        } catch (TimeoutException late) {
            LOG.warn("A batch did not end within {} s; it will be done again at the next start", PATIENCE.toSeconds());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    /** Longer while a request to a partner is under way: one that is cut is in doubt. */
    private void await(int phase) throws TimeoutException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                work.awaitAdvanceInterruptibly(phase, GLANCE.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (System.nanoTime() > end && courier.underWay().isZero()) {
                    throw notYet;
                }
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
