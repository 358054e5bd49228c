package io.nightdrop.result;

import org.jspecify.annotations.Nullable;

/**
 * One of the requests of a drop whose manifest may hold many.
 *
 * @param index its place in the manifest, from 0
 * @param key what it is known by, at most {@value #MAX_KEY} characters; empty when it has none
 * @param firstItem the index of its first item
 * @param itemCount how many items it has
 * @param refusal why it was refused whole; null when it was not
 */
public record Request(
        long index,
        String key,
        long firstItem,
        long itemCount,
        @Nullable Refusal refusal) {

    /** The longest key. */
    public static final int MAX_KEY = 256;

    /** The same, refused. */
    public Request refused(Refusal why) {
        return new Request(index, key, firstItem, itemCount, why);
    }
}
