package io.nightdrop.partner.simulator;

import java.time.Instant;
import java.util.List;

/**
 * One request that was seen, in the ledger before the first byte of its answer.
 *
 * @param number 1, 2, 3 in the order of arrival; the ledger has them in the order in which they were settled
 * @param arrived when its headers had come
 * @param settled when it was decided what comes of it
 * @param method {@code POST}, as a rule
 * @param requestId the {@code X-Request-Id} that the client sent; null when it sent none
 * @param apiVersion the {@code X-API-Version} that the client sent; null when it sent none
 * @param workflowId the workflow of a Kompliant request, else null
 * @param items what could be read of its items, in its order; none when a fault left the body unread
 * @param complete whether the whole body was read; without that nothing happened
 * @param bytes how much of the body was read
 * @param status the status that the client was shown; 0 when it was shown none
 * @param fault what was done to it
 * @param remarks what the contract tolerates and a careful client does not do
 */
public record SeenRequest(
        long number,
        Instant arrived,
        Instant settled,
        Target target,
        String method,
        String path,
        String requestId,
        String apiVersion,
        String workflowId,
        List<SeenItem> items,
        boolean complete,
        long bytes,
        int status,
        Fault fault,
        List<String> remarks) {

    /** Whether anything was processed. */
    public boolean effect() {
        return items.stream().anyMatch(SeenItem::effect);
    }

    /** The ids of its items. */
    public List<String> itemIds() {
        return items.stream().map(SeenItem::id).toList();
    }
}
