package io.nightdrop.operation.requests;

import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The response bodies, one for each request: {@code meta} and {@code results}, or {@code meta} and {@code errors} (contracts A7). */
@Component
class RequestsBody {

    /** The errors of an item, in a response and in what a partner told of it. */
    static final String ERRORS = "errors";

    private static final String VERSION = "2025-03-24";

    private final Requests requests;
    private final JsonMapper json;

    RequestsBody(Requests requests, JsonMapper json) {
        this.requests = requests;
        this.json = json;
    }

    /** Writes one body a line, as a stream; the only one of a drop on several lines. */
    void write(OutputStream out, Drop drop, boolean many, Iterable<ItemResult> results) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        Refusal refusal = drop.refusal();
        if (refusal != null) {
            writer.write(json.writeValueAsString(refused(drop, 0, refusal)));
            writer.write("\n");
        } else {
            Iterator<ItemResult> items = results.iterator();
            for (Requests.Answered answered : requests.answered(drop.key())) {
                write(writer, drop, answered, items, many ? "" : "\n");
            }
        }
        writer.flush();
    }

    private void write(Writer writer, Drop drop, Requests.Answered answered, Iterator<ItemResult> items, String lineEnd)
            throws IOException {
        Request request = answered.request();
        Refusal refusal = request.refusal();
        if (refusal != null) {
            for (long i = 0; i < request.itemCount(); i++) {
                items.next();
            }
            writer.write(json.writeValueAsString(refused(drop, request.index(), refusal)));
        } else {
            ObjectNode meta = meta(drop, request.index(), "BATCH_PROCESSED");
            meta.put("total_requests", request.itemCount());
            meta.put("success_count", answered.succeeded());
            meta.put("failure_count", request.itemCount() - answered.succeeded());
            writer.write("{\"meta\":" + json.writeValueAsString(meta) + ",\"results\":[");
            for (long i = 0; i < request.itemCount(); i++) {
                writer.write((i == 0 ? "" : ",") + lineEnd);
                writer.write(json.writeValueAsString(result(items.next())));
            }
            writer.write("]}");
        }
        writer.write("\n");
    }

    private ObjectNode result(ItemResult item) {
        JsonNode detail = json.readTree(String.valueOf(item.detail()));
        JsonNode echo = detail.path("request");
        ObjectNode result = json.createObjectNode();
        result.put("status", item.status());
        result.set("request", echo);
        if (item.succeeded()) {
            result.putObject("data");
        } else if (detail.path(ERRORS).isArray()) {
            result.set(ERRORS, detail.path(ERRORS));
        } else {
            ObjectNode error = result.putArray(ERRORS).addObject();
            error.put("code", item.code()).put("message", item.message());
            if (RequestCheck.ENTITY_NOT_FOUND.equals(item.code())) {
                error.putArray("details")
                        .addObject()
                        .set(RequestCheck.REQUIRED_DOCUMENT_ID, echo.path(RequestCheck.REQUIRED_DOCUMENT_ID));
            }
        }
        return result;
    }

    private ObjectNode refused(Drop drop, long requestIndex, Refusal refusal) {
        ObjectNode body = json.createObjectNode();
        body.set("meta", meta(drop, requestIndex, "ERROR"));
        ObjectNode error = body.putArray(ERRORS).addObject();
        error.put("code", refusal.code()).put("message", refusal.message());
        if (refusal.details() != null) {
            error.setAll(refusal.details());
        }
        return body;
    }

    private ObjectNode meta(Drop drop, long requestIndex, String status) {
        ObjectNode meta = json.createObjectNode();
        return meta.put("status", status)
                .put("trace_id", TraceId.of(drop, requestIndex))
                .put("version", VERSION);
    }
}
