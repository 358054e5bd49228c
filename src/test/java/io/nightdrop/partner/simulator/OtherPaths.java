package io.nightdrop.partner.simulator;

import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /health} and {@code /ping} of Pearsana; any other path is unknown, in the words of the partner that it looks like. */
final class OtherPaths implements Endpoint {

    private final Pearsana pearsana;

    OtherPaths(Pearsana pearsana) {
        this.pearsana = pearsana;
    }

    @Override
    public Target target() {
        return Target.OTHER;
    }

    @Override
    public Reply answer(RequestHead head, RequestBody body, boolean effect) {
        boolean get = head.method().equals("GET");
        if (get && head.path().equals("/health")) {
            return Reply.of(
                    Answer.json(200, JsonNodeFactory.instance.objectNode().put("status", "ok")));
        }
        return Reply.of(get && head.path().equals("/ping") ? ping(head) : unknown(head));
    }

    private Answer ping(RequestHead head) {
        Set<String> scopes = pearsana.tokens().scopes(head);
        if (scopes == null) {
            return PearsanaErrors.failure(pearsana, head, 401);
        }
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("status", "ok").put("message", "pong");
        json.put("clientId", Pearsana.CLIENT_ID);
        scopes.forEach(json.putArray("scopes")::add);
        return PearsanaErrors.withHeaders(pearsana, head, Answer.json(200, json));
    }

    private Answer unknown(RequestHead head) {
        return head.path().startsWith("/v1/")
                ? PearsanaErrors.failure(pearsana, head, 404)
                : KompliantAnswers.failure(400);
    }

    @Override
    public Answer failure(int status, RequestHead head) {
        return KompliantAnswers.failure(status);
    }
}
