package io.nightdrop.manifest;

import java.util.List;

/**
 * Where a manifest's columns and the rules for them do not meet.
 *
 * @param ignored the sender's columns that are read over
 * @param absent the columns that a rule takes something from, and that the manifest does not have
 */
public record Leftover(List<String> ignored, List<String> absent) {

    /** Everything meets. */
    public static final Leftover NONE = new Leftover(List.of(), List.of());
}
