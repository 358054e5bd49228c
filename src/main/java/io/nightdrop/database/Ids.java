package io.nightdrop.database;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/**
 * New ids that grow with time (UUID version 7, RFC 9562): rows that are inserted together lie together in an index,
 * where random ids would touch a page each.
 */
public final class Ids {

    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Ids() {}

    /** An id that nobody has. */
    public static UUID next() {
        return GENERATOR.generate();
    }
}
