package io.nightdrop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.DoubtResolver;
import io.nightdrop.job.ManifestChecker;
import io.nightdrop.job.TakeAgain;
import io.nightdrop.partner.Disclosures;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequest.State;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.Kompliant;
import io.nightdrop.partner.simulator.Ledger;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.SeenItem;
import io.nightdrop.partner.simulator.SeenRequest;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drops that leave for partners: what is sent, what is made of the answer, and what of a request of which nobody knows the outcome. */
@Import(WatchedDatabase.Watching.class)
abstract class Deliveries {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of each type; every test takes one of its own, since a partner that has failed is left alone for a while. */
    private static final int PARTNERS = 30;

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final PartnerSimulator SIMULATOR = start();

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    @Autowired
    private Drops drops;

    @Autowired
    private ItemResults results;

    @Autowired
    private PartnerRequests requests;

    @Autowired
    private Disclosures disclosures;

    @Autowired
    private DoubtResolver resolver;

    @Autowired
    private ManifestChecker checker;

    @Autowired
    private TakeAgain again;

    private String prefix;

    private static PartnerSimulator start() {
        try {
            PartnerSimulator simulator = PartnerSimulator.start();
            simulator.times().stall(Duration.ofSeconds(2)).retryAfter(Duration.ofSeconds(1));
            return simulator;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @DynamicPropertySource
    static void partners(DynamicPropertyRegistry registry) {
        for (int i = 0; i < PARTNERS; i++) {
            String pearsana = "nightdrop.partners.p" + i + ".";
            registry.add(pearsana + "type", () -> "pearsana");
            registry.add(pearsana + "base-url", SIMULATOR::baseUrl);
            registry.add(pearsana + "token-url", SIMULATOR::tokenUrl);
            registry.add(pearsana + "client-id", () -> Pearsana.CLIENT_ID);
            registry.add(pearsana + "client-secret", () -> Pearsana.CLIENT_SECRET);
            registry.add(pearsana + "on-doubt", i == 0 ? () -> "resend" : () -> "hold");
            String kompliant = "nightdrop.partners.k" + i + ".";
            registry.add(kompliant + "type", () -> "kompliant");
            registry.add(kompliant + "base-url", SIMULATOR::baseUrl);
            registry.add(kompliant + "api-key", () -> Kompliant.API_KEY);
            registry.add(kompliant + "secret-key", () -> Kompliant.SECRET_KEY);
            registry.add(kompliant + "auth-token", () -> Kompliant.AUTH_TOKEN);
            registry.add(kompliant + "max-items", () -> "4");
            Stream.of(pearsana, kompliant).forEach(partner -> {
                registry.add(partner + "timeout", () -> "1s");
                registry.add(partner + "requests-per-second", () -> "1000");
            });
        }
    }

    @BeforeEach
    void allIsWell() {
        int number = 1 + NEXT.incrementAndGet() % (PARTNERS - 1);
        prefix = "t" + NEXT.get() + "-";
        partner = number;
        SIMULATOR.faults().heal();
        SIMULATOR.pearsana().users(user -> !user.contains("unknown"));
        SIMULATOR.pearsana().maxBodySize(50_000_000);
        SIMULATOR.kompliant().endedWorkflows(id -> id.contains("ended"));
        SIMULATOR.kompliant().inactiveDocuments(id -> id.contains("inactive"));
        database.begin(commit -> false);
    }

    @AfterEach
    void nothingWasOddForTheSimulator() throws IOException {
        if (!SIMULATOR.isOpen()) {
            SIMULATOR.open();
        }
        assertThat(SIMULATOR.problems()).isEmpty();
    }

    private int partner;

    private Inbox pearsana(String... settings) throws IOException {
        return inbox("p" + partner, settings);
    }

    private Inbox kompliant(String... settings) throws IOException {
        return inbox("k" + partner, settings);
    }

    private Inbox inbox(String writer, String... settings) throws IOException {
        return sender.inbox(
                Stream.concat(Stream.of("writer", writer), Stream.of(settings)).toArray(String[]::new));
    }

    private String document(int number, String user) {
        String content = "%PDF-1.4 " + prefix + number + " %%EOF";
        return "{\"itemId\":\"" + prefix + number + "\",\"externalReference\":{\"namespace\":\"SIS\",\"externalId\":\""
                + user
                + "\"},\"documentType\":\"DIPLOMA\",\"file\":\""
                + Base64.getEncoder().encodeToString(content.getBytes(UTF_8)) + "\"}";
    }

    private String documents(int count) {
        return documents(IntStream.range(0, count).mapToObj(i -> document(i, prefix + "user" + i)));
    }

    private static String documents(Stream<String> items) {
        return items.collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private String workflow(String id, String... documents) {
        return "{\"workflow_id\":\"w_" + prefix + id + "\",\"required_documents\":["
                + Stream.of(documents)
                        .map(document -> "{\"required_document_id\":\"rd_" + prefix + document + "\"}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    /** What the partner saw of this test's items. */
    private List<SeenRequest> seen() {
        return SIMULATOR.ledger().requests().stream()
                .filter(request -> request.itemIds().stream().anyMatch(id -> id != null && id.contains(prefix)))
                .toList();
    }

    private Map<String, Integer> effects() {
        return Ledger.effects(seen());
    }

    private List<ItemResult> items(Drop drop) {
        List<ItemResult> all = new ArrayList<>();
        results.all(drop.key()).forEach(all::add);
        return all;
    }

    private Drop resolve(Inbox inbox, Drop drop, Resolution how) {
        assertThat(resolver.objection(drop)).isEmpty();
        assertThat(resolver.begin(drop, how, List.of())).isTrue();
        assertThat(resolver.begin(drop, Resolution.AS_CREATED, List.of()))
                .as("somebody else")
                .isFalse();
        return sender.runOne(inbox);
    }

    /** A column of what is on record of the drop's requests, in the order of their items. */
    private List<Object> told(Drop drop, String column) {
        return jdbc
                .queryForList(
                        "SELECT " + column
                                + " AS TOLD FROM PARTNER_REQUEST WHERE DROP_KEY = ? ORDER BY FIRST_ITEM, INTENDED_AT",
                        drop.key())
                .stream()
                .map(row -> row.get("TOLD"))
                .toList();
    }

    private JsonNode report(Drop drop, String file) throws IOException {
        return JSON.readTree(sender.report(drop, file));
    }

    @Test
    void documentsLeaveInBatchesAndTheAnswersAreTheReport() throws IOException {
        Inbox inbox = pearsana();
        sender.put(
                inbox,
                "a-manifest.json",
                documents(IntStream.range(0, 60)
                        .mapToObj(i -> document(i, i == 7 ? "unknown" : prefix + "user" + i))
                        .map(item -> item.contains(prefix + "30\"") ? item.replace("DIPLOMA", "") : item)));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(drop.writer()).isEqualTo("p" + partner);
        assertThat(drop.succeeded()).isEqualTo(58);
        assertThat(seen()).hasSize(3).allSatisfy(request -> {
            assertThat(request.items()).hasSizeLessThanOrEqualTo(25);
            assertThat(request.requestId()).hasSize(36);
            assertThat(request.remarks()).isEmpty();
        });
        assertThat(effects().values()).hasSize(58).containsOnly(1);
        JsonNode response = report(drop, "response.json").path("results");
        assertThat(response.path(0).path("document").path("documentId").asString())
                .hasSize(36);
        assertThat(response.path(7).path("error").path("code").asString()).isEqualTo("NOT_FOUND");
        assertThat(response.path(30).path("error").path("message").asString()).contains("documentType");
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(*) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", Long.class, drop.key()))
                .isZero();
        assertThat(disclosures.of("SIS/" + prefix + "user3")).singleElement().satisfies(entry -> {
            assertThat(entry.partner()).isEqualTo("p" + partner);
            assertThat(entry.answer()).isEqualTo("created");
            assertThat(entry.drop()).isEqualTo(drop.inbox() + "/" + drop.name());
        });
        assertThat(disclosures.of("SIS/" + prefix + "user30")).as("never sent").isEmpty();
    }

    @Test
    void eachWorkflowIsARequestAndItsRefusalIsTheResponse() throws IOException {
        Inbox inbox = kompliant();
        sender.put(
                inbox,
                "a-manifest.jsonl",
                String.join(
                        "\n",
                        workflow("1", "a", "b-inactive", "c", "d", "e", "f"),
                        workflow("2-ended", "g", "h"),
                        workflow("3", "i")));
        Drop drop = sender.runOne(inbox);
        assertThat(seen()).extracting(request -> request.items().size()).containsExactly(4, 2, 2, 1);
        assertThat(drop.succeeded()).isEqualTo(6);
        List<String> lines = sender.report(drop, "responses.jsonl").lines().toList();
        assertThat(JSON.readTree(lines.get(0))
                        .path("meta")
                        .path("failure_count")
                        .asInt())
                .isEqualTo(1);
        assertThat(JSON.readTree(lines.get(0))
                        .path("results")
                        .path(1)
                        .path("errors")
                        .path(0)
                        .path("code")
                        .asString())
                .isEqualTo("BAD_REQUEST");
        JsonNode refused = JSON.readTree(lines.get(1));
        assertThat(refused.path("meta").path("status").asString()).isEqualTo("ERROR");
        assertThat(refused.path("errors").path(0).path("sub_code").asString()).isEqualTo("WORKFLOW_ENDED");
        assertThat(disclosures.of("w_" + prefix + "2-ended")).hasSize(2);
    }

    @Test
    void aRequestThatIsTooLargeIsHalved() throws IOException {
        SIMULATOR.pearsana().maxBodySize(1500);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(25));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(effects().values()).hasSize(25).containsOnly(1);
        SIMULATOR.pearsana().maxBodySize(100);
        sender.put(inbox, "b-manifest.json", documents(2).replace("DIPLOMA", "HONOR_ROLL"));
        Drop none = sender.runOne(inbox);
        assertThat(items(none)).extracting(ItemResult::code).containsOnly("PAYLOAD_TOO_LARGE");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CLOSED_AFTER_REQUEST", "STALLED_BEFORE_HEADERS_UNDONE", "SERVER_ERROR_DONE", "HALF_BODY"})
    void whatNobodyKnowsIsInDoubtAndNothingIsSentTwice(Fault fault) throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, fault, 1);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(60));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(drop.succeeded()).isEqualTo(35);
        assertThat(items(drop).subList(0, 25))
                .allSatisfy(item -> assertThat(item.code()).isEqualTo("IN_DOUBT"));
        assertThat(Ledger.sightings(seen()).values()).hasSize(60).containsOnly(1);
        JsonNode summary = report(drop, "summary.json");
        assertThat(summary.path("counts").path("inDoubt").asInt()).isEqualTo(25);
        assertThat(summary.path("errors").path("IN_DOUBT").asInt()).isEqualTo(25);
        assertThat(sender.reportFolder(drop).resolve("corrections.jsonl"))
                .as("nobody is to drop them again")
                .doesNotExist();
        assertThat(requests.inDoubt(drop.key())).singleElement().satisfies(request -> {
            assertThat(request.firstItem()).isZero();
            assertThat(request.itemCount()).isEqualTo(25);
        });
        assertThat(disclosures.of("SIS/" + prefix + "user3"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.answer()).isEqualTo("IN_DOUBT"));
    }

    private Drop inDoubt(Inbox inbox) throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST_UNDONE, 1);
        sender.put(inbox, "a-manifest.json", documents(30));
        Drop drop = sender.runOne(inbox);
        assertThat(results.countInDoubt(drop.key())).isEqualTo(25);
        return drop;
    }

