package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /oauth2/token}: the client credentials grant of RFC 6749, section 4.4, its errors those of section 5.2. */
final class TokenEndpoint implements Endpoint {

    static final String PATH = "/oauth2/token";

    private static final long MAX_BODY = 64 * 1024;

    private final Pearsana pearsana;

    TokenEndpoint(Pearsana pearsana) {
        this.pearsana = pearsana;
    }

    @Override
    public Target target() {
        return Target.TOKEN;
    }

    @Override
    public Reply answer(RequestHead head, RequestBody body, boolean effect) throws IOException, RequestCut {
        if (!head.method().equals("POST")) {
            return Reply.of(error(405, "invalid_request", "Only POST").with("Allow", "POST"));
        }
        if (!head.hasContentType("application/x-www-form-urlencoded")) {
            return Reply.of(error(400, "invalid_request", "The content type must be a form"));
        }
        String text = text(body);
        if (text == null) {
            return Reply.of(error(413, "invalid_request", "The form is too large"));
        }
        Map<String, String> form = new LinkedHashMap<>();
        String twice = parse(text, form);
        if (twice != null) {
            return Reply.of(error(400, "invalid_request", "Twice: " + twice));
        }
        return grant(head, form, effect);
    }

    private Reply grant(RequestHead head, Map<String, String> form, boolean effect) {
        if (form.get("grant_type") == null) {
            return Reply.of(error(400, "invalid_request", "grant_type is required"));
        }
        Answer refusal = authenticate(head, form);
        if (refusal != null) {
            return Reply.of(refusal);
        }
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return Reply.of(error(400, "unsupported_grant_type", "Only client_credentials"));
        }
        Set<String> granted = pearsana.scopes();
        Set<String> scopes =
                form.containsKey("scope") ? Set.of(form.get("scope").split(" ")) : granted;
        if (!granted.containsAll(scopes)) {
            return Reply.of(error(400, "invalid_scope", "The client does not have all of these scopes"));
        }
        return new Reply(token(scopes, effect), null, List.of(), form.containsKey("scope") ? List.of() : remark());
    }

    private static List<String> remark() {
        return List.of("no scope asked for");
    }

    private Answer token(Set<String> scopes, boolean effect) {
        String token = Tokens.make();
        if (effect) {
            pearsana.tokens().grant(token, pearsana.tokenLifetime(), scopes);
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("access_token", token);
        json.put("token_type", "Bearer");
        json.put("expires_in", pearsana.tokenLifetime().toSeconds());
        json.put("scope", String.join(" ", new TreeSet<>(scopes)));
        return uncached(Answer.json(200, json));
    }

    /** Null when the client is who it says. */
    private Answer authenticate(RequestHead head, Map<String, String> form) {
        String header = head.header("Authorization");
        if (header != null && form.containsKey("client_secret")) {
            return error(400, "invalid_request", "The client's credentials come in two ways");
        }
        if (header != null && !pearsana.acceptsBasic()) {
            return invalidClient();
        }
        List<String> sent = header == null ? credentials(form) : basic(header);
        return pearsana.isClient(sent.get(0), sent.get(1)) ? null : invalidClient();
    }

    private static List<String> credentials(Map<String, String> form) {
        return List.of(form.getOrDefault("client_id", ""), form.getOrDefault("client_secret", ""));
    }

    private static List<String> basic(String header) {
        if (!header.startsWith("Basic ")) {
            return List.of("", "");
        }
        String pair = new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
        int colon = Math.max(0, pair.indexOf(':'));
        return List.of(decode(pair.substring(0, colon)), decode(pair.substring(Math.min(pair.length(), colon + 1))));
    }

    private static Answer invalidClient() {
        return error(401, "invalid_client", "Client authentication failed").with("WWW-Authenticate", "Basic");
    }

    private static Answer error(int status, String code, String description) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("error", code).put("error_description", description);
        return uncached(Answer.json(status, json));
    }

    private static Answer uncached(Answer answer) {
        return answer.with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    @Override
    public Answer failure(int status, RequestHead head) {
        return switch (status) {
            case 401 -> invalidClient();
            case 403 -> error(403, "access_denied", "No");
            case 429, 503 -> error(status, "temporarily_unavailable", "Later");
            default -> error(status, status < 500 ? "invalid_request" : "server_error", "No");
        };
    }

    /** Null when it is too large. */
    private static String text(RequestBody body) throws IOException, RequestCut {
        body.limit(MAX_BODY);
        try {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException problem) {
            if (body.cut()) {
                throw new RequestCut(List.of());
            }
            return null;
        }
    }

    /** The name of a parameter that comes twice, or null. */
    private static String parse(String text, Map<String, String> form) {
        List<String> twice = new ArrayList<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (form.put(name, value) != null) {
                twice.add(name);
            }
        }
        return twice.isEmpty() ? null : twice.get(0);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
