package io.nightdrop.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.Kompliant;
import io.nightdrop.partner.simulator.Ledger;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.partner.simulator.Told;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Every fault of a partner, {@code -Dpartner.faults=N} times each, under a drop of three items; each fault has a partner of its own. What the
 * results say is held against what the partner did.
 */
@NightdropIntegrationTest
@Tag("crash")
class PartnerFaultsIntegrationTests {

    private static final int REPETITIONS = Integer.getInteger("partner.faults", 0);
    private static final int ITEMS = 3;
    private static final PartnerSimulator SIMULATOR = start();

    @Autowired
    private Sender sender;

    @Autowired
    private Drops drops;

    @Autowired
    private ItemResults results;

    private static PartnerSimulator start() {
        try {
            PartnerSimulator simulator = PartnerSimulator.start();
            simulator
                    .times()
                    .stall(Duration.ofMillis(900))
                    .late(Duration.ofMillis(700))
                    .refusal(Duration.ofMillis(300))
                    .delay(Duration.ofMillis(100))
                    .pace(Duration.ofMillis(5))
                    .retryAfter(Duration.ofSeconds(1))
                    .vastBytes(4 << 20);
            return simulator;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String name(Target target, Fault fault) {
        return Character.toLowerCase(target.name().charAt(0)) + "-" + fault.name();
    }

    @DynamicPropertySource
    static void partners(DynamicPropertyRegistry registry) {
        for (Fault fault : Fault.all()) {
            String pearsana = "nightdrop.partners." + name(Target.PEARSANA, fault) + ".";
            registry.add(pearsana + "type", () -> "pearsana");
            registry.add(pearsana + "token-url", SIMULATOR::tokenUrl);
            registry.add(pearsana + "client-id", () -> Pearsana.CLIENT_ID);
            registry.add(pearsana + "client-secret", () -> Pearsana.CLIENT_SECRET);
            String kompliant = "nightdrop.partners." + name(Target.KOMPLIANT, fault) + ".";
            registry.add(kompliant + "type", () -> "kompliant");
            registry.add(kompliant + "api-key", () -> Kompliant.API_KEY);
            registry.add(kompliant + "secret-key", () -> Kompliant.SECRET_KEY);
            registry.add(kompliant + "auth-token", () -> Kompliant.AUTH_TOKEN);
            for (String partner : new String[] {pearsana, kompliant}) {
                registry.add(partner + "base-url", SIMULATOR::baseUrl);
                registry.add(partner + "timeout", () -> "500ms");
                registry.add(partner + "requests-per-second", () -> "1000");
            }
        }
    }

    private static String document(String id) {
        return "{\"itemId\":\"" + id + "\",\"externalReference\":{\"namespace\":\"SIS\",\"externalId\":\"U\"},"
                + "\"documentType\":\"DIPLOMA\",\"file\":\""
                + Base64.getEncoder().encodeToString(("%PDF-1.4 " + id + " %%EOF").getBytes(UTF_8)) + "\"}";
    }

    private static String manifest(Target target, String prefix) {
        return target == Target.PEARSANA
                ? IntStream.range(0, ITEMS)
                        .mapToObj(i -> document(prefix + i))
                        .collect(Collectors.joining(",", "{\"items\":[", "]}"))
                : IntStream.range(0, ITEMS)
                        .mapToObj(i -> "{\"required_document_id\":\"rd_" + prefix + i + "\"}")
                        .collect(Collectors.joining(
                                ",", "{\"workflow_id\":\"w_" + prefix + "\",\"required_documents\":[", "]}"));
    }

    @Test
    void documentsHaveTheResultThatThePartnerKnows() throws Exception {
        tryAll(Target.PEARSANA);
    }

    @Test
    void requestsToApplicantsHaveTheResultThatThePartnerKnows() throws Exception {
        tryAll(Target.KOMPLIANT);
    }

    private void tryAll(Target target) throws Exception {
        assumeTrue(REPETITIONS > 0);
        Map<String, Integer> ends = new TreeMap<>();
        for (Fault fault : Fault.all()) {
            Inbox inbox = sender.inbox("writer", name(target, fault));
            for (int repetition = 0; repetition < REPETITIONS; repetition++) {
                ends.merge(once(target, fault, inbox, repetition), 1, Integer::sum);
            }
        }
        System.out.println(target + ": " + Fault.all().size() + " faults x " + REPETITIONS + ": " + ends);
        assertThat(SIMULATOR.elsewhere().visits()).isEmpty();
    }

    private String once(Target target, Fault fault, Inbox inbox, int repetition) throws Exception {
        String prefix = target.name().charAt(0) + "x"
                + fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + "x" + repetition + "x";
        sender.clear(inbox);
        SIMULATOR.faults().next(target, fault, 1);
        sender.put(inbox, "manifest" + repetition + ".json", manifest(target, prefix));
        sender.run(inbox);
        SIMULATOR.faults().heal();
        boolean stopped = newest(inbox).state() != DropState.DONE;
        for (int i = 0;
                i < (fault == Fault.THROTTLED_FOR_YEARS ? 2 : 60)
                        && newest(inbox).state() != DropState.DONE;
                i++) {
            Thread.sleep(500);
            drops.tryNow(newest(inbox).key());
            sender.run(inbox);
        }
        Thread.sleep(fault == Fault.LATE_EFFECT ? 800 : 0);
        String end = (stopped ? "stopped, then " : "") + check(target, fault, newest(inbox), prefix);
        if (fault != Fault.THROTTLED_FOR_YEARS) {
            sender.clear(inbox);
            sender.put(inbox, "well-manifest" + repetition + ".json", manifest(target, prefix + "w"));
            sender.run(inbox); // shows that the partner is there, or five doubts in a row would mean that it is away
        }
        return end;
    }

    private Drop newest(Inbox inbox) {
        return sender.drops(inbox).get(0);
    }

    /** What a fault made of a drop, in a word; checked item by item. */
    private String check(Target target, Fault fault, Drop drop, String prefix) {
        String what = target + " under " + fault + ", told " + fault.told();
        if (drop.state() != DropState.DONE && fault == Fault.THROTTLED_FOR_YEARS) {
            return "left alone";
        }
        assertThat(drop.state()).as(what + ": " + drop.trouble()).isEqualTo(DropState.DONE);
        Map<String, Integer> effects = Ledger.effects(SIMULATOR.ledger().requests(target));
        int doubts = 0;
        for (ItemResult item : results.all(drop.key())) {
            String id = item.itemId().substring(item.itemId().indexOf('/') + 1);
            String subject = target == Target.PEARSANA ? "SIS/U" : "w_" + prefix;
            int effect = effects.getOrDefault(subject + " " + id, 0);
            assertThat(effect).as(what + ", " + item + " of " + prefix).isLessThanOrEqualTo(1);
            if (item.succeeded()) {
                assertThat(effect).as(what + ", " + item).isEqualTo(1);
            } else if (!item.inDoubt()) {
                assertThat(effect).as(what + ", " + item).isZero();
            } else {
                doubts++;
            }
        }
        boolean knowable = fault.told() == Told.HAPPENED || fault.told() == Told.DID_NOT_HAPPEN;
        if (knowable && fault != Fault.REQUEST_TIMEOUT && fault != Fault.CONFLICT) {
            assertThat(doubts).as(what).isZero();
        }
        return doubts == 0 ? drop.succeeded() == ITEMS ? "taken" : "refused" : "in doubt";
    }
}
