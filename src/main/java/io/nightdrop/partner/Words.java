package io.nightdrop.partner;

import io.nightdrop.manifest.StrangersText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Texts that a partner wrote, as they can be kept, logged and printed: without control characters and half characters, and of bounded length. */
final class Words {

    /** The most characters of a message. */
    static final int MAX_MESSAGE = 2_000;

    /** The most characters of a name or an id in a sentence of ours. */
    static final int MAX_NAME = 256;

    private Words() {}

    /** On one line, at most so many characters. */
    static String plain(String text, int max) {
        String line = StrangersText.plain(wellFormed(text.strip().replaceAll("\\s+", " ")));
        return line.length() <= max ? line : cut(line, max);
    }

    /** A text of a JSON object; empty when there is none. */
    static String plain(JsonNode text, int max) {
        return text.isString() ? plain(text.stringValue(), max) : "";
    }

    private static String cut(String line, int max) {
        int end = Character.isHighSurrogate(line.charAt(max - 2)) ? max - 2 : max - 1;
        return line.substring(0, end) + "…";
    }

    /** Without halves of surrogate pairs, which no database keeps. */
    static String wellFormed(String text) {
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The node as JSON text that a database keeps; null when it is longer than {@link ItemReply#MAX_DETAIL} characters. */
    static @Nullable String json(JsonNode node) {
        String text = wellFormed(node.toString());
        return text.length() <= ItemReply.MAX_DETAIL ? text : null;
    }
}
