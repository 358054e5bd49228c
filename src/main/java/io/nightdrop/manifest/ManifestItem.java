package io.nightdrop.manifest;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One item as its sender wrote it.
 *
 * @param index its place in the manifest, from 0
 * @param request the place of its request in the manifest, from 0; 0 where a manifest is one request
 * @param fields its fields by their JSON names, whatever the format; without the inline content
 * @param position where it begins
 * @param content its inline content, or null when it has none
 * @param row the cells as its sender wrote them, in the order of the header without error columns, null in the place of the content; null
 *     where the fields say all of it
 */
public record ManifestItem(
        long index,
        long request,
        ObjectNode fields,
        Position position,
        @Nullable InlineContent content,
        @Nullable ArrayNode row) {}
