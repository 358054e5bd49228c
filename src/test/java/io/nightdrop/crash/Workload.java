package io.nightdrop.crash;

import io.nightdrop.crash.Delivery.Event;
import io.nightdrop.crash.Delivery.Item;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Drops without end, the same ones for the same seed: rosters, documents in every format, requests, some of it wrong, some of
 * it sent twice. Inboxes do not depend on each other, so what comes of a drop does not depend on how they are interleaved.
 */
final class Workload implements Supply {

    static final List<String> INBOXES = List.of("moved", "copied", "kept", "deleted");

    private static final int WORKFLOWS = 12;
    private static final int REQUIRED = 8;
    private static final int DELIVERIES_OF_A_WAVE = 3;

    private static final List<String> COLUMNS =
            List.of("itemId", "namespace", "externalId", "documentType", "filename", "verificationIntent", "sha256");

    private enum Kind {
        JSON,
        CSV,
        JSONL,
        ZIP,
        REQUESTS_JSONL,
        REQUESTS_CSV,
        USERS,
        WORKFLOWS,
        REFUSED,
        REPEATED
    }

    private static final List<Kind> MIX = List.of(
            Kind.JSON,
            Kind.CSV,
            Kind.CSV,
            Kind.JSONL,
            Kind.JSONL,
            Kind.ZIP,
            Kind.ZIP,
            Kind.REQUESTS_JSONL,
            Kind.REQUESTS_JSONL,
            Kind.REQUESTS_JSONL,
            Kind.REQUESTS_CSV,
            Kind.USERS,
            Kind.WORKFLOWS,
            Kind.REFUSED,
            Kind.REPEATED);

    private final Random random;
    private final Map<String, Sender> senders = new LinkedHashMap<>();
    private final Map<String, String> emails = new HashMap<>();
    private int waves;
    private int turn;

    Workload(long seed) {
        this.random = new Random(seed);
        INBOXES.forEach(inbox -> senders.put(inbox, new Sender(inbox)));
    }

    /** The next drops; the first ones are the rosters of every inbox. */
    @Override
    public List<Delivery> next() {
        int wave = waves++;
        List<Delivery> deliveries = new ArrayList<>();
        if (wave == 0) {
            senders.values().forEach(sender -> {
                deliveries.add(sender.users(place(0, "a-roster-manifest.csv")));
                deliveries.add(sender.workflows(place(0, "b-workflows-manifest.json")));
            });
            return deliveries;
        }
        for (int i = 0; i < DELIVERIES_OF_A_WAVE; i++) {
            Sender sender = senders.get(INBOXES.get(turn++ % INBOXES.size()));
            deliveries.add(sender.delivery(wave, MIX.get(random.nextInt(MIX.size()))));
        }
        return deliveries;
    }

    @Override
    public Map<String, String> emails() {
        return Map.copyOf(emails);
    }

    /** How many workflows there are. */
    static int workflowCount() {
        return WORKFLOWS * INBOXES.size();
    }

