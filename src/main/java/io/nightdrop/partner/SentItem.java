package io.nightdrop.partner;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An item on its way to a partner.
 *
 * @param index its place in the manifest, from 0
 * @param requestKey what its request in the manifest is known by: the workflow's id; empty where a manifest is one request
 * @param itemId what identifies it for its sender
 * @param fields as its sender wrote them, without inline content; not changed
 * @param content the file with its content; null when the operation has none
 * @param size the content's size in bytes; 0 when there is none
 * @param sha256 of the content, 64 hex digits in lower case; null when there is none
 */
public record SentItem(
        long index,
        String requestKey,
        String itemId,
        ObjectNode fields,
        @Nullable Path content,
        long size,
        @Nullable String sha256) {

    /** Its place and size; its fields are personal data and stay out of logs. */
    @Override
    public String toString() {
        return "SentItem[index=" + index + ", size=" + size + "]";
    }
}
