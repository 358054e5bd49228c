package io.nightdrop.partner.simulator;

import java.util.Set;

/** What a request is for; each has its own faults and figures. */
public enum Target {
    /** {@code POST /v1/documents:submitBatch}. */
    PEARSANA,
    /** {@code POST /workflow.requiredDocument.batchRequestDocument}. */
    KOMPLIANT,
    /** {@code POST /oauth2/token}. */
    TOKEN,
    /** Everything else, which never has a fault. */
    OTHER;

    /** The two operations, as opposed to the way to a token. */
    static final Set<Target> OPERATIONS = Set.of(PEARSANA, KOMPLIANT);
}
