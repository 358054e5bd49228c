package io.nightdrop.partner;

import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Instant;

/** A partner cannot be reached or wants to be left alone, and it is not yet time to ask it again. Nothing was sent. */
public final class PartnerAwayException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String partner;
    private final String reason;
    private final Instant again;

    PartnerAwayException(String partner, String reason, Instant again) {
        super("The partner '" + partner + "' is away: it " + reason + "; it is asked again at "
                + Timestamps.iso(again));
        this.partner = partner;
        this.reason = reason;
        this.again = again;
    }

    /** The partner's name in the settings. */
    public String partner() {
        return partner;
    }

    /** What the last try came to, for people: {@code cannot be reached: …}, {@code answered 503}. */
    public String reason() {
        return reason;
    }

    /** When it may be asked again. */
    public Instant again() {
        return again;
    }
}
