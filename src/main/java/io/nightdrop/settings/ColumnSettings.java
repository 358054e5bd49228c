package io.nightdrop.settings;

import io.nightdrop.manifest.ColumnRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How one of our columns is filled.
 *
 * @param from the sender's column, by its name in the header row to the letter; this or {@code constant}
 * @param to our column, by any of its names, such as {@code externalId}, {@code documentType} or {@code metadata.term}
 * @param constant the text that every item gets; this or {@code from}
 * @param values our texts for the sender's, each as {@code theirs -> ours}; {@code * -> ours} for all that is not listed, which else stays as it is;
 *     {@code -> ours} for an empty cell
 */
public record ColumnSettings(
        @Nullable String from,
        @Nullable String to,
        @Nullable String constant,
        @DefaultValue List<String> values) {

    private static final String ARROW = "->";

    /** Checks that it says whence and whither, and that the values can be read. */
    public ColumnSettings {
        if (to == null || to.isBlank()) {
            throw new IllegalArgumentException("to is required: one of our columns");
        }
        if ((from == null) == (constant == null)) {
            throw new IllegalArgumentException(
                    from == null ? "from or constant is required" : "from and constant are both set: give one");
        }
        if (constant != null && !values.isEmpty()) {
            throw new IllegalArgumentException("values are for from, and there is a constant");
        }
        texts(values);
    }

    private static Map<String, String> texts(List<String> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String value : values) {
            int arrow = value.indexOf(ARROW);
            if (arrow < 0 || value.indexOf(ARROW, arrow + 1) >= 0) {
                throw new IllegalArgumentException(
                        "values: '" + value + "' is not written as 'theirs -> ours', with one arrow");
            }
            String theirs = value.substring(0, arrow).strip();
            if (texts.put(theirs, value.substring(arrow + ARROW.length()).strip()) != null) {
                throw new IllegalArgumentException("values: '" + theirs + "' stands there twice");
            }
        }
        return texts;
    }

    /** The rule that it says. */
    ColumnRule rule() {
        return new ColumnRule(String.valueOf(to), from, constant, texts(values), ColumnRule.Part.WHOLE);
    }
}
