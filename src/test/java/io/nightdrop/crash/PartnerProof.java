package io.nightdrop.crash;

import io.nightdrop.crash.Delivery.Item;
import io.nightdrop.crash.PartnerWorkload.Sent;
import io.nightdrop.partner.simulator.SeenItem;
import io.nightdrop.partner.simulator.SeenRequest;
import io.nightdrop.partner.simulator.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What has to be true of drops that left for partners, when all is done: looked up in the tables and reports, with none of the application's
 * code, and compared with what was sent and with the ledger of the simulator, which knows what it did.
 */
final class PartnerProof {

    static final String IN_DOUBT = "IN_DOUBT";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Site site;
    private final PartnerWorkload workload;
    private final List<Delivery> ledger;
    private final Map<String, How> settled;
    private final Map<String, Integer> allowed;
    private final List<SeenRequest> seen;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Fact> items = new LinkedHashMap<>();
    private final Map<Long, Map<Long, Fact>> drops = new HashMap<>();
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<String, Integer> effects = new HashMap<>();

    /** How an operator settles what is in doubt. */
    enum How {
        AS_CREATED("--as-created"),
        AS_FAILED("--as-failed"),
        RESEND("--resend");

        private final String option;

        How(String option) {
            this.option = option;
        }

        String option() {
            return option;
        }
    }

    /** An item, what has to become of it where nothing is in doubt, and what became of it. */
    record Fact(
            Delivery delivery,
            String drop,
            long dropKey,
            long index,
            Sent sent,
            Item expected,
            String code,
            boolean succeeded) {

        boolean inDoubt() {
            return IN_DOUBT.equals(code);
        }
    }

    /** A row of PARTNER_REQUEST with those of DISCLOSURE, by the id of the item. */
    private record Request(
            String id,
            long dropKey,
            String partner,
            long first,
            long count,
            String state,
            int tries,
            Map<String, Disclosed> items) {}

    private record Disclosed(long index, String subject, String fingerprint) {}

    /**
     * What there was.
     *
     * @param twice items with more than one effect, all of them sent again by order
     */
    record Figures(
            int requests,
            int tries,
            int seen,
            int effects,
            Map<String, Integer> requestStates,
            int inDoubt,
            int twice) {}

    /**
     * Looks up all of it.
     *
     * @param settled by id: items that were in doubt, and how that was settled
     * @param allowed by id: how many effects items may have that were sent again by order; others may have one
     * @param seen the simulator's ledger
     */
    PartnerProof(
            Site site,
            CrashDatabase database,
            PartnerWorkload workload,
            List<Delivery> ledger,
            Map<String, How> settled,
            Map<String, Integer> allowed,
            List<SeenRequest> seen)
            throws SQLException {
        this.site = site;
        this.workload = workload;
        this.ledger = ledger;
        this.settled = settled;
        this.allowed = allowed;
        this.seen = seen.stream()
                .filter(request -> request.target() == Target.PEARSANA || request.target() == Target.KOMPLIANT)
                .toList();
        try (Connection connection = database.connect()) {
            readItems(connection);
            readRequests(connection);
        }
        for (SeenRequest request : this.seen) {
            request.items().stream()
                    .filter(SeenItem::effect)
                    .forEach(item -> effects.merge(item.id(), 1, Integer::sum));
        }
    }

    private interface RowHandler {
        void row(ResultSet row) throws SQLException;
    }

