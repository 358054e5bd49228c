package io.nightdrop.vault;

import java.util.List;
import java.util.UUID;

/**
 * A user of the vault.
 *
 * @param id ours
 * @param references by which senders name them; at least one
 * @param email an address
 * @param firstName given name
 * @param lastName family name
 * @param roleName for example {@code student}
 */
public record User(
        UUID id,
        List<ExternalReference> references,
        String email,
        String firstName,
        String lastName,
        String roleName) {}