    @Test
    void whatIsInDoubtIsSentAgainOnPurposeUnderTheSameName() throws IOException {
        Path replies = Files.createDirectories(sender.home().resolveSibling(prefix + "replies"));
        Inbox inbox = pearsana("reply-to", replies.toString());
        Drop drop = inDoubt(inbox);
        Drop resolved = resolve(inbox, drop, Resolution.RESEND);
        assertThat(resolved.state()).isEqualTo(DropState.DONE);
        assertThat(resolved.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(resolved.succeeded()).isEqualTo(30);
        assertThat(effects().values()).hasSize(30).containsOnly(1);
        Set<String> ids = seen().stream()
                .filter(request -> request.itemIds().contains(prefix + "0"))
                .map(SeenRequest::requestId)
                .collect(Collectors.toSet());
        assertThat(ids).hasSize(1);
        assertThat(report(drop, "response.json")
                        .path("results")
                        .path(0)
                        .path("status")
                        .asString())
                .isEqualTo("created");
        assertThat(report(drop, "summary.json").path("counts").path("inDoubt").asInt())
                .isZero();
        assertThat(told(drop, "STATE")).containsOnly("ANSWERED");
        assertThat(JSON.readTree(Files.readString(replies.resolve(drop.name() + ".settled-1.summary.json")))
                        .path("outcome")
                        .asString())
                .isEqualTo("COMPLETED");
        assertThat(disclosures.of("SIS/" + prefix + "user3"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.tries()).isEqualTo(2));
    }

    @Test
    void whatIsInDoubtCanBeSettledAsCreated() throws IOException {
        Inbox inbox = pearsana();
        Drop drop = inDoubt(inbox);
        Drop resolved = resolve(inbox, drop, Resolution.AS_CREATED);
        assertThat(resolved.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(seen()).hasSize(2);
        assertThat(told(drop, "STATE").get(0)).isEqualTo("SETTLED");
        assertThat(resolver.objection(resolved))
                .hasValueSatisfying(why -> assertThat(why).contains("no item"));
    }

    @Test
    void whatIsInDoubtCanBeSettledAsFailedAndComesBackToItsSender() throws IOException {
        Inbox inbox = pearsana();
        Drop drop = inDoubt(inbox);
        Drop resolved = resolve(inbox, drop, Resolution.AS_FAILED);
        assertThat(resolved.failed()).isEqualTo(25);
        assertThat(items(resolved).subList(0, 25))
                .allSatisfy(item -> assertThat(item.code()).isEqualTo(ItemResult.NOT_TAKEN));
        sender.clear(inbox);
        sender.put(inbox, "corrections-manifest.jsonl", sender.report(drop, "corrections.jsonl"));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(effects().values()).hasSize(30).containsOnly(1);
    }

    @Test
    void whatIsInDoubtComesBackInItsSendersOwnColumns() throws IOException {
        Inbox inbox = pearsana(
                "columns[0].from",
                "No.",
                "columns[0].to",
                "itemId",
                "columns[1].from",
                "Who",
                "columns[1].to",
                "externalId",
                "columns[2].to",
                "namespace",
                "columns[2].constant",
                "SIS",
                "columns[3].from",
                "Kind",
                "columns[3].to",
                "documentType",
                "columns[3].values[0]",
                "Zeugnis -> DIPLOMA",
                "columns[4].from",
                "Blob",
                "columns[4].to",
                "file");
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST_UNDONE, 1);
        String cells = prefix + "1," + prefix + "user,Zeugnis,JVBERi0xLjQKJSVFT0YK,";
        sender.put(inbox, "a-manifest.csv", "No.,Who,Kind,Blob,Remark\n" + cells + "=1\n");
        Drop drop = sender.runOne(inbox);
        assertThat(results.countInDoubt(drop.key())).isEqualTo(1);
        assertThat(items(drop).get(0).source()).doesNotContain("JVBERi0");

        Drop resolved = resolve(inbox, drop, Resolution.AS_FAILED);

        String corrections = sender.report(resolved, "corrections.csv");
        assertThat(corrections)
                .startsWith("No.,Who,Kind,Blob,Remark,error.code,error.message\n" + cells + "'=1,NOT_TAKEN,");
        sender.clear(inbox);
        sender.put(inbox, "corrections-manifest.csv", corrections);
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(effects().values()).containsExactly(1);
    }

    @Test
    void anOrderSendsOnce() throws IOException {
        Inbox inbox = pearsana();
        Drop drop = inDoubt(inbox);
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST, 1);
        Drop resolved = resolve(inbox, drop, Resolution.RESEND);
        assertThat(resolved.state()).isEqualTo(DropState.DONE);
        assertThat(results.countInDoubt(drop.key())).isEqualTo(25);
        sender.run(inbox);
        assertThat(seen()).hasSize(3);
        assertThat(requests.inDoubt(drop.key())).singleElement().satisfies(request -> assertThat(request.state())
                .isEqualTo(State.IN_DOUBT));
        assertThat(again.objection(resolved))
                .hasValueSatisfying(objection -> assertThat(objection.why()).contains("nightdrop resolve"));
    }

