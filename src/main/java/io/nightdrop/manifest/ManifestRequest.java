package io.nightdrop.manifest;

import tools.jackson.databind.node.ObjectNode;

/**
 * One of the requests of a manifest that may hold many, told after its items.
 *
 * @param index its place in the manifest, from 0
 * @param fields the field by which it is known, as its sender wrote it; without its items and without what else is there
 * @param items what stands where its items should be
 * @param firstItem the index of its first item, or of the one that would have been
 * @param itemCount how many items it has
 * @param position where it begins
 */
public record ManifestRequest(
        long index, ObjectNode fields, Items items, long firstItem, long itemCount, Position position) {

    /** What stands where a request's items should be. */
    public enum Items {
        /** An array of objects, perhaps an empty one. */
        OBJECTS,
        /** Nothing, or null. */
        MISSING,
        /** Something else, or an array with something else in it. */
        WRONG
    }
}
