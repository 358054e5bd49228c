package io.nightdrop.manifest;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One item as its sender wrote it.
 *
 * @param index its place in the manifest, from 0
 * @param request the place of its request in the manifest, from 0; 0 where a manifest is one request
 * @param fields its fields by their JSON names, whatever the format; without the inline content
 * @param position where it begins
 * @param content its inline content, or null when it has none
 */
public record ManifestItem(
        long index,
        long request,
        ObjectNode fields,
        Position position,
        @Nullable InlineContent content) {}
