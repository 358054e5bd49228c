package io.nightdrop.crash;

import java.util.List;
import java.util.Map;

/** Drops without end, wave by wave. */
interface Supply {

    /** The next wave; may be empty. */
    List<Delivery> next();

    /** What the e-mail address of every user has to be by now, by {@code namespace/externalId}; empty when no rosters are sent. */
    Map<String, String> emails();
}