    private static String place(int wave, String name) {
        return String.format(Locale.ROOT, "w%05d/%s", wave, name);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What one inbox is sent. */
    private final class Sender {
        private final String inbox;
        private final String namespace;
        private final List<byte[]> contents = new ArrayList<>();
        private final Set<String> workflowsSent = new HashSet<>();
        private Delivery last;
        private int users;
        private int number;

        Sender(String inbox) {
            this.inbox = inbox;
            this.namespace = inbox.toUpperCase(Locale.ROOT);
        }

        Delivery delivery(int wave, Kind kind) {
            number++;
            return switch (kind) {
                case JSON -> documents(place(wave, number + "-documents-manifest.json"), Kind.JSON);
                case CSV -> documents(place(wave, number + "-documents-manifest.csv"), Kind.CSV);
                case JSONL -> documents(place(wave, number + "-documents-manifest.jsonl"), Kind.JSONL);
                case ZIP -> documents(place(wave, number + "-documents-manifest.zip"), Kind.ZIP);
                case REQUESTS_JSONL -> requests(place(wave, number + "-requests-manifest.jsonl"), true);
                case REQUESTS_CSV -> requests(place(wave, number + "-requests-manifest.csv"), false);
                case USERS -> users(place(wave, number + "-roster-manifest.csv"));
                case WORKFLOWS -> workflows(place(wave, number + "-workflows-manifest.json"));
                case REFUSED -> refused(place(wave, number + "-refused-manifest.csv"));
                case REPEATED ->
                    last == null
                            ? documents(place(wave, number + "-documents-manifest.jsonl"), Kind.JSONL)
                            : repeated(wave);
            };
        }

        private Delivery of(
                String manifest,
                Map<String, byte[]> companions,
                String text,
                String operation,
                List<Item> items,
                List<Event> events,
                boolean well) {
            Map<String, byte[]> files = new LinkedHashMap<>(companions);
            files.put(manifest, text.getBytes(StandardCharsets.UTF_8));
            return new Delivery(
                    inbox, manifest, files, well ? "COMPLETED" : "COMPLETED_WITH_FAILURES", operation, items, events);
        }

        // rosters

        Delivery users(String manifest) {
            StringBuilder csv = new StringBuilder("namespace,externalId,email,firstName,lastName,roleName\n");
            List<Item> items = new ArrayList<>();
            Set<String> known = new HashSet<>(emails.keySet());
            int more = users == 0 ? 40 : random.nextInt(5, 30);
            for (int i = 0; i < more; i++) {
                boolean update = users > 10 && random.nextInt(3) == 0;
                String id = "U-" + (update ? random.nextInt(users) : users++);
                if (random.nextInt(12) == 0 && users > 10) {
                    csv.append(namespace).append(",bad-").append(i).append(",nobody,Max,,student\n");
                    items.add(Item.failed("failed", "VALIDATION_ERROR"));
                    continue;
                }
                String email = "u" + random.nextInt(1_000_000) + "@example.edu";
                csv.append(namespace)
                        .append(',')
                        .append(id)
                        .append(',')
                        .append(email)
                        .append(",Ada,Byron,student\n");
                items.add(Item.well(known.add(namespace + "/" + id) ? "created" : "updated"));
                emails.put(namespace + "/" + id, email);
            }
            return of(manifest, Map.of(), csv.toString(), "users:import", items, List.of(), allWell(items));
        }

        Delivery workflows(String manifest) {
            List<String> workflows = new ArrayList<>();
            List<Item> items = new ArrayList<>();
            for (int i = 0; i < WORKFLOWS; i++) {
                List<String> documents = new ArrayList<>();
                for (int j = 0; j < REQUIRED; j++) {
                    documents.add("{\"required_document_id\":\"" + requiredDocument(i, j)
                            + "\",\"document_type_code\":\"LEASE\",\"name\":\"Lease " + number + "\",\"status\":\""
                            + (inactive(j) ? "INACTIVE" : "OPEN") + "\"}");
                }
                workflows.add("{\"workflow_id\":\"" + workflow(i) + "\",\"type\":\"LOAN\",\"state\":\""
                        + (ended(i) ? "ENDED" : "STARTED")
                        + "\",\"applicant\":{\"name\":\"Noor\",\"email\":\"noor@example.com\"},\"required_documents\":["
                        + String.join(",", documents) + "]}");
                items.add(Item.well(workflowsSent.add(workflow(i)) ? "created" : "updated"));
            }
            String json = "{\"workflows\":[\n" + String.join(",\n", workflows) + "]}";
            return of(manifest, Map.of(), json, "workflows:import", items, List.of(), true);
        }

        private String workflow(int number) {
            return "w_" + inbox + number;
        }

        private String requiredDocument(int workflow, int number) {
            return "rd_" + inbox + workflow + "x" + number;
        }

        private boolean ended(int workflow) {
            return workflow == WORKFLOWS - 1;
        }

        private boolean inactive(int document) {
            return document == REQUIRED - 1;
        }

        // documents

        private Delivery documents(String manifest, Kind kind) {
            String folder = kind == Kind.ZIP ? "" : manifest.substring(0, manifest.lastIndexOf('/') + 1);
            boolean csv = kind == Kind.CSV || (kind == Kind.ZIP && random.nextBoolean());
            Map<String, byte[]> companions = new LinkedHashMap<>();
            List<Map<String, String>> lines = new ArrayList<>();
            List<Item> items = new ArrayList<>();
            int count = random.nextInt(20, 110);
            for (int i = 0; i < count; i++) {
                boolean inline = kind == Kind.JSON || (kind != Kind.CSV && kind != Kind.ZIP && random.nextBoolean());
                lines.add(document(i, inline, folder + number + "-files/", folder.length(), companions, items));
            }
            String text = csv
                    ? ManifestText.csv(COLUMNS, lines)
                    : kind == Kind.JSONL ? ManifestText.jsonLines(lines) : ManifestText.json(lines);
            Delivery delivery =
                    of(manifest, companions, text, "documents:submitBatch", items, List.of(), allWell(items));
            Delivery sent = kind == Kind.ZIP ? zipped(delivery, csv ? "manifest.csv" : "manifest.json") : delivery;
            last = sent;
            return sent;
        }

        /** Says all of an item, and notes what has to become of it. */
        private Map<String, String> document(
                int i, boolean inline, String files, int folder, Map<String, byte[]> companions, List<Item> items) {
            Map<String, String> line = new LinkedHashMap<>();
            int fate = random.nextInt(100);
            byte[] content = fate < 4 ? ("no pdf " + random.nextLong()).getBytes(StandardCharsets.UTF_8) : content();
            String hash = sha256(content);
            String name = files + i + ".pdf";
            line.put("itemId", "d-" + number + "-" + i);
            line.put("namespace", namespace);
            line.put("externalId", fate >= 4 && fate < 10 ? "nobody" : "U-" + random.nextInt(10));
            line.put("documentType", "TRANSCRIPT");
            line.put("filename", inline ? i + ".pdf" : name.substring(folder));
            if (random.nextInt(8) == 0) {
                line.put("verificationIntent", "issue");
            }
            if (fate >= 10 && fate < 14) {
                line.put("sha256", sha256(new byte[] {1}));
            } else if (random.nextInt(4) == 0) {
                line.put("sha256", hash);
            }
            boolean missing = fate >= 14 && fate < 18;
            if (inline) {
                line.put("file", missing ? "=not=base64=" : Base64.getEncoder().encodeToString(content));
            } else if (!missing) {
                companions.put(name, content);
            }
            if (fate >= 18) {
                items.add(new Item("created", null, hash, null));
            } else {
                String code = fate >= 4 && fate < 10 ? "NOT_FOUND" : "VALIDATION_ERROR";
                items.add(new Item("failed", code, null, inline && !missing ? hash : null));
            }
            return line;
        }

        private byte[] content() {
            if (!contents.isEmpty() && random.nextInt(5) == 0) {
                return contents.get(random.nextInt(contents.size()));
            }
            byte[] bytes = new byte[random.nextInt(60) == 0 ? 60_000 : random.nextInt(200, 3000)];
            random.nextBytes(bytes);
            byte[] head = "%PDF-1.4\n".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(head, 0, bytes, 0, head.length);
            contents.add(bytes);
            if (contents.size() > 100) {
                contents.remove(0);
            }
            return bytes;
        }

        private Delivery zipped(Delivery plain, String manifestName) {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            plain.files()
                    .forEach((path, bytes) -> entries.put(path.equals(plain.manifest()) ? manifestName : path, bytes));
            return new Delivery(
                    inbox,
                    plain.manifest(),
                    Map.of(plain.manifest(), ManifestText.zip(entries)),
                    plain.outcome(),
                    plain.operation(),
                    plain.items(),
                    plain.events());
        }

        // requests

        private Delivery requests(String manifest, boolean jsonl) {
            StringBuilder text = new StringBuilder(ManifestText.requestHeader(!jsonl));
            List<Item> items = new ArrayList<>();
            List<Event> events = new ArrayList<>();
            boolean well = true;
            int count = random.nextInt(4, 14);
            for (int request = 0; request < count; request++) {
                int fate = random.nextInt(100);
                int workflow = fate < 10 ? WORKFLOWS - 1 : random.nextInt(WORKFLOWS - 1);
                boolean unknown = fate >= 10 && fate < 18;
                // in CSV two requests of one workflow in a row would be one
                String id = unknown ? "w_nobody" + request : workflow(jsonl ? workflow : request % (WORKFLOWS - 1));
                int asked = jsonl && fate >= 18 && fate < 22 ? 0 : random.nextInt(1, 18);
                String refused =
                        unknown ? "ENTITY_NOT_FOUND" : jsonl && ended(workflow) ? "SYSTEM_RULE_VIOLATION" : null;
                well &= asked > 0 && refused == null;
                List<String> documents = new ArrayList<>();
                for (int i = 0; i < asked; i++) {
                    int document = random.nextInt(REQUIRED);
                    boolean nonexistent = random.nextInt(15) == 0;
                    int owner = jsonl ? workflow : request % (WORKFLOWS - 1);
                    String documentId = nonexistent ? "rd_nobody" : requiredDocument(owner, document);
                    documents.add(documentId);
                    if (refused != null) {
                        items.add(Item.failed("ERROR", refused));
                    } else if (nonexistent) {
                        items.add(Item.failed("ERROR", "ENTITY_NOT_FOUND"));
                    } else if (inactive(document)) {
                        items.add(Item.failed("ERROR", "BAD_REQUEST"));
                    } else {
                        items.add(Item.well("SUCCESS"));
                        Event event = new Event(request, id, documentId);
                        if (!events.contains(event)) {
                            events.add(event);
                        }
                    }
                }
                text.append(ManifestText.request(!jsonl, id, documents));
            }
            return of(
                    manifest,
                    Map.of(),
                    text.toString(),
                    "workflow.requiredDocument.batchRequestDocument",
                    items,
                    events,
                    well && allWell(items));
        }

        private boolean allWell(List<Item> items) {
            return items.stream().allMatch(item -> item.code() == null);
        }

        // what is refused, and what is sent twice

        private Delivery refused(String manifest) {
            String header = "itemId,namespace,externalId,documentType,filename\n";
            String line = "twice-" + number + "," + namespace + ",U-1,TRANSCRIPT,none.pdf\n";
            Map<String, byte[]> files = Map.of(manifest, (header + line + line).getBytes(StandardCharsets.UTF_8));
            return new Delivery(inbox, manifest, files, "REJECTED", "documents:submitBatch", List.of(), List.of());
        }

        /** The same bytes under the same names, in another folder. */
        private Delivery repeated(int wave) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            last.files()
                    .forEach((path, bytes) -> files.put(
                            path.equals(last.manifest())
                                    ? place(wave, number + "-" + last.manifestName())
                                    : place(wave, path.substring(last.folder().length())),
                            bytes));
            return new Delivery(
                    inbox,
                    place(wave, number + "-" + last.manifestName()),
                    files,
                    "DUPLICATE",
                    null,
                    List.of(),
                    List.of());
        }
    }
}
