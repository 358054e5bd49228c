package io.nightdrop.partner.simulator;

import java.util.List;

/**
 * What an API answers to a request, and what the ledger shall say of it.
 *
 * @param workflowId for Kompliant; else null
 * @param items with the effects that they have if the request is processed
 */
record Reply(Answer answer, String workflowId, List<SeenItem> items, List<String> remarks) {

    /** The answer to a request of which nothing more is known. */
    static Reply of(Answer answer) {
        return new Reply(answer, null, List.of(), List.of());
    }

    Reply with(Answer other) {
        return new Reply(other, workflowId, items, remarks);
    }

    /** The same when a fault keeps the request from being processed. */
    Reply undone() {
        return new Reply(
                answer, workflowId, items.stream().map(SeenItem::undone).toList(), remarks);
    }
}
