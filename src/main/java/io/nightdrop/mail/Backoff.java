package io.nightdrop.mail;

import java.time.Duration;

/** How long a message waits after a try that failed: a minute, doubling up to an hour, and a little more by chance. */
public final class Backoff {

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double JITTER = 0.1;

    private Backoff() {}

    /**
     * The pause after so many tries.
     *
     * @param tries how many have failed, from 1
     * @param chance from 0 to 1, which spreads the next tries of messages that failed together
     */
    public static Duration after(int tries, double chance) {
        Duration plain = tries > 6 ? LONGEST : Duration.ofMinutes(1L << Math.max(0, tries - 1));
        return plain.plusMillis((long) (plain.toMillis() * JITTER * chance));
    }
}
