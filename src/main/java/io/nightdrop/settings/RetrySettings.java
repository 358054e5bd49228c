package io.nightdrop.settings;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How faults that pass (a lost connection, a deadlock, a full disk) are tried again inside a run. When that does not help, the
 * drop is FAILED and tried again later, at growing intervals, up to its inbox's {@code retry-for}.
 *
 * @param pause the first pause; each is twice the one before
 * @param longestPause the longest pause
 * @param within how long it is tried in one run
 */
public record RetrySettings(
        @DefaultValue("1s") Duration pause,
        @DefaultValue("15s") Duration longestPause,
        @DefaultValue("1m") Duration within) {}
