package io.nightdrop.crash;

import io.nightdrop.NightdropApplication;

/** Nightdrop as it is, with woven classes ({@link Woven}), in a process that can be told to die ({@link Faults}). */
public final class FaultyNightdrop {

    private FaultyNightdrop() {}

    /** Runs one command, as {@link NightdropApplication} does. */
    public static void main(String[] arguments) {
        NightdropApplication.main(arguments);
    }
}
