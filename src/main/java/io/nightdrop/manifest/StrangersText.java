package io.nightdrop.manifest;

/** Texts and names that strangers chose, for people: in messages, in the log and on a terminal. */
public final class StrangersText {

    private StrangersText() {}

    /** The text without anything that a terminal would obey: each such character is a question mark. */
    public static String plain(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
