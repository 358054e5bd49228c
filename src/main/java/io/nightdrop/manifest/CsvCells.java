package io.nightdrop.manifest;

/**
 * Keeps a spreadsheet from running a cell as a formula: a text that begins with one of {@code = + - @}, a tab or a line
 * break gets an apostrophe in front (OWASP ASVS 5.0, 1.2.10). The two directions are each other's inverse, so that a
 * corrections file brings back exactly what its sender wrote.
 */
public final class CsvCells {

    private CsvCells() {}

    /** The text as a cell that no spreadsheet runs. */
    public static String protect(String text) {
        return dangerous(text) ? "'" + text : text;
    }

    /** What {@link #protect} was given. */
    static String unprotect(String cell) {
        return cell.startsWith("'") && dangerous(cell.substring(1)) ? cell.substring(1) : cell;
    }

    private static boolean dangerous(String text) {
        int first = 0;
        while (first < text.length() && text.charAt(first) == '\'') {
            first++;
        }
        return first < text.length() && "=+-@\t\r\n".indexOf(text.charAt(first)) >= 0;
    }
}
