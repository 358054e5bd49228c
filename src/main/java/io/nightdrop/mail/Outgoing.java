package io.nightdrop.mail;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message as its table holds it, whatever it says. */
public interface Outgoing {

    /** Ours; its Message-ID is made of it. */
    UUID id();

    /** Where it goes; null when that is not known. */
    @Nullable
    String address();

    /** How often it was tried. */
    int attempts();

    /** When it was made. */
    Instant createdAt();
}
