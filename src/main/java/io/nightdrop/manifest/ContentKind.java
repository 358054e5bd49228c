package io.nightdrop.manifest;

import java.util.Arrays;

/** What the first bytes of a content say it is. */
public enum ContentKind {
    /** {@code %PDF-} stands somewhere in the first 1,024 bytes. */
    PDF,
    /** Portable Network Graphics. */
    PNG,
    /** JPEG. */
    JPEG,
    /** TIFF or BigTIFF, of either byte order. */
    TIFF,
    /** Anything else. */
    OTHER;

    /** How many bytes have to be looked at. */
    public static final int HEAD = 1024;

    private static final byte[] PDF_MARK = {'%', 'P', 'D', 'F', '-'};

    /**
     * Looks at the beginning of a content.
     *
     * @param head its first bytes
     * @param length how many of them count, at most {@link #HEAD}
     */
    public static ContentKind of(byte[] head, int length) {
        if (startsWith(head, length, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return PNG;
        }
        if (startsWith(head, length, 0xFF, 0xD8, 0xFF)) {
            return JPEG;
        }
        if (startsWith(head, length, 'I', 'I', 42, 0)
                || startsWith(head, length, 'M', 'M', 0, 42)
                || startsWith(head, length, 'I', 'I', 43, 0)
                || startsWith(head, length, 'M', 'M', 0, 43)) {
            return TIFF;
        }
        for (int from = 0; from + PDF_MARK.length <= Math.min(length, HEAD); from++) {
            if (Arrays.equals(head, from, from + PDF_MARK.length, PDF_MARK, 0, PDF_MARK.length)) {
                return PDF;
            }
        }
        return OTHER;
    }

    private static boolean startsWith(byte[] head, int length, int... mark) {
        if (length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((head[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
