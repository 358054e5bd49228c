package io.nightdrop.sftp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names on a server are bytes. The SFTP client is told to take each byte as a character, so that none is lost; here they become text and
 * text becomes bytes again, in UTF-8 and strictly.
 */
final class RemoteNames {

    private static final int LONGEST_NAME = 255;

    private RemoteNames() {}

    /** Text for the client, which sends it as UTF-8. */
    static String toWire(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return StandardCharsets.ISO_8859_1.decode(bytes).toString();
        } catch (CharacterCodingException impossible) {
            throw new InvalidPathException(text, "not a text that UTF-8 can write");
        }
    }

    /** The name of one entry, or null when the bytes are not UTF-8 or could mean another file than this entry. */
    static @Nullable String fromWire(String wire) {
        if (wire.isEmpty() || wire.equals(".") || wire.equals("..") || wire.indexOf('/') >= 0 || wire.indexOf(0) >= 0) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(StandardCharsets.ISO_8859_1.encode(wire))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** The bytes in a form for people: printable ASCII as it is, every other byte as {@code \xE9}. */
    static String escaped(String wire) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < wire.length(); i++) {
            char c = wire.charAt(i);
            if (c >= ' ' && c < 0x7F && c != '\\' && c != '/') {
                text.append(c);
            } else {
                text.append(String.format("\\x%02X", (int) c));
            }
        }
        return text.toString();
    }

    /** Whether the path for the client has a name that is longer than file systems have them. */
    static boolean hasTooLongName(String wire) {
        return Stream.of(wire.split("/", -1)).anyMatch(name -> name.length() > LONGEST_NAME);
    }

    /** Refuses a path that is not one entry below its folder. */
    static String checked(String path) {
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf(0) >= 0) {
                throw new InvalidPathException(path, "not a path below the folder");
            }
        }
        return path;
    }
}
