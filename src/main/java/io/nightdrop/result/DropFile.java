package io.nightdrop.result;

import io.nightdrop.manifest.ContentKind;
import org.jspecify.annotations.Nullable;

/**
 * A companion that a drop's manifest names.
 *
 * @param position its place among them, from 0, by first mention; also its name in the drop's own folder
 * @param name as the manifest writes it
 * @param fingerprint SHA-256 of its bytes, hex; null when it was not there
 * @param size in bytes; 0 when it was not there
 * @param kind what its first bytes say it is; null when it was not there
 */
public record DropFile(
        int position,
        String name,
        @Nullable String fingerprint,
        long size,
        @Nullable ContentKind kind) {

    /** Whether it came with the drop. */
    public boolean there() {
        return fingerprint != null;
    }
}
