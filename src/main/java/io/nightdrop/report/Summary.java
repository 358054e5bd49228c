package io.nightdrop.report;

import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A drop in a few figures: {@code summary.json}, also what the commands print with {@code --json}. */
@Component
public class Summary {

    private final ItemResults results;
    private final JsonMapper json;

    Summary(ItemResults results, JsonMapper json) {
        this.results = results;
        this.json = json;
    }

    void write(OutputStream out, Drop drop, @Nullable Drop original) throws IOException {
        String text = json.writerWithDefaultPrettyPrinter().writeValueAsString(of(drop, original));
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The figures of a drop.
     *
     * @param original the drop that it repeats; null when it repeats none
     */
    public ObjectNode of(Drop drop, @Nullable Drop original) {
        ObjectNode summary = json.createObjectNode();
        ObjectNode own = summary.putObject("drop");
        own.put("id", drop.name());
        own.put("inbox", drop.inbox());
        own.put("manifest", drop.manifest());
        own.put("fingerprint", drop.fingerprint());
        own.put("operation", drop.operation());
        own.put("receivedAt", Timestamps.iso(drop.receivedAt()));
        own.put("startedAt", iso(drop.startedAt()));
        own.put("finishedAt", iso(drop.finishedAt()));
        own.put("jobExecutionId", drop.jobExecutionId());
        own.put("restarts", drop.restarts());
        if (original != null) {
            own.put(drop.againOf() == null ? "duplicateOf" : "againOf", original.name());
        }
        if (drop.reason() != null) {
            own.put("reason", drop.reason());
        }
        summary.put("outcome", drop.outcome() == null ? null : drop.outcome().name());
        summary.put("httpStatus", drop.httpStatus());
        ObjectNode counts = summary.putObject("counts");
        long succeeded = drop.succeeded() == null ? 0 : drop.succeeded();
        long failed = drop.failed() == null ? 0 : drop.failed();
        counts.put("total", succeeded + failed);
        counts.put("succeeded", succeeded);
        counts.put("failed", failed);
        if (drop.removed() != null) {
            counts.put("removed", drop.removed());
        }
        counts.put("inDoubt", failed == 0 ? 0 : results.countInDoubt(drop.key()));
        ObjectNode errors = summary.putObject("errors");
        for (Map.Entry<String, Long> code : results.codes(drop.key()).entrySet()) {
            errors.put(code.getKey(), code.getValue());
        }
        Refusal refusal = drop.refusal();
        if (refusal != null) {
            errors.put(refusal.code(), 1);
        }
        return summary;
    }

    private static @Nullable String iso(@Nullable Instant instant) {
        return instant == null ? null : Timestamps.iso(instant);
    }
}
