package io.nightdrop.time;

/** Measures how long something took, by a clock that nobody sets; it says nothing about the time of day. */
@FunctionalInterface
public interface Ticker {

    /** Nanoseconds since some moment. */
    long nanos();
}
