package io.nightdrop.partner.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An answer before it is on the wire, without the headers that frame its body. It never changes. */
final class Answer {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final int status;
    private final Map<String, String> headers;
    private final ObjectNode json;
    private final byte[] body;

    private Answer(int status, Map<String, String> headers, ObjectNode json, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.json = json;
        this.body = body;
    }

    static Answer json(int status, ObjectNode json) {
        return new Answer(status, Map.of("Content-Type", "application/json"), json, JSON.writeValueAsBytes(json));
    }

    static Answer html(int status, String title) {
        String page = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title
                + "</h1></body></html>\n";
        return new Answer(status, Map.of("Content-Type", "text/html"), null, page.getBytes(StandardCharsets.UTF_8));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), null, new byte[0]);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Null when it is no JSON. */
    ObjectNode json() {
        return json;
    }

    byte[] body() {
        return body;
    }

    /** The same with another header, or another value of it. */
    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, json, body);
    }

    /** The same headers with another status and body. */
    Answer with(int newStatus, ObjectNode newJson) {
        return new Answer(newStatus, headers, newJson, JSON.writeValueAsBytes(newJson));
    }

    /** The same with other bytes as its body. */
    Answer withBody(byte[] bytes) {
        return new Answer(status, headers, json, bytes);
    }
}
