package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code mvn verify -Pcrash -D…} says to all crash tests; docs/reliability.md explains each property. */
final class CrashProperties {

    /** Repeats the drops and the plan of the kills. */
    static final long SEED = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);

    /** The names of the only fault points to kill at; empty: all of them, and anywhere between. */
    static final List<String> POINTS = Pattern.compile(",")
            .splitAsStream(System.getProperty("crash.points", ""))
            .filter(name -> !name.isEmpty())
            .toList();

    private CrashProperties() {}

    /** Leaves a test out that needs {@code h2} or {@code postgres} where only the other one is wanted. */
    static void assumeDatabase(String database) {
        assumeTrue(Set.of("both", database).contains(System.getProperty("crash.database", "both")));
    }
}
