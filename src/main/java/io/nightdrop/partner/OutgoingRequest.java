package io.nightdrop.partner;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * A POST request that is ready to go. It can be written any number of times and is the same each time.
 *
 * @param path below the partner's {@code base-url}, with a slash in front
 * @param headers all but those of the connection, and but for a bearer token; may hold secrets
 * @param contentLength how many bytes the body has, exactly
 * @param body writes the body
 */
public record OutgoingRequest(String path, Map<String, String> headers, long contentLength, Body body) {

    /** Keeps the headers from being changed. */
    public OutgoingRequest {
        headers = Map.copyOf(headers);
    }

    /** Writes a body as a stream; contents come from their files in blocks and stand in memory at no time. */
    @FunctionalInterface
    public interface Body {
        /**
         * Writes all of it; neither flushes nor closes the stream.
         *
         * @throws ContentLostException when a content cannot be read as it was checked; then the body ends before its end
         * @throws IOException when the stream cannot be written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes the body; see {@link Body#writeTo}. */
    public void writeTo(OutputStream out) throws IOException {
        body.writeTo(out);
    }

    /** Where it goes and how long it is; neither the headers' values nor the body. */
    @Override
    public String toString() {
        List<String> names = headers.keySet().stream().sorted().toList();
        return "OutgoingRequest[path=" + path + ", headers=" + names + ", contentLength=" + contentLength + "]";
    }
}
