package io.nightdrop.partner.simulator;

/** What goes wrong before a request can be sent over TLS. Nothing happens under any of them, and a client can know that. */
public enum TlsFault {
    /** All is well. */
    NONE,
    /** The certificate ended yesterday. */
    EXPIRED,
    /** The certificate begins tomorrow. */
    NOT_YET_VALID,
    /** The certificate is another host's. */
    WRONG_HOST,
    /** The certificate is of an authority that nobody trusts. */
    UNKNOWN_ISSUER,
    /** Only TLS 1.1 is spoken. */
    OLD_PROTOCOL,
    /** The connection is closed instead of a handshake. */
    CLOSED_HANDSHAKE,
    /** Silence instead of a handshake. */
    STALLED_HANDSHAKE,
    /** HTTP in plain text is spoken. */
    PLAIN_TEXT
}
