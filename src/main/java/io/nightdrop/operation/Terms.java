package io.nightdrop.operation;

import java.util.List;

/**
 * What an inbox allows.
 *
 * @param scopes what its sender may do
 * @param maxContent the largest content of a document in bytes
 * @param maxItems the most items in a manifest
 * @param verifyContent whether a content must be what its name's extension promises
 * @param storeKnows whether users and workflows must be in the embedded store; else somebody else says whether they exist
 */
public record Terms(List<String> scopes, long maxContent, long maxItems, boolean verifyContent, boolean storeKnows) {}
