package io.nightdrop.report;

import io.nightdrop.disk.Disk;
import io.nightdrop.result.Drop;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Hands results back to the sender: files in its {@code reply-to} folder, each by temporary name and rename. */
@Component
public class Receipts {

    private final Reports reports;
    private final JsonMapper json;

    Receipts(Reports reports, JsonMapper json) {
        this.reports = reports;
        this.json = json;
    }

    /** Says that a drop was taken in: {@code <drop id>.received.json}. Nothing happens without a folder. */
    public void received(Drop drop, @Nullable Path replyTo) throws IOException {
        if (replyTo == null) {
            return;
        }
        Path receipt = replyTo.resolve(drop.name() + ".received.json");
        if (!Files.exists(receipt)) {
            ObjectNode body = json.createObjectNode();
            body.put("id", drop.name());
            body.put("manifest", drop.manifest());
            body.put("fingerprint", drop.fingerprint());
            body.put("receivedAt", Timestamps.iso(drop.receivedAt()));
            Disk.replace(receipt, path -> Files.writeString(path, json.writeValueAsString(body) + "\n"));
        }
    }

    /** Hands the results back: each file but the page as {@code <drop id>.<file>}. Nothing happens without a folder. */
    public void results(Drop drop, @Nullable Path replyTo) throws IOException {
        if (replyTo == null) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(reports.folder(drop))) {
            files = all.filter(file -> !file.endsWith("report.html")).sorted().toList();
        }
        for (Path file : files) {
            Disk.replace(replyTo.resolve(drop.name() + "." + file.getFileName()), path -> Files.copy(file, path));
        }
    }
}
