package io.nightdrop.receipt;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is owed to the sender of a drop, and what is in it. */
@Component
public class DueReceipts {

    private static final String RECEIVED = "received.json";
    private static final String SETTLED = "settled-";

    private final Receipts receipts;
    private final Reports reports;
    private final JsonMapper json;

    DueReceipts(Receipts receipts, Reports reports, JsonMapper json) {
        this.receipts = receipts;
        this.reports = reports;
        this.json = json;
    }

    /** A drop was taken in: {@code <drop id>.received.json} is due. Can be told again; nothing is due where there is nowhere to answer to. */
    public void received(Inbox inbox, Drop drop) {
        if (inbox.settings().replyTo() != null) {
            receipts.owe(drop.key(), RECEIVED);
        }
    }

    /**
     * Its reports are written: each file but the page is due as {@code <drop id>.<file>}. Likewise; but a sender that was told of the drop
     * is told of its end, too, once there is somewhere to answer to again.
     */
    public void results(Inbox inbox, Drop drop) throws IOException {
        if (inbox.settings().replyTo() == null && receipts.of(drop.key()).isEmpty()) {
            return;
        }
        files(drop).forEach(file -> receipts.owe(drop.key(), file));
    }

    /**
     * Items that were in doubt are settled: its files as they are now are due once more, as {@code <drop id>.settled-1.<file>}, then
     * {@code settled-2} and so on, since what a sender has got is never written over.
     */
    public void settled(Inbox inbox, Drop drop) throws IOException {
        List<Receipt> before = receipts.of(drop.key());
        if (inbox.settings().replyTo() == null && before.isEmpty()) {
            return;
        }
        int number = 1;
        String prefix = SETTLED + number + ".";
        while (has(before, prefix)) {
            number++;
            prefix = SETTLED + number + ".";
        }
        for (String file : files(drop)) {
            receipts.owe(drop.key(), prefix + file);
        }
    }

    private static boolean has(List<Receipt> receipts, String prefix) {
        return receipts.stream().anyMatch(receipt -> receipt.file().startsWith(prefix));
    }

    private List<String> files(Drop drop) throws IOException {
        try (Stream<Path> all = Files.list(reports.folder(drop))) {
            return all.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals("report.html"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * What is in a receipt.
     *
     * @throws NoSuchFileException when the report's file was removed
     */
    Resource content(Drop drop, String file) throws NoSuchFileException {
        if (file.equals(RECEIVED)) {
            return new ByteArrayResource(received(drop).getBytes(StandardCharsets.UTF_8));
        }
        Path report = reports.folder(drop).resolve(file.replaceFirst("^" + SETTLED + "[0-9]+\\.", ""));
        if (!Files.isRegularFile(report)) {
            throw new NoSuchFileException(
                    report.toString(),
                    null,
                    "the report is gone; 'nightdrop report " + drop.name() + "' makes it again");
        }
        return new FileSystemResource(report);
    }

    private String received(Drop drop) {
        ObjectNode body = json.createObjectNode();
        body.put("id", drop.name());
        body.put("manifest", drop.manifest());
        body.put("fingerprint", drop.fingerprint());
        body.put("receivedAt", Timestamps.iso(drop.receivedAt()));
        return json.writeValueAsString(body) + "\n";
    }
}
