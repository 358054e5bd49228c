package io.nightdrop.operation;

import io.nightdrop.settings.RemovalLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an inbox allows.
 *
 * @param scopes what its sender may do
 * @param maxContent the largest content of a document in bytes
 * @param maxItems the most items in a manifest
 * @param verifyContent whether a content must be what its name's extension promises
 * @param storeKnows whether users and workflows must be in the embedded store; else somebody else says whether they exist
 * @param everybody what holds for a manifest that lists everybody; null for one that does not
 */
public record Terms(
        List<String> scopes,
        long maxContent,
        long maxItems,
        boolean verifyContent,
        boolean storeKnows,
        @Nullable Everybody everybody) {

    /**
     * A manifest that lists everybody removes whom it leaves out.
     *
     * @param inbox of those whom this inbox has listed before
     * @param limit how many at most
     * @param accepted whether somebody has accepted that they are more
     */
    public record Everybody(String inbox, RemovalLimit limit, boolean accepted) {}
}
