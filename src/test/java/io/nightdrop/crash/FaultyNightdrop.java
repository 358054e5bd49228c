package io.nightdrop.crash;

import io.nightdrop.NightdropApplication;
import java.nio.file.Path;
import net.bytebuddy.agent.ByteBuddyAgent;

/**
 * Nightdrop as it is, in a process that can be told by system properties to die: {@code crash.point} and {@code crash.hit}
 * say where, {@code crash.trail} names a file that tells the phase, {@code crash.forgetful} gives the embedded database its
 * own defaults back.
 */
public final class FaultyNightdrop {

    private FaultyNightdrop() {}

    /** Runs one command, as {@link NightdropApplication} does. */
    public static void main(String[] arguments) {
        Weaver weaver = new Weaver();
        String point = System.getProperty("crash.point");
        if (point != null) {
            weaver.faultAt(FaultPoints.named(point));
            Faults.arm(Integer.getInteger("crash.hit", 1));
        }
        String trail = System.getProperty("crash.trail");
        if (trail != null) {
            Faults.trail(Path.of(trail));
            for (Phase phase : Phase.values()) {
                weaver.phase(phase);
            }
        }
        if (Boolean.getBoolean("crash.forgetful")) {
            weaver.forgetfulDatabase();
        }
        ByteBuddyAgent.getInstrumentation().addTransformer(weaver);
        NightdropApplication.main(arguments);
    }
}
