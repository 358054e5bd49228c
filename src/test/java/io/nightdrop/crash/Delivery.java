package io.nightdrop.crash;

import java.util.List;
import java.util.Map;

/**
 * A drop as its sender sends it, and all that has to come of it. This is the ledger: it is kept by the test, outside of
 * everything that is killed.
 *
 * @param inbox where it is dropped
 * @param manifest the manifest's path in the inbox
 * @param files the bytes by path, the manifest last
 * @param outcome what the drop has to end as
 * @param operation what it asks for; null when nobody could see it
 * @param items what has to become of each item, in order; none for a drop that is refused or repeated
 * @param events what has to be asked for
 */
record Delivery(
        String inbox,
        String manifest,
        Map<String, byte[]> files,
        String outcome,
        String operation,
        List<Item> items,
        List<Event> events) {

    /**
     * What has to become of an item.
     *
     * @param status the operation's word
     * @param code why it fails; null when it does not
     * @param document the SHA-256 of the document that it becomes; null when it becomes none
     * @param kept the SHA-256 of a content that the vault keeps for the corrections; null when there is none
     */
    record Item(String status, String code, String document, String kept) {

        static Item well(String status) {
            return new Item(status, null, null, null);
        }

        static Item failed(String status, String code) {
            return new Item(status, code, null, null);
        }
    }

    /**
     * A required document that is asked for, once for each request.
     *
     * @param request the index of the request in its manifest
     */
    record Event(long request, String workflow, String requiredDocument) {}

    /** The manifest's name without its folder. */
    String manifestName() {
        return manifest.substring(manifest.lastIndexOf('/') + 1);
    }

    /** The manifest's folder in the inbox, with a slash at its end. */
    String folder() {
        return manifest.substring(0, manifest.lastIndexOf('/') + 1);
    }

    /** Whether it runs to the end of its items. */
    boolean runs() {
        return outcome.startsWith("COMPLETED");
    }
}
