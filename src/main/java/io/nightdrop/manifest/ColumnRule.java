package io.nightdrop.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one of our columns is filled from what a sender's manifest has.
 *
 * @param to our column, by any of the header names that an operation's {@link Layout} knows
 * @param from the sender's column; null for a constant
 * @param constant the text that every item gets; null where it comes from a column
 * @param values our texts for the sender's; {@link #ANY} stands for every other text, an empty key for an empty cell
 * @param part what is taken of a cell
 */
public record ColumnRule(
        String to, @Nullable String from, @Nullable String constant, Map<String, String> values, Part part) {

    /** The key in {@code values} for all that is not listed; without it, it stays as it is. */
    public static final String ANY = "*";

    /** What is taken of a cell. */
    public enum Part {
        /** All of it. */
        WHOLE,
        /** What stands before the last space, or all of it where there is none. */
        BEFORE_LAST_SPACE,
        /** What stands behind the last space, or all of it where there is none. */
        AFTER_LAST_SPACE,
        /** A file's name, with {@code /} where its sender writes a backslash. */
        PATH;

        String of(String cell) {
            return switch (this) {
                case WHOLE -> cell;
                case BEFORE_LAST_SPACE ->
                    cell.strip()
                            .substring(0, space(cell) < 0 ? cell.strip().length() : space(cell))
                            .strip();
                case AFTER_LAST_SPACE -> cell.strip().substring(space(cell) + 1);
                case PATH -> cell.replace('\\', '/');
            };
        }

        private static int space(String cell) {
            return cell.strip().lastIndexOf(' ');
        }
    }

    /** Takes a column as it is. */
    public static ColumnRule rename(String from, String to) {
        return new ColumnRule(to, from, null, Map.of(), Part.WHOLE);
    }

    /** Takes a part of a column. */
    public static ColumnRule part(String from, Part part, String to) {
        return new ColumnRule(to, from, null, Map.of(), part);
    }

    /** Gives every item one text. */
    public static ColumnRule constant(String constant, String to) {
        return new ColumnRule(to, null, constant, Map.of(), Part.WHOLE);
    }

    /** What a cell becomes. */
    String text(String cell) {
        if (constant != null) {
            return constant;
        }
        String listed = values.get(cell);
        if (listed != null) {
            return listed;
        }
        return part.of(cell.isEmpty() ? cell : values.getOrDefault(ANY, cell));
    }
}
