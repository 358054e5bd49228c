package io.nightdrop.inbox;

import java.io.IOException;
import java.nio.file.Path;

/** Knows what is in a manifest, which an inbox does not. */
@FunctionalInterface
public interface Contents {

    /** Is given a companion's name. */
    @FunctionalInterface
    interface NameHandler {
        /** Takes it. */
        void companion(String name) throws IOException;
    }

    /** A manifest that may have to be fetched before it can be read. */
    @FunctionalInterface
    interface Source {
        /** The file. */
        Path file() throws IOException;
    }

    /**
     * Tells the companions that a manifest names, in the order in which it names them. One that it names again may be told again, or not.
     *
     * @param manifest is only asked for when its format names companions
     * @param name the manifest's name in the inbox, whose extension tells its format
     * @return false when the manifest cannot be read to its end; the names told until then mean nothing
     * @throws IOException when the file cannot be read or the handler fails
     */
    boolean companions(Inbox inbox, Source manifest, String name, NameHandler handler) throws IOException;
}