    @Test
    void oneRequestOfSeveralIsSettled() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST, 2);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(30));
        Drop drop = sender.runOne(inbox);
        List<PartnerRequest> open = requests.inDoubt(drop.key());
        assertThat(open).hasSize(2);
        assertThat(resolver.begin(drop, Resolution.AS_CREATED, List.of(UUID.randomUUID())))
                .isFalse();
        assertThat(resolver.begin(
                        drop, Resolution.AS_CREATED, List.of(open.get(1).id())))
                .isTrue();
        Drop resolved = sender.runOne(inbox);
        assertThat(resolved.succeeded()).isEqualTo(5);
        assertThat(results.countInDoubt(drop.key())).isEqualTo(25);
        assertThat(resolve(inbox, resolved, Resolution.AS_FAILED).failed()).isEqualTo(25);
    }

    @Test
    void aRefusalIsThatOfItsOwnRequest() throws IOException {
        Inbox inbox = kompliant();
        sender.put(
                inbox,
                "a-manifest.jsonl",
                workflow("1", "a").replace("rd_", "xx_") + "\n" + workflow("2-ended", "b") + "\n" + workflow("3", "c"));
        Drop drop = sender.runOne(inbox);
        List<String> lines = sender.report(drop, "responses.jsonl").lines().toList();
        assertThat(JSON.readTree(lines.get(0)).path("meta").path("status").asString())
                .isEqualTo("BATCH_PROCESSED");
        assertThat(JSON.readTree(lines.get(1)).path("meta").path("status").asString())
                .isEqualTo("ERROR");
        assertThat(drop.succeeded()).isEqualTo(1);
    }

    @Test
    void requestsToApplicantsInDoubtAreSettledToo() throws IOException {
        SIMULATOR.faults().next(Target.KOMPLIANT, Fault.CLOSED_AFTER_REQUEST_UNDONE, 1);
        Inbox inbox = kompliant();
        sender.put(inbox, "a-manifest.jsonl", workflow("1", "a", "b") + "\n" + workflow("2", "c"));
        Drop drop = sender.runOne(inbox);
        assertThat(items(drop)).extracting(ItemResult::code).containsExactly("IN_DOUBT", "IN_DOUBT", null);
        Drop resolved = resolve(inbox, drop, Resolution.RESEND);
        assertThat(resolved.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(effects().values()).hasSize(3).containsOnly(1);
        assertThat(sender.report(drop, "responses.jsonl")).doesNotContain("IN_DOUBT");
    }

    @Test
    void aResultThatIsMissingLeavesItsItemInDoubt() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.MISSING_RESULT, 1);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(5));
        Drop drop = sender.runOne(inbox);
        assertThat(items(drop)).extracting(ItemResult::code).containsExactly("IN_DOUBT", null, null, null, null);
        assertThat(told(drop, "NOTE").get(0)).asString().contains("no result for itemId '" + prefix + "0'");
        assertThat(resolve(inbox, drop, Resolution.AS_CREATED).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void whoPrefersItHasWhatIsInDoubtSentAgain() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST, 2);
        Inbox inbox = inbox("p0");
        sender.put(inbox, "a-manifest.json", documents(5));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(seen())
                .hasSize(3)
                .extracting(SeenRequest::requestId)
                .containsOnly(seen().get(0).requestId());
        assertThat(effects().values()).as("it may take effect twice").containsOnly(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"THROTTLED_SECONDS", "UNAVAILABLE_DATE", "UNAVAILABLE", "UNAUTHORIZED"})
    void whatSurelyHadNoEffectIsSentAgain(Fault fault) throws IOException {
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(Stream.of(document(100, "U"))));
        sender.runOne(inbox); // so that it has a token
        sender.clear(inbox);
        SIMULATOR.faults().next(Target.PEARSANA, fault, 1);
        sender.put(inbox, "b-manifest.json", documents(5));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(effects().values()).hasSize(6).containsOnly(1);
        assertThat(told(drop, "STATE")).containsExactly("ANSWERED");
        assertThat(told(drop, "TRIES")).containsExactly(fault == Fault.UNAUTHORIZED ? 1 : 2);
    }

    @Test
    void whatWasCutAndIsTooLargeNowGoesOutInHalves() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.NONE, 1).next(Target.PEARSANA, Fault.TOO_LARGE, 1);
        database.failOnce("INSERT INTO BATCH_ITEM_RESULT");
        Inbox inbox = inbox("p0");
        sender.put(inbox, "a-manifest.json", documents(5));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(seen()).extracting(request -> request.items().size()).containsExactly(5, 2, 3);
        assertThat(told(drop, "STATE")).containsExactly("SETTLED", "ANSWERED", "ANSWERED");
    }

    @Test
    void aSettlingThatCannotGoOnCanBeOrderedAnotherWay() throws IOException {
        Inbox inbox = pearsana();
        Drop drop = inDoubt(inbox);
        SIMULATOR.faults().next(Target.PEARSANA, Fault.THROTTLED_FOR_YEARS, 1);
        Drop stuck = resolve(inbox, drop, Resolution.RESEND);
        assertThat(stuck.state()).isEqualTo(DropState.FAILED);
        assertThat(stuck.trouble()).contains("is away");
        Optional<Instant> next = drops.nextTry(drop.key());
        sender.run(inbox);
        assertThat(drops.nextTry(drop.key())).as("it waits for its partner").isEqualTo(next);
        Drop settled = resolve(inbox, stuck, Resolution.AS_FAILED);
        assertThat(settled.state()).isEqualTo(DropState.DONE);
        assertThat(settled.failed()).isEqualTo(25);
        assertThat(effects().values()).hasSize(5).containsOnly(1);
    }

    @Test
    void whatWasCorrectedMeanwhileIsNotCorrectedAgain() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST_UNDONE, 1);
        Inbox inbox = pearsana();
        sender.put(
                inbox,
                "a-manifest.json",
                documents(IntStream.range(0, 30)
                        .mapToObj(i -> document(i, prefix + "user" + i))
                        .map(item -> item.contains(prefix + "27\"") ? item.replace("DIPLOMA", "") : item)));
        Drop drop = sender.runOne(inbox);
        String corrections = sender.report(drop, "corrections.jsonl");
        assertThat(corrections.lines().filter(line -> line.contains("itemId"))).hasSize(1);
        sender.clear(inbox);
        sender.put(
                inbox,
                "corrections-manifest.jsonl",
                corrections.replace("\"documentType\":\"\"", "\"documentType\":\"DIPLOMA\""));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        Drop settled = resolve(inbox, drop, Resolution.AS_FAILED);
        assertThat(settled.failed()).isEqualTo(26);
        assertThat(sender.report(settled, "corrections.jsonl").lines().filter(line -> line.contains("itemId")))
                .hasSize(25)
                .noneMatch(line -> line.contains(prefix + "27\""));
    }

    @Test
    void whatCannotBeReadAnyMoreStaysInDoubt() throws IOException {
        Inbox inbox = pearsana();
        Drop drop = inDoubt(inbox);
        try (Stream<Path> vault = Files.walk(sender.home().resolve("vault"))) {
            for (Path file : vault.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(prefix + "7 ")) {
                    Files.delete(file);
                }
            }
        }
        Drop settled = resolve(inbox, drop, Resolution.RESEND);
        assertThat(settled.state()).isEqualTo(DropState.DONE);
        assertThat(results.countInDoubt(drop.key())).isEqualTo(25);
        assertThat(told(drop, "STATE").get(0)).isEqualTo("IN_DOUBT");
        assertThat(told(drop, "NOTE").get(0)).asString().contains("content of item 8");
        assertThat(effects().values()).hasSize(5).containsOnly(1);
    }

    @Test
    void theTimeOfADropThatGetsFurtherCountsAnew() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.UNAVAILABLE_SECONDS, 1000);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(60));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.trouble()).contains("is away");
        assertThat(failedForAnHour(drop)).isTrue();
        SIMULATOR
                .faults()
                .heal()
                .next(Target.PEARSANA, Fault.NONE, 1)
                .next(Target.PEARSANA, Fault.THROTTLED_FOR_YEARS, 1);
        Drop further = drop;
        for (int i = 0; i < 100 && results.position(drop.key()) == 0; i++) {
            drops.tryNow(drop.key());
            failedForAnHour(drop);
            further = sender.run(inbox).stream().findFirst().orElse(further);
            sleep(Duration.ofMillis(100)); // the partner's pause is real time
        }
        assertThat(results.position(drop.key())).isEqualTo(25);
        assertThat(further.state()).isEqualTo(DropState.FAILED);
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(*) FROM NIGHT_DROP WHERE DROP_KEY = ? AND FAILED_SINCE > CURRENT_TIMESTAMP - INTERVAL '30' MINUTE",
                        Long.class,
                        drop.key()))
                .isEqualTo(1);
    }

    private boolean failedForAnHour(Drop drop) {
        return jdbc.update(
                        "UPDATE NIGHT_DROP SET FAILED_SINCE = CURRENT_TIMESTAMP - INTERVAL '1' HOUR WHERE DROP_KEY = ?",
                        drop.key())
                == 1;
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aPartnerThatTakesNothingEndsTheRunWithWhatToDo() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.FORBIDDEN, 1);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(5));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.state()).isEqualTo(DropState.FAILED);
        assertThat(drop.trouble())
                .startsWith("The partner 'p" + partner + "' answers 403")
                .contains("restart the drop");
        drops.tryNow(drop.key());
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(seen())
                .hasSize(2)
                .extracting(SeenRequest::requestId)
                .containsOnly(seen().get(0).requestId());
    }

    @Test
    void aPartnerThatIsAwayHoldsUpNobodyElseAndTheRunGoesOnWhenItIsBack() throws Exception {
        SIMULATOR.stop();
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(5));
        sender.put(inbox, "b-manifest.json", documents(5).replace("DIPLOMA", "HONOR_ROLL"));
        List<Drop> ended = sender.run(inbox);
        assertThat(ended).allSatisfy(drop -> {
            assertThat(drop.state()).isEqualTo(DropState.FAILED);
            assertThat(drop.trouble()).contains("'p" + partner + "' is away").contains("asked again at");
        });
        Inbox other = sender.inbox();
        sender.put(other, "a-manifest.json", documents(1));
        assertThat(sender.runOne(other).state()).isEqualTo(DropState.DONE);
        SIMULATOR.open();
        List<Drop> done = sender.run(inbox);
        for (int i = 0; i < 100 && done.stream().anyMatch(drop -> drop.state() != DropState.DONE); i++) {
            Thread.sleep(100); // the partner's pause is real time
            done = sender.run(inbox);
        }
        assertThat(done).hasSize(2).allSatisfy(drop -> assertThat(drop.outcome())
                .isEqualTo(Outcome.COMPLETED));
        assertThat(effects().values()).containsOnly(2);
    }

    @Test
    void anAnswerThatCouldNotBeStoredLeavesItsRequestInDoubt() throws IOException {
        database.failOnce("INSERT INTO BATCH_ITEM_RESULT");
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(30));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(items(drop).subList(0, 25)).allSatisfy(item -> {
            assertThat(item.code()).isEqualTo("IN_DOUBT");
            assertThat(item.message()).contains("its process ended");
        });
        assertThat(effects().values()).hasSize(30).containsOnly(1);
    }

    @Test
    void aCheckLeavesToThePartnerWhatOnlyItCanSay() throws IOException {
        Inbox inbox = pearsana();
        Path manifest = sender.put(inbox, "a-manifest.json", documents(3));
        ManifestChecker.Forecast forecast = checker.check(inbox, manifest, item -> {});
        assertThat(forecast.failed()).isZero();
        assertThat(seen()).isEmpty();
    }

    @Test
    void noSecretStandsInATableOrAReport() throws IOException {
        SIMULATOR.faults().next(Target.PEARSANA, Fault.SERVER_ERROR, 1);
        Inbox inbox = pearsana();
        sender.put(inbox, "a-manifest.json", documents(30));
        Drop drop = sender.runOne(inbox);
        Inbox applicants = kompliant();
        SIMULATOR.faults().next(Target.KOMPLIANT, Fault.UNAUTHORIZED, 1);
        sender.put(applicants, "a-manifest.jsonl", workflow("1", "a"));
        sender.runOne(applicants);
        List<String> canaries = List.of(Pearsana.CLIENT_SECRET, Kompliant.SECRET_KEY, Kompliant.AUTH_TOKEN);
        List<Map<String, Object>> columns = jdbc.queryForList("""
                SELECT TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS
                WHERE UPPER(TABLE_SCHEMA) = 'PUBLIC' AND UPPER(DATA_TYPE) LIKE 'CHARACTER%'""");
        assertThat(columns).hasSizeGreaterThan(50);
        for (Map<String, Object> column : columns) {
            for (String canary : canaries) {
                String sql = "SELECT COUNT(*) FROM \"" + column.get("TABLE_NAME") + "\" WHERE \""
                        + column.get("COLUMN_NAME") + "\" LIKE '%" + canary + "%'";
                assertThat(jdbc.queryForObject(sql, Long.class)).as(sql).isZero();
            }
        }
        try (Stream<Path> files = Files.list(sender.reportFolder(drop))) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain(canaries);
            }
        }
    }

    @Test
    void contentsArriveAsTheyWereChecked() throws IOException {
        Inbox inbox = pearsana("after", "delete");
        Files.write(inbox.directory().resolve("a.pdf"), "%PDF-1.4 one %%EOF".getBytes(UTF_8));
        sender.put(inbox, "a-manifest.json", documents(Stream.of(0, 1).map(i -> document(i, "U")
                .replaceFirst("\"file\":\"[^\"]*\"", "\"filename\":\"a.pdf\""))));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(seen().get(0).items())
                .extracting(SeenItem::fingerprint)
                .hasSize(2)
                .doesNotContainNull();
        assertThat(items(drop)).allSatisfy(item -> assertThat(item.detail())
                .contains(seen().get(0).items().get(0).fingerprint()));
        assertThat(inbox.directory()).isEmptyDirectory();
    }
}
