package io.nightdrop.operation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An item as the batches read it: checked, with its content in a file.
 *
 * @param index its place in the manifest, from 0
 * @param request the place of its request in the manifest, from 0; 0 where a manifest is one request
 * @param itemId what identifies it for its sender
 * @param fields as its sender wrote them, without inline content
 * @param error why it fails; null when nothing speaks against it yet
 * @param content its content; null when it has none or fails anyway
 * @param row the cells as its sender wrote them, where those are more than the fields say; else null
 */
public record StagedItem(
        long index,
        long request,
        String itemId,
        ObjectNode fields,
        @Nullable ItemError error,
        Content.@Nullable Present content,
        @Nullable ArrayNode row) {

    /** Stands in a failed item's source among the fields; no operation ever sees it. */
    private static final String ROW = "$row";

    /** What is kept of it when it fails: its fields, and its sender's own cells where there are any. */
    public ObjectNode source() {
        if (row == null) {
            return fields;
        }
        ObjectNode source = fields.deepCopy();
        source.set(ROW, row);
        return source;
    }

    /** Takes the sender's own cells out of a source; null when there are none. */
    public static @Nullable ArrayNode takeRow(ObjectNode source) {
        return source.remove(ROW) instanceof ArrayNode cells ? cells : null;
    }
}
