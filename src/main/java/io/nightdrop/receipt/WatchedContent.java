package io.nightdrop.receipt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;

/** A content that says whenever a part of it is read. */
final class WatchedContent extends AbstractResource {

    private final Resource content;
    private final Runnable moved;

    WatchedContent(Resource content, Runnable moved) {
        this.content = content;
        this.moved = moved;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(content.getInputStream()) {
            @Override
            public int read() throws IOException {
                moved.run();
                return super.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                moved.run();
                return super.read(buffer, offset, length);
            }
        };
    }

    @Override
    public long contentLength() throws IOException {
        return content.contentLength();
    }

    @Override
    public String getDescription() {
        return content.getDescription();
    }
}
