package io.nightdrop.inbox;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one look at an inbox found.
 *
 * @param ready the manifests that can be taken in, in the order of their paths
 * @param waiting those that cannot yet
 */
public record Look(List<String> ready, List<Waiting> waiting) {

    /** Nothing lies there, or nobody looked. */
    public static final Look NOTHING = new Look(List.of(), List.of());

    /**
     * A manifest that is not ready.
     *
     * @param path its path in the inbox
     * @param reason why, for people
     * @param settling whether all it needs is to lie unchanged for a while
     */
    public record Waiting(String path, String reason, boolean settling) {}

    /** With what turned out not to be ready after all. */
    public Look with(List<Waiting> more) {
        return more.isEmpty()
                ? this
                : new Look(ready, Stream.concat(waiting.stream(), more.stream()).toList());
    }

    /** Whether a second look after the inbox's {@code settle} may find more ready. */
    public boolean settling() {
        return waiting.stream().anyMatch(Waiting::settling);
    }
}
