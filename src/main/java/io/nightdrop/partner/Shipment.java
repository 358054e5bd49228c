package io.nightdrop.partner;

import java.util.List;

/**
 * The items of one request to a partner, with what is noted of them.
 *
 * @param dropKey whose they are
 * @param firstItem the first of the drop's items that get their results with it, by index
 * @param itemCount how many do; those of them that failed before are not sent
 * @param items those that are sent, in manifest order
 * @param disclosures one for each of these
 */
public record Shipment(
        long dropKey, long firstItem, long itemCount, List<SentItem> items, List<Disclosure> disclosures) {

    /** Keeps the lists from being changed. */
    public Shipment {
        items = List.copyOf(items);
        disclosures = List.copyOf(disclosures);
    }
}
