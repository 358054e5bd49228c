package io.nightdrop.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.nightdrop.notification.Notification;
import io.nightdrop.notification.Notifications;
import io.nightdrop.operation.Operation;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** The page for a person, {@code report.html}: self-contained, every text escaped, bounded whatever the drop's size. */
@Component
class ReportPage {

    private static final int MAX_FAILED = 500;
    private static final int MAX_SUCCEEDED = 100;
    private static final int MAX_REQUESTS = 100;
    private static final int MAX_UNDELIVERABLE = 100;

    private final ItemResults results;
    private final Requests requests;
    private final Notifications notifications;
    private final Digests digests;
    private final Template template;

    ReportPage(ItemResults results, Requests requests, Notifications notifications, Digests digests)
            throws IOException {
        this.digests = digests;
        this.results = results;
        this.requests = requests;
        this.notifications = notifications;
        try (Reader reader = new InputStreamReader(
                new ClassPathResource("templates/report.html").getInputStream(), StandardCharsets.UTF_8)) {
            this.template = Mustache.compiler().escapeHTML(true).nullValue("").compile(reader);
        }
    }

    void write(OutputStream out, Drop drop, @Nullable Drop original, @Nullable Operation operation) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        template.execute(model(drop, original, operation), writer);
        writer.flush();
    }

    private Map<String, Object> model(Drop drop, @Nullable Drop original, @Nullable Operation operation) {
        Map<String, Object> page = new HashMap<>();
        Digest digest = digests.of(drop);
        long succeeded = digest.succeeded();
        long failed = digest.failed();
        long refused = digest.refused();
        Outcome outcome = drop.outcome() == null ? Outcome.REJECTED : drop.outcome();
        page.put("id", drop.name());
        page.put("inbox", drop.inbox());
        page.put("manifest", drop.manifest());
        page.put("operation", drop.operation() == null ? "–" : drop.operation());
        page.put("fingerprint", drop.fingerprint() == null ? "–" : drop.fingerprint());
        page.put("receivedAt", time(drop.receivedAt()));
        page.put("startedAt", time(drop.startedAt()));
        page.put("finishedAt", time(drop.finishedAt()));
        page.put("took", took(drop));
        page.put("restarts", drop.restarts() == null ? 0 : drop.restarts());
        page.put("jobExecutionId", drop.jobExecutionId() == null ? "–" : drop.jobExecutionId());
        page.put("httpStatus", drop.httpStatus() == null ? "–" : drop.httpStatus());
        page.put("outcome", outcome.name());
        page.put("outcomeClass", outcome.name().toLowerCase(Locale.ROOT));
        long removed = drop.removed() == null ? 0 : drop.removed();
        page.put("hasRemoved", removed > 0);
        page.put("removed", number(removed));
        page.put("headline", digest.headline());
        page.put("hasInDoubt", digest.inDoubt() > 0);
        page.put("inDoubt", number(digest.inDoubt()));
        page.put("hasCorrections", failed > digest.inDoubt());
        page.put("total", number(succeeded + failed));
        page.put("succeeded", number(succeeded));
        page.put("failed", number(failed));
        page.put("succeededShare", succeeded + failed == 0 ? 0 : 100.0 * succeeded / (succeeded + failed));
        page.put("hasItems", succeeded + failed > 0);
        page.put("hasFailed", failed > 0);
        page.put("responseFile", operation == null ? "" : operation.responseFile(drop));
        page.put("correctionsFile", Corrections.fileName(drop));
        page.put("original", original == null || drop.againOf() != null ? false : Map.of("id", original.name()));
        page.put("again", original == null || drop.againOf() == null ? false : again(original, drop));
        Refusal refusal = drop.refusal();
        page.put("refusal", refusal == null ? false : refusal(refusal, digest.refusal()));
        page.put("codes", codes(digest));
        page.put("failedRows", failedRows(drop, failed));
        page.put("failedMore", more(failed, MAX_FAILED));
        page.put("succeededRows", succeededRows(drop, succeeded));
        page.put("succeededMore", more(succeeded, MAX_SUCCEEDED));
        page.put("hasSucceeded", succeeded > 0);
        page.put("hasRefused", refused > 0 && drop.refusal() == null);
        page.put("refused", number(refused));
        page.put("refusedRows", refused == 0 ? List.of() : refusedRows(drop));
        page.put("refusedMore", more(refused, MAX_REQUESTS));
        page.put("notifications", notifications(drop));
        return page;
    }

    private List<Map<String, Object>> refusedRows(Drop drop) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Request request : requests.refused(drop.key(), MAX_REQUESTS)) {
            Refusal refusal = request.refusal();
            if (refusal != null) {
                rows.add(Map.of(
                        "number", number(request.index() + 1),
                        "key", request.key(),
                        "items", number(request.itemCount()),
                        "code", refusal.code(),
                        "message", refusal.message()));
            }
        }
        return rows;
    }

    private static Map<String, Object> again(Drop original, Drop drop) {
        return Map.of("id", original.name(), "reason", drop.reason() == null ? "–" : drop.reason());
    }

    private static Map<String, Object> refusal(Refusal refusal, Digest.@Nullable Code code) {
        return Map.of(
                "code",
                refusal.code(),
                "message",
                refusal.message(),
                "details",
                refusal.details() == null ? "" : refusal.details().toPrettyString(),
                "hasDetails",
                refusal.details() != null,
                "advice",
                code == null ? "" : code.advice());
    }

    private static List<Map<String, Object>> codes(Digest digest) {
        return digest.codes().stream()
                .map(code -> Map.<String, Object>of(
                        "code",
                        code.code(),
                        "count",
                        number(code.count()),
                        "share",
                        100.0 * code.count() / digest.failed(),
                        "advice",
                        code.advice()))
                .toList();
    }

    private List<Map<String, Object>> failedRows(Drop drop, long failed) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Iterator<ItemResult> items = results.failed(drop.key()).iterator();
        while (failed > 0 && rows.size() < MAX_FAILED && items.hasNext()) {
            ItemResult item = items.next();
            rows.add(Map.of(
                    "number", number(item.index() + 1),
                    "itemId", item.itemId(),
                    "code", String.valueOf(item.code()),
                    "message", String.valueOf(item.message())));
        }
        return rows;
    }

    private List<Map<String, Object>> succeededRows(Drop drop, long succeeded) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Iterator<ItemResult> items = results.all(drop.key()).iterator();
        while (rows.size() < Math.min(MAX_SUCCEEDED, succeeded) && items.hasNext()) {
            ItemResult item = items.next();
            if (item.succeeded()) {
                rows.add(Map.of("number", number(item.index() + 1), "itemId", item.itemId(), "status", item.status()));
            }
        }
        return rows;
    }

    /** What applicants were told, or false when there is nothing to tell. */
    private Object notifications(Drop drop) {
        Notifications.Counts counts = notifications.count(drop.key());
        if (counts.total() == 0) {
            return false;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        Iterator<Notification> all = notifications.undeliverable(drop.key()).iterator();
        while (counts.undeliverable() > 0 && rows.size() < MAX_UNDELIVERABLE && all.hasNext()) {
            Notification one = all.next();
            rows.add(Map.of(
                    "workflow", one.workflowId(),
                    "address", one.address() == null ? "–" : one.address(),
                    "reason", one.trouble() == null ? "–" : one.trouble()));
        }
        Map<String, Object> section = new HashMap<>();
        section.put("pendingCount", number(counts.pending()));
        section.put("hasPending", counts.pending() > 0);
        section.put("inAppCount", number(counts.inApp()));
        section.put("hasInApp", counts.inApp() > 0);
        section.put("sentCount", number(counts.sent()));
        section.put("hasSent", counts.sent() > 0);
        section.put("undeliverableCount", number(counts.undeliverable()));
        section.put("hasUndeliverable", counts.undeliverable() > 0);
        section.put("undeliverableRows", rows);
        section.put("undeliverableMore", more(counts.undeliverable(), MAX_UNDELIVERABLE));
        return section;
    }

    /** What the page leaves out, or false when it shows all. */
    private static Object more(long count, int shown) {
        return count > shown ? Map.of("shown", number(shown), "hidden", number(count - shown)) : false;
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String time(@Nullable Instant instant) {
        return instant == null ? "–" : Timestamps.iso(instant).replace('T', ' ').replaceAll("\\.\\d+Z", " UTC");
    }

    private static String took(Drop drop) {
        Instant start = drop.startedAt();
        Instant end = drop.finishedAt();
        if (start == null || end == null) {
            return "–";
        }
        Duration duration = Duration.between(start, end);
        return duration.toMinutes() > 0
                ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
