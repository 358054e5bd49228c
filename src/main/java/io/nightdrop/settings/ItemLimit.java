package io.nightdrop.settings;

/**
 * How many items a manifest may hold.
 *
 * @param value at least 1; {@link Long#MAX_VALUE} for {@code unlimited}
 */
public record ItemLimit(long value) {

    /** Checks the range. */
    public ItemLimit {
        if (value < 1) {
            throw new IllegalArgumentException("a limit of items is at least 1, or 'unlimited'");
        }
    }

    /** Reads a number or the word {@code unlimited}. */
    public static ItemLimit valueOf(String text) {
        return new ItemLimit("unlimited".equals(text.trim()) ? Long.MAX_VALUE : Long.parseLong(text.trim()));
    }

    /** Takes a number as YAML gives it. */
    public static ItemLimit valueOf(Integer number) {
        return new ItemLimit(number);
    }
}
