package io.nightdrop.cli;

import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.result.Drop;
import io.nightdrop.time.Timestamps;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What an operator reads of items of which nobody knows what became. */
final class InDoubtText {

    private InDoubtText() {}

    static String of(Drop drop, long items) {
        return String.format(
                Locale.ROOT,
                "%,d of the failed items: ask the partner which of them it has, then 'nightdrop resolve %s/%s --resend',"
                        + " '--as-created' or '--as-failed'",
                items,
                drop.inbox(),
                drop.name());
    }

    static ObjectNode json(JsonMapper mapper, PartnerRequest request) {
        return mapper.createObjectNode()
                .put("requestId", request.id().toString())
                .put("partner", request.partner())
                .put("at", Timestamps.iso(request.intendedAt()))
                .put("tries", request.tries())
                .put("firstItem", request.firstItem())
                .put("items", request.itemCount())
                .put("trace", request.trace())
                .put("note", request.note());
    }

    static String of(PartnerRequest request) {
        return String.format(
                Locale.ROOT,
                "request %s to %s at %s, items %,d to %,d%s%s",
                request.id(),
                request.partner(),
                Timestamps.iso(request.intendedAt()),
                request.firstItem() + 1,
                request.firstItem() + request.itemCount(),
                request.trace() == null ? "" : ", there called " + request.trace(),
                request.note() == null ? "" : ": " + request.note());
    }
}
