package io.nightdrop.operation;

import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The response body of {@code documents:submitBatch} (contracts B6): {@code results} with one entry for each item, or
 * {@code error}. The imports, which no API has, answer in the same shape.
 */
@Component
public class ResultsBody {

    private final JsonMapper json;

    ResultsBody(JsonMapper json) {
        this.json = json;
    }

    /** 201 when all succeeded, 207 when some did, 400 when none did. */
    public static int httpStatus(ItemResults.Counts counts) {
        if (counts.failed() == 0) {
            return 201;
        }
        return counts.succeeded() == 0 ? 400 : 207;
    }

    /** Writes the body as a stream, one line for each item. */
    public void write(OutputStream out, Drop drop, Iterable<ItemResult> results) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        Refusal refusal = drop.refusal();
        if (refusal == null) {
            writeResults(writer, results);
        } else {
            writer.write(json.writeValueAsString(error(drop, refusal)));
        }
        writer.write("\n");
        writer.flush();
    }

    private ObjectNode error(Drop drop, Refusal refusal) {
        ObjectNode body = json.createObjectNode();
        ObjectNode error = body.putObject("error");
        error.put("code", refusal.code());
        error.put("message", refusal.message());
        if (refusal.details() != null) {
            error.set("details", refusal.details());
        }
        error.put("requestId", drop.name());
        return body;
    }

    private void writeResults(Writer writer, Iterable<ItemResult> results) throws IOException {
        writer.write("{\"results\":[");
        String separator = "\n";
        for (ItemResult result : results) {
            writer.write(separator);
            separator = ",\n";
            writer.write("{\"itemId\":" + json.writeValueAsString(result.itemId()) + ",\"status\":\"" + result.status()
                    + "\"");
            String detail = result.detail();
            if (result.succeeded() && detail != null) {
                writer.write("," + detail.substring(1, detail.length() - 1));
            } else if (!result.succeeded()) {
                ObjectNode error = json.createObjectNode();
                error.put("code", result.code());
                error.put("message", result.message());
                writer.write(",\"error\":" + json.writeValueAsString(error));
            }
            writer.write("}");
        }
        writer.write("]}");
    }
}
