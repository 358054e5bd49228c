package io.nightdrop.vault;

/**
 * How a sender names a user. Compared by case and to the letter.
 *
 * @param namespace for example {@code SIS}
 * @param externalId the user's id there
 */
public record ExternalReference(String namespace, String externalId) {

    @Override
    public String toString() {
        return namespace + "/" + externalId;
    }
}
