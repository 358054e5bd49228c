package io.nightdrop.partner.simulator;

import java.time.Duration;

/** How long, how late, how slow and how large faults are. All can be changed at any time, for requests to come. */
public final class FaultTimes {

    private volatile Duration stall = Duration.ofSeconds(30);
    private volatile Duration delay = Duration.ofMillis(300);
    private volatile Duration late = Duration.ofSeconds(3);
    private volatile Duration pace = Duration.ofMillis(20);
    private volatile Duration refusal = Duration.ofSeconds(1);
    private volatile Duration retryAfter = Duration.ofSeconds(1);
    private volatile long vastBytes = 64L << 20;

    /** How long a stall lasts; the connection is closed after it. */
    public FaultTimes stall(Duration time) {
        stall = time;
        return this;
    }

    /** The delay of {@link Fault#SLOW}. */
    public FaultTimes delay(Duration time) {
        delay = time;
        return this;
    }

    /** The delay of {@link Fault#LATE_ANSWER} and {@link Fault#LATE_EFFECT}: more than the client waits. */
    public FaultTimes late(Duration time) {
        late = time;
        return this;
    }

    /** The pause before each byte of {@link Fault#DRIBBLE}. */
    public FaultTimes pace(Duration time) {
        pace = time;
        return this;
    }

    /** How long the port is closed by {@link Fault#REFUSED}. */
    public FaultTimes refusal(Duration time) {
        refusal = time;
        return this;
    }

    /** What {@code Retry-After} asks for, in whole seconds; as a date it is that or up to a second more. */
    public FaultTimes retryAfter(Duration time) {
        retryAfter = time;
        return this;
    }

    /** The white space of {@link Fault#VAST_BODY}. */
    public FaultTimes vastBytes(long bytes) {
        vastBytes = bytes;
        return this;
    }

    Duration stall() {
        return stall;
    }

    Duration delay() {
        return delay;
    }

    Duration late() {
        return late;
    }

    Duration pace() {
        return pace;
    }

    Duration refusal() {
        return refusal;
    }

    Duration retryAfter() {
        return retryAfter;
    }

    long vastBytes() {
        return vastBytes;
    }
}
