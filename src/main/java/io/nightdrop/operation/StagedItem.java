package io.nightdrop.operation;

import org.jspecify.annotations.Nullable;
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
 */
public record StagedItem(
        long index,
        long request,
        String itemId,
        ObjectNode fields,
        @Nullable ItemError error,
        Content.@Nullable Present content) {}
