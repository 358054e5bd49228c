package io.nightdrop.job;

import io.nightdrop.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * The looks whose time came and that were not had yet, because somebody else worked on the inbox or it could not be read.
 * A schedule such as 02:30 comes once a night, so its look is not given up: after one that failed it is tried again at growing
 * pauses, from 10 seconds up to a minute, until it succeeds. A schedule that comes more often does not shorten them.
 */
@Component
class OwedLooks {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final Map<String, Owed> owed = new ConcurrentHashMap<>();

    OwedLooks(Ticker ticker) {
        this.ticker = ticker;
    }

    private record Owed(long notBefore, BackOffExecution pauses) {}

    /** The schedule says that it is time. */
    void owe(String inbox) {
        ExponentialBackOff pauses = new ExponentialBackOff(FIRST.toMillis(), 2);
        pauses.setMaxInterval(LONGEST.toMillis());
        owed.putIfAbsent(inbox, new Owed(ticker.nanos(), pauses.start()));
    }

    /** Whether a look is owed, now or later. */
    boolean isOwed(String inbox) {
        return owed.containsKey(inbox);
    }

    /** Whether a look is owed and may be tried now. */
    boolean isDue(String inbox) {
        Owed look = owed.get(inbox);
        return look != null && ticker.nanos() - look.notBefore() >= 0;
    }

    /** Has it: what is owed from now on, while it is had, is another one. */
    void have(String inbox, Retries.Attempt look) throws IOException, JobExecutionException {
        Owed had = owed.remove(inbox);
        boolean seen = false;
        try {
            look.run();
            seen = true;
        } finally {
            if (!seen && had != null) {
                long pause = Duration.ofMillis(had.pauses().nextBackOff()).toNanos();
                owed.putIfAbsent(inbox, new Owed(ticker.nanos() + pause, had.pauses()));
            }
        }
    }
}
