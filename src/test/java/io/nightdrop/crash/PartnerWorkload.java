package io.nightdrop.crash;

import io.nightdrop.crash.Delivery.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Drops without end for two partners: documents for Pearsana, requests for Kompliant, the same ones for the same seed. No item's id comes
 * twice, so the simulator's ledger tells of each what was done.
 */
final class PartnerWorkload implements Supply {

    /** Whose batches go to Pearsana. */
    static final String DOCUMENTS = "moved";

    /** Whose batches go to Kompliant. */
    static final String REQUESTS = "copied";

    /** Which ids the simulator has to know nothing of, and which it has to refuse. */
    static final List<String> SIMULATED = List.of(
            "--unknown-users=.*/nobody.*",
            "--unknown-workflows=w_nobody.*",
            "--ended-workflows=w_ended.*",
            "--unknown-documents=rd_nobody.*",
            "--inactive-documents=rd_inactive.*");

    private static final List<String> COLUMNS =
            List.of("itemId", "namespace", "externalId", "documentType", "filename", "sha256");

    private final Random random;
    private final Map<String, List<Sent>> sent = new HashMap<>();
    private final Set<String> hashes = new HashSet<>();
    private final List<byte[]> contents = new ArrayList<>();
    private int waves;
    private int number;

    PartnerWorkload(long seed) {
        this.random = new Random(seed);
    }

    /**
     * An item as its partner can get to know it.
     *
     * @param id what it is called, by nobody else
     * @param subject whom it is about
     * @param content the SHA-256 of its content; null when it has none
     * @param leaves whether it is handed on
     * @param accepted whether its partner does what it asks for
     */
    record Sent(String id, String subject, String content, boolean leaves, boolean accepted) {}

    /** About two waves in three bring a drop for each partner, so that there is some time to work one off. */
    @Override
    public List<Delivery> next() {
        if (waves++ > 0 && random.nextInt(3) == 0) {
            return List.of();
        }
        number++;
        return List.of(documents(), requests());
    }

    @Override
    public Map<String, String> emails() {
        return Map.of();
    }

    /** The items of a drop, in its order. */
    List<Sent> sent(Delivery delivery) {
        return sent.get(delivery.inbox() + "/" + delivery.manifest());
    }

    /** The SHA-256 of each content, also of those inline and in archives. */
    Set<String> hashes() {
        return Set.copyOf(hashes);
    }

    private Delivery delivery(
            String inbox,
            String manifest,
            Map<String, byte[]> companions,
            byte[] content,
            String operation,
            List<Item> items,
            List<Sent> own) {
        sent.put(inbox + "/" + manifest, List.copyOf(own));
        Map<String, byte[]> files = new LinkedHashMap<>(companions);
        files.put(manifest, content);
        return new Delivery(inbox, manifest, files, outcome(items), operation, List.copyOf(items), List.of());
    }

    /** What a drop ends as whose items end so. */
    static String outcome(List<Item> items) {
        return items.stream().allMatch(item -> item.code() == null) ? "COMPLETED" : "COMPLETED_WITH_FAILURES";
    }

    // documents

    private Delivery documents() {
        int kind = random.nextInt(4);
        boolean zip = kind == 0;
        boolean csv = kind == 1;
        String folder = zip ? "" : String.format(Locale.ROOT, "d%05d/", number);
        boolean faultless = random.nextInt(3) == 0;
        Map<String, byte[]> companions = new LinkedHashMap<>();
        List<Map<String, String>> lines = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        List<Sent> own = new ArrayList<>();
        int count = random.nextInt(25, 60);
        for (int i = 0; i < count; i++) {
            boolean within = !csv && random.nextBoolean();
            lines.add(document(i, faultless ? 99 : random.nextInt(100), within, folder, companions, items, own));
        }
        byte[] text = (csv ? ManifestText.csv(COLUMNS, lines) : ManifestText.jsonLines(lines))
                .getBytes(StandardCharsets.UTF_8);
        String name = folder + "documents-manifest." + (csv ? "csv" : "jsonl");
        if (zip) {
            companions.put("manifest.jsonl", text);
            name = String.format(Locale.ROOT, "z%05d-documents-manifest.zip", number);
            text = ManifestText.zip(companions);
            companions.clear();
        }
        return delivery(DOCUMENTS, name, companions, text, "documents:submitBatch", items, own);
    }

