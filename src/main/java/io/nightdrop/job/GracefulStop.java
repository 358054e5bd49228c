package io.nightdrop.job;

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
    private static final int SECONDS = 6;

    private final LiveSteps live;
    private final Phaser work = new Phaser(1);
    private volatile boolean running;

    GracefulStop(LiveSteps live) {
        this.live = live;
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
            work.awaitAdvanceInterruptibly(work.arrive(), SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            LOG.warn("A batch did not end within {} s; it will be done again at the next start", SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
