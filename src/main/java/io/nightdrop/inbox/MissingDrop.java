package io.nightdrop.inbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A drop that had not come by the time that its inbox expects one.
 *
 * @param inbox the inbox's name
 * @param due by when it was expected
 * @param noted when that was noted
 * @param came when one was taken in after all; null while none was
 * @param dropKey that drop; null while none came
 */
public record MissingDrop(
        String inbox,
        Instant due,
        Instant noted,
        @Nullable Instant came,
        @Nullable Long dropKey) {}