    private static void query(Connection connection, String sql, RowHandler handler) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                handler.row(rows);
            }
        }
    }

    private void readItems(Connection connection) throws SQLException {
        Map<String, Delivery> deliveries = new HashMap<>();
        ledger.forEach(delivery -> deliveries.put(delivery.inbox() + "/" + delivery.manifest(), delivery));
        query(
                connection,
                "SELECT n.INBOX, n.MANIFEST, n.DROP_ID, n.DROP_KEY, r.ITEM_INDEX, r.CODE, r.SUCCEEDED FROM BATCH_ITEM_RESULT r"
                        + " JOIN NIGHT_DROP n ON n.DROP_KEY = r.DROP_KEY ORDER BY n.DROP_KEY, r.ITEM_INDEX",
                row -> {
                    Delivery delivery = deliveries.get(row.getString(1) + "/" + row.getString(2));
                    int index = row.getInt(5);
                    if (delivery == null || index >= delivery.items().size()) {
                        wrong(row.getString(1) + "/" + row.getString(2) + " has a result " + index
                                + ", but no such item");
                        return;
                    }
                    Fact fact = new Fact(
                            delivery,
                            row.getString(1) + "/" + row.getString(3),
                            row.getLong(4),
                            index,
                            workload.sent(delivery).get(index),
                            delivery.items().get(index),
                            row.getString(6),
                            row.getBoolean(7));
                    items.put(fact.sent().id(), fact);
                    drops.computeIfAbsent(fact.dropKey(), key -> new TreeMap<>())
                            .put(fact.index(), fact);
                });
    }

    private void readRequests(Connection connection) throws SQLException {
        query(
                connection,
                "SELECT REQUEST_ID, DROP_KEY, PARTNER, FIRST_ITEM, ITEM_COUNT, STATE, TRIES FROM PARTNER_REQUEST ORDER BY INTENDED_AT",
                row -> requests.put(
                        row.getString(1),
                        new Request(
                                row.getString(1),
                                row.getLong(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getString(6),
                                row.getInt(7),
                                new LinkedHashMap<>())));
        query(
                connection,
                "SELECT REQUEST_ID, DROP_KEY, ITEM_INDEX, ITEM_ID, SUBJECT, FINGERPRINT FROM DISCLOSURE ORDER BY ITEM_INDEX",
                row -> {
                    Request request = requests.get(row.getString(1));
                    if (request.dropKey() != row.getLong(2)) {
                        wrong("a disclosure of request " + request.id() + " is of another drop");
                    }
                    request.items()
                            .put(row.getString(4), new Disclosed(row.getLong(3), row.getString(5), row.getString(6)));
                });
    }

    private void wrong(String problem) {
        problems.add(problem);
    }

    private void expect(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            wrong(what + ": " + found + " instead of " + expected);
        }
    }

    /** The items that are in doubt, by drop. */
    Map<String, List<Fact>> inDoubt() {
        Map<String, List<Fact>> found = new TreeMap<>();
        items.values().stream().filter(Fact::inDoubt).forEach(fact -> found.computeIfAbsent(
                        fact.drop(), drop -> new ArrayList<>())
                .add(fact));
        return found;
    }

    /** How often the partner did what the item asks for. */
    int effects(Fact fact) {
        return effects.getOrDefault(fact.sent().id(), 0);
    }

    /**
     * Proves it.
     *
     * @param ended whether nothing may be in doubt any more
     */
    Figures prove(CrashDatabase database, boolean ended) throws SQLException, IOException {
        Proof.of(site, database, asItEnded(), Map.of(), workload.hashes(), null).check("The drops");
        items.values().forEach(this::effect);
        effects.keySet().stream()
                .filter(id -> !items.containsKey(id))
                .forEach(id -> wrong(id + " took effect, but there is no such item"));
        seen.forEach(this::seen);
        tries();
        disclosures();
        states(ended);
        if (!resent()) {
            names();
        }
        summaries();
        new Proof.Verdict(problems, 0).check("The partners");
        return figures();
    }

    private boolean resent() {
        return settled.containsValue(How.RESEND);
    }

    /** The drops with what has to have become of each item, where some are or were in doubt. */
    private List<Delivery> asItEnded() {
        Map<String, List<Item>> ended = new HashMap<>();
        for (Fact fact : items.values()) {
            ended.computeIfAbsent(
                            place(fact.delivery()),
                            place -> new ArrayList<>(fact.delivery().items()))
                    .set((int) fact.index(), asItEnded(fact));
        }
        return ledger.stream()
                .map(delivery -> {
                    List<Item> own = ended.getOrDefault(place(delivery), delivery.items());
                    return new Delivery(
                            delivery.inbox(),
                            delivery.manifest(),
                            delivery.files(),
                            PartnerWorkload.outcome(own),
                            delivery.operation(),
                            own,
                            delivery.events());
                })
                .toList();
    }

    private static String place(Delivery delivery) {
        return delivery.inbox() + "/" + delivery.manifest();
    }

    private Item asItEnded(Fact fact) {
        boolean documents = fact.delivery().inbox().equals(PartnerWorkload.DOCUMENTS);
        String failed = documents ? "failed" : "ERROR";
        String content = fact.sent().content();
        How how = settled.get(fact.sent().id());
        if (how == null) {
            return fact.inDoubt() && fact.sent().leaves() ? new Item(failed, IN_DOUBT, null, content) : fact.expected();
        }
        return switch (how) {
            case AS_CREATED -> Item.well(documents ? "created" : "SUCCESS");
            case AS_FAILED -> new Item(failed, "NOT_TAKEN", null, content);
            case RESEND ->
                fact.expected().code() == null
                        ? fact.expected()
                        : new Item(failed, fact.expected().code(), null, content);
        };
    }

    /** One effect for what succeeded, none for what failed, one at most for what is in doubt. */
    private void effect(Fact fact) {
        int done = effects(fact);
        String what =
                fact.sent().id() + " of " + fact.drop() + " (" + (fact.succeeded() ? "succeeded" : fact.code()) + ")";
        How how = settled.get(fact.sent().id());
        int least = fact.inDoubt() || how == How.AS_FAILED || !fact.succeeded() ? 0 : 1;
        int most = fact.inDoubt() || fact.succeeded() || how != null
                ? allowed.getOrDefault(fact.sent().id(), 1)
                : 0;
        if (done < least || done > most) {
            wrong(what + " took effect " + done + " times, not " + least + " to " + most);
        }
    }

    /** What arrived is what was sent, and stood in the tables before. */
    private void seen(SeenRequest request) {
        List<SeenItem> arrived = request.items();
        for (SeenItem item : arrived) {
            Fact fact = items.get(item.id());
            if (fact == null || !fact.sent().leaves()) {
                wrong(item.id() + " was sent to a partner, but should not have been");
            } else {
                String content = fact.sent().content();
                expect(item.id() + " subject", fact.sent().subject(), item.subject());
                if (request.complete()) {
                    expect(item.id() + " content", content == null ? null : "sha256:" + content, item.fingerprint());
                }
            }
        }
        if (request.target() == Target.PEARSANA) {
            Request row = request.requestId() == null ? null : requests.get(request.requestId());
            if (row == null) {
                wrong("the request " + request.requestId() + " was sent, but is not in PARTNER_REQUEST");
            } else {
                expect("the partner of request " + row.id(), "pearsana", row.partner());
                same(row, request);
            }
        } else if (!arrived.isEmpty() && rows(request).isEmpty()) {
            wrong("a request for " + ids(request) + " was sent, but is not in PARTNER_REQUEST");
        }
    }

    private void same(Request row, SeenRequest request) {
        if (request.complete() && !request.items().isEmpty()) {
            expect("the items of request " + row.id(), row.items().keySet(), ids(request));
        } else if (!row.items().keySet().containsAll(ids(request))) {
            wrong("the request " + row.id() + " held " + ids(request) + ", and DISCLOSURE has "
                    + row.items().keySet());
        }
    }

    private static Set<String> ids(SeenRequest request) {
        return new HashSet<>(request.itemIds());
    }

    /** Kompliant is told no request's id: those that hold the same items. */
    private List<Request> rows(SeenRequest request) {
        Set<String> ids = ids(request);
        return requests.values().stream()
                .filter(row -> row.partner().equals("kompliant")
                        && row.items().keySet().equals(ids))
                .toList();
    }

    /** No request came more often than the tables say. */
    private void tries() {
        Map<String, Integer> arrivals = new TreeMap<>();
        Map<Target, Integer> all = new TreeMap<>();
        for (SeenRequest request : seen) {
            if (request.status() == 401) {
                continue; // sent once more with a new token, in the same try
            }
            all.merge(request.target(), 1, Integer::sum);
            if (request.target() == Target.PEARSANA) {
                arrivals.merge(String.valueOf(request.requestId()), 1, Integer::sum);
            } else if (!request.items().isEmpty()) {
                int tries = rows(request).stream().mapToInt(Request::tries).sum();
                if (arrivals.merge(ids(request).toString(), 1, Integer::sum) > tries) {
                    wrong("a request for " + ids(request) + " came more often than " + tries + " times");
                }
            }
        }
        requests.values().forEach(row -> {
            if (arrivals.getOrDefault(row.id(), 0) > row.tries()) {
                wrong("the request " + row.id() + " came " + arrivals.get(row.id()) + " times, and has " + row.tries()
                        + " tries");
            }
        });
        all.forEach((target, count) -> {
            int tries = requests.values().stream()
                    .filter(row -> row.partner().equalsIgnoreCase(target.name()))
                    .mapToInt(Request::tries)
                    .sum();
            if (count > tries) {
                wrong(target + " saw " + count + " requests, and the tables have " + tries + " tries");
            }
        });
    }

    /** A row for each item that left, right in all it says, and none for the others. */
    private void disclosures() {
        Set<String> disclosed = new HashSet<>();
        for (Request row : requests.values()) {
            Map<Long, Fact> drop = drops.getOrDefault(row.dropKey(), Map.of());
            row.items().forEach((id, item) -> {
                disclosed.add(id);
                Fact fact = drop.get(item.index());
                if (fact == null || !fact.sent().id().equals(id)) {
                    wrong("the request " + row.id() + " discloses " + id + ", which is not item " + item.index());
                    return;
                }
                if (item.index() < row.first() || item.index() >= row.first() + row.count()) {
                    wrong("the request " + row.id() + " discloses " + id + ", which does not belong to it");
                }
                expect(id + " disclosed subject", fact.sent().subject(), item.subject());
                expect(id + " disclosed fingerprint", fact.sent().content(), item.fingerprint());
            });
        }
        items.values()
                .forEach(fact -> expect(
                        fact.sent().id() + " disclosed",
                        fact.sent().leaves(),
                        disclosed.contains(fact.sent().id())));
    }

    /** Nothing is on its way, and what is in doubt and the requests that are go together. */
    private void states(boolean ended) {
        Set<String> doubtful = new HashSet<>();
        for (Request row : requests.values()) {
            boolean inDoubt = row.state().equals(IN_DOUBT);
            if (inDoubt) {
                doubtful.addAll(row.items().keySet());
            }
            if (row.state().equals("INTENDED") || (ended && inDoubt)) {
                wrong("the request " + row.id() + " is " + row.state());
            }
            boolean any = row.items().keySet().stream()
                    .anyMatch(id -> items.containsKey(id) && items.get(id).inDoubt());
            if (inDoubt && !resent() && !any) {
                wrong("the request " + row.id() + " is in doubt, and none of its items is");
            }
            if (row.state().equals("ANSWERED") && any) {
                wrong("the request " + row.id() + " is answered, and one of its items in doubt");
            }
        }
        items.values().stream().filter(Fact::inDoubt).forEach(fact -> {
            if (ended || !doubtful.contains(fact.sent().id())) {
                wrong(fact.sent().id() + " is in doubt" + (ended ? "" : ", and no request says so"));
            }
        });
    }

    /** Each item stood in one request, which had one name for all its tries. */
    private void names() {
        Map<String, String> rows = new HashMap<>();
        for (Request row : requests.values()) {
            expect(
                    "the state of request " + row.id() + " is known",
                    false,
                    row.state().equals("NOT_TAKEN"));
            for (long index = row.first(); index < row.first() + row.count(); index++) {
                String other = rows.put(row.dropKey() + " " + index, row.id());
                if (other != null) {
                    wrong("item " + index + " of drop " + row.dropKey() + " stands in " + other + " and " + row.id());
                }
            }
        }
        Map<String, String> ids = new HashMap<>();
        for (SeenRequest request : seen) {
            for (String id : request.target() == Target.PEARSANA ? request.itemIds() : List.<String>of()) {
                String other = ids.put(id, request.requestId());
                if (other != null && !other.equals(request.requestId())) {
                    wrong(id + " was sent as " + other + " and as " + request.requestId());
                }
            }
        }
    }

    private void summaries() throws IOException {
        for (Map<Long, Fact> drop : drops.values()) {
            Fact any = drop.values().iterator().next();
            Path summary = site.home().resolve("reports").resolve(any.drop()).resolve("summary.json");
            JsonNode counts = JSON.readTree(Files.readString(summary)).path("counts");
            long succeeded = drop.values().stream().filter(Fact::succeeded).count();
            expect(summary + " total", (long) drop.size(), counts.path("total").longValue());
            expect(summary + " succeeded", succeeded, counts.path("succeeded").longValue());
            expect(
                    summary + " failed",
                    drop.size() - succeeded,
                    counts.path("failed").longValue());
            expect(
                    summary + " in doubt",
                    drop.values().stream().filter(Fact::inDoubt).count(),
                    counts.path("inDoubt").longValue());
        }
    }

    private Figures figures() {
        return new Figures(
                requests.size(),
                requests.values().stream().mapToInt(Request::tries).sum(),
                seen.size(),
                effects.values().stream().mapToInt(Integer::intValue).sum(),
                requests.values().stream()
                        .collect(Collectors.toMap(Request::state, row -> 1, Integer::sum, TreeMap::new)),
                (int) items.values().stream().filter(Fact::inDoubt).count(),
                (int) effects.values().stream().filter(count -> count > 1).count());
    }
}
