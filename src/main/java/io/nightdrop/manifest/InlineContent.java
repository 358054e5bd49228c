package io.nightdrop.manifest;

import java.io.IOException;
import java.io.OutputStream;

/** Base64 content inside a manifest; it can be decoded once, by any thread, as long as the manifest lies where it was read. */
@FunctionalInterface
public interface InlineContent {

    /** What the decoding found. */
    enum Verdict {
        /** All of it was decoded. */
        DECODED,
        /** It is not strict Base64 (RFC 4648 section 4: padded, canonical, no line breaks); what was written is void. */
        NOT_BASE64,
        /** It is longer than the limit; what was written is void. */
        TOO_LARGE
    }

    /**
     * Decodes as a stream.
     *
     * @param limit the most bytes to write
     * @throws IOException when reading the manifest or writing fails
     */
    Verdict decodeTo(OutputStream out, long limit) throws IOException;

    /** How many characters it holds in memory until then; none when it is still in the manifest. */
    default long held() {
        return 0;
    }
}