    /** Says all of an item, and notes what has to become of it. */
    private Map<String, String> document(
            int i,
            int fate,
            boolean within,
            String folder,
            Map<String, byte[]> companions,
            List<Item> items,
            List<Sent> own) {
        boolean noPdf = fate < 4;
        boolean otherHash = fate >= 4 && fate < 8;
        boolean missing = fate >= 8 && fate < 12;
        boolean unknown = fate >= 12 && fate < 22;
        byte[] content = noPdf ? ("no pdf " + random.nextLong()).getBytes(StandardCharsets.UTF_8) : content();
        String hash = Workload.sha256(content);
        hashes.add(hash);
        Map<String, String> line = new LinkedHashMap<>();
        line.put("itemId", "p" + number + "-" + i);
        line.put("namespace", "SIS");
        line.put("externalId", (unknown ? "nobody-" : "S-") + random.nextInt(10));
        line.put("documentType", "TRANSCRIPT");
        line.put("filename", "files/" + i + ".pdf");
        if (otherHash) {
            line.put("sha256", Workload.sha256(new byte[] {1}));
        }
        if (within) {
            line.put("file", missing ? "=not=base64=" : Base64.getEncoder().encodeToString(content));
        } else if (!missing) {
            companions.put(folder + "files/" + i + ".pdf", content);
        }
        boolean local = noPdf || otherHash || missing;
        own.add(new Sent(
                line.get("itemId"),
                "SIS/" + line.get("externalId"),
                missing ? null : hash,
                !local,
                !local && !unknown));
        String code = unknown ? "NOT_FOUND" : "VALIDATION_ERROR";
        items.add(
                local || unknown
                        ? new Item("failed", code, null, within && !missing ? hash : null)
                        : Item.well("created"));
        return line;
    }

    private byte[] content() {
        if (!contents.isEmpty() && random.nextInt(6) == 0) {
            return contents.get(random.nextInt(contents.size()));
        }
        byte[] bytes = new byte[random.nextInt(10) == 0 ? 200_000 : random.nextInt(200, 5000)];
        random.nextBytes(bytes);
        byte[] head = "%PDF-1.4\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        contents.add(bytes);
        if (contents.size() > 20) {
            contents.remove(0);
        }
        return bytes;
    }

    // requests

    private Delivery requests() {
        boolean csv = random.nextInt(3) == 0;
        boolean faultless = random.nextInt(3) == 0;
        StringBuilder text = new StringBuilder(ManifestText.requestHeader(csv));
        List<Item> items = new ArrayList<>();
        List<Sent> own = new ArrayList<>();
        int count = random.nextInt(3, 6);
        for (int request = 0; request < count; request++) {
            int fate = faultless ? 99 : random.nextInt(100);
            String word = fate < 8 ? "nobody" : fate < 16 ? "ended" : "";
            String refused = fate < 8 ? "ENTITY_NOT_FOUND" : fate < 16 ? "SYSTEM_RULE_VIOLATION" : null;
            String workflow = "w_" + word + number + "x" + request;
            List<String> asked = new ArrayList<>();
            int documents = random.nextInt(1, 16);
            for (int i = 0; i < documents; i++) {
                asked.add(required(workflow, refused, faultless, number + "x" + request + "x" + i, items, own));
            }
            text.append(ManifestText.request(csv, workflow, asked));
        }
        return delivery(
                REQUESTS,
                String.format(Locale.ROOT, "r%05d/requests-manifest.%s", number, csv ? "csv" : "jsonl"),
                Map.of(),
                text.toString().getBytes(StandardCharsets.UTF_8),
                "workflow.requiredDocument.batchRequestDocument",
                items,
                own);
    }

    /** Says a required document, and notes what has to become of it. */
    private String required(
            String workflow, String refused, boolean faultless, String name, List<Item> items, List<Sent> own) {
        int fate = faultless ? 99 : random.nextInt(100);
        boolean local = fate < 5;
        String word = fate < 5 ? "" : fate < 12 ? "nobody" : fate < 18 ? "inactive" : "";
        String id = local ? "wrong" + name : "rd_" + word + name;
        String code = local
                ? "BAD_REQUEST"
                : refused != null
                        ? refused
                        : word.equals("nobody") ? "ENTITY_NOT_FOUND" : word.equals("inactive") ? "BAD_REQUEST" : null;
        items.add(code == null ? Item.well("SUCCESS") : Item.failed("ERROR", code));
        own.add(new Sent(id, workflow, null, !local, code == null));
        return id;
    }
}
