package io.nightdrop.settings;

import java.math.BigDecimal;

/**
 * The share of an inbox's users that a bulk roster may remove.
 *
 * @param percent 0 to 100
 */
public record RemovalLimit(BigDecimal percent) {

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** Checks the range. */
    public RemovalLimit {
        if (percent.signum() < 0 || percent.compareTo(HUNDRED) > 0) {
            throw new IllegalArgumentException("a removal-limit is 0% to 100%");
        }
    }

    /** Reads a number with a percent sign, such as {@code 10%} or {@code 2.5%}. */
    public static RemovalLimit valueOf(String text) {
        String trimmed = text.trim();
        if (!trimmed.matches("[0-9]{1,3}(\\.[0-9]{1,4})?\\s*%")) {
            throw new IllegalArgumentException("'" + text + "' is no share such as 10%");
        }
        return new RemovalLimit(new BigDecimal(trimmed.replaceAll("\\s*%", "")));
    }

    /** Whether so many of so many are more than it allows. */
    public boolean isExceededBy(long removals, long users) {
        return BigDecimal.valueOf(removals).multiply(HUNDRED).compareTo(percent.multiply(BigDecimal.valueOf(users)))
                > 0;
    }

    @Override
    public String toString() {
        return percent.toPlainString() + "%";
    }
}
