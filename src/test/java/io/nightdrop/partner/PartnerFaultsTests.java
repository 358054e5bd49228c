package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.partner.Reply.TooLarge;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.SimulatorSettings;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.settings.PartnerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault of the simulator against every request: what is said of it is true by the ledger, and nothing takes effect twice. Each is repeated
 * {@code -Dpartner.repetitions} times.
 */
class PartnerFaultsTests {

    private static final int REPETITIONS = Integer.getInteger("partner.repetitions", 1);

    /** The answer does not come in time. */
    private static final Set<Fault> SLOW = EnumSet.of(
            Fault.STALLED_AT_HALF_REQUEST,
            Fault.STALLED_BEFORE_HEADERS,
            Fault.STALLED_BEFORE_HEADERS_UNDONE,
            Fault.STALLED_IN_HEADERS,
            Fault.STALLED_AFTER_HEADERS,
            Fault.STALLED_IN_BODY,
            Fault.LATE_ANSWER,
            Fault.LATE_EFFECT,
            Fault.DRIBBLE);

    /** 0014: what means 408 is not documented, and it could be said of a request that was read to its end. */
    private static final Set<Fault> DOUBTED = EnumSet.of(Fault.REQUEST_TIMEOUT);

    private final SettableClock clock = new SettableClock();
    private final List<Sent> all = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private PartnerSimulator simulator;
    private SimulatedPartners partners;

    @TempDir
    private Path folder;

    private record Sent(Fault fault, List<SentItem> items, Reply reply) {}

    @BeforeEach
    void start() throws IOException {
        simulator = PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock));
        simulator
                .times()
                .stall(Duration.ofSeconds(5))
                .delay(Duration.ofMillis(20))
                .late(Duration.ofMillis(400))
                .refusal(Duration.ofMillis(100))
                .vastBytes(4 << 20);
        partners = new SimulatedPartners(simulator, clock, folder);
    }

    @AfterEach
    void stop() throws IOException {
        simulator.close();
        assertThat(simulator.elsewhere().visits()).isEmpty();
        assertThat(simulator.problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PEARSANA", "KOMPLIANT"})
    void whatIsSaidOfARequestIsTrue(Target target) throws IOException {
        PartnerSettings patient = partners.settings(target);
        PartnerSettings hasty = partners.settings(target, "timeout", "150ms");
        try (Line slow = partners.line(patient);
                Line quick = partners.line(hasty)) {
            AccessTokens tokens = partners.tokens(patient, slow);
            SimulatedPartners.send(partners.partner(patient, slow, tokens), partners.items(target, 1));
            for (Fault fault : suiting(target)) {
                boolean late = SLOW.contains(fault);
                Partner partner = partners.partner(late ? hasty : patient, late ? quick : slow, tokens);
                check(target, fault, send(partner, target, target, fault));
            }
        }
        checkEffects(target);
    }

    @Test
    void nothingIsSentToTheApiWithoutAToken() throws IOException {
        PartnerSettings patient = partners.settings(Target.PEARSANA);
        PartnerSettings hasty = partners.settings(Target.PEARSANA, "timeout", "150ms");
        try (Line slow = partners.line(patient);
                Line quick = partners.line(hasty)) {
            for (Fault fault : suiting(Target.TOKEN)) {
                boolean late = SLOW.contains(fault);
                AccessTokens tokens = partners.tokens(late ? hasty : patient, late ? quick : slow);
                Partner partner = partners.partner(patient, slow, tokens);
                checkToken(fault, send(partner, Target.PEARSANA, Target.TOKEN, fault));
            }
        }
        checkEffects(Target.TOKEN);
    }

    private static List<Fault> suiting(Target target) {
        List<Fault> suiting =
                Fault.all().stream().filter(fault -> fault.suits(target)).toList();
        List<Fault> repeated = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            repeated.addAll(suiting);
        }
        return repeated;
    }

    private Reply send(Partner partner, Target target, Target befallen, Fault fault) throws IOException {
        List<SentItem> items = partners.items(target, 3);
        simulator.faults().heal().next(befallen, fault, 1);
        Reply reply = SimulatedPartners.send(partner, items);
        while (!simulator.isOpen()) {
            LockSupport.parkNanos(1_000_000);
        }
        all.add(new Sent(fault, items, reply));
        counts.merge(reply.getClass().getSimpleName(), 1, Integer::sum);
        return reply;
    }

    private void check(Target target, Fault fault, Reply reply) {
        if (fault == Fault.UNAUTHORIZED && target == Target.PEARSANA) {
            assertHappened(fault, reply, 0);
            return;
        }
        switch (fault.told()) {
            case HAPPENED -> assertHappened(fault, reply, 0);
            case DID_NOT_HAPPEN -> {
                if (DOUBTED.contains(fault)) {
                    assertThat(reply).as(fault.name()).isInstanceOf(Doubt.class);
                } else {
                    assertThat(saysNothingHappened(reply))
                            .as("%s: %s", fault, reply)
                            .isTrue();
                }
            }
            case UNKNOWABLE ->
                assertThat(isDoubt(reply)).as("%s: %s", fault, reply).isTrue();
            case UNKNOWABLE_FOR_THE_FIRST -> assertHappened(fault, reply, 1);
            case HAPPENED_IF_READ -> {
                if (!isDoubt(reply)) {
                    assertHappened(fault, reply, 0);
                }
            }
            case DID_NOT_HAPPEN_IF_READ ->
                assertThat(reply).as(fault.name()).isInstanceOfAny(TooLarge.class, Doubt.class);
        }
    }

    private static void assertHappened(Fault fault, Reply reply, int inDoubt) {
        if (!(reply instanceof Answered answered)) {
            fail("%s: %s", fault, reply);
            return;
        }
        assertThat(answered.items().subList(0, inDoubt)).as(fault.name()).allMatch(ItemReply.InDoubt.class::isInstance);
        assertThat(answered.items().subList(inDoubt, answered.items().size()))
                .as(fault.name())
                .allMatch(ItemReply.Succeeded.class::isInstance);
    }

    private static boolean isDoubt(Reply reply) {
        return reply instanceof Doubt
                || (reply instanceof Answered answered
                        && answered.items().stream().allMatch(ItemReply.InDoubt.class::isInstance));
    }

    private static boolean saysNothingHappened(Reply reply) {
        return !(reply instanceof Doubt) && !(reply instanceof Answered);
    }

    /** What passes is tried again; what somebody has to look after says so. */
    private static void checkToken(Fault fault, Reply reply) {
        switch (fault.told()) {
            case HAPPENED -> assertHappened(fault, reply, 0);
            case HAPPENED_IF_READ, DID_NOT_HAPPEN, DID_NOT_HAPPEN_IF_READ, UNKNOWABLE -> {
                if (reply instanceof Stop stop) {
                    assertThat(stop.message())
                            .contains("simulated.client-id", "simulated.client-secret", "simulated.token-url");
                } else if (!(reply instanceof Later)) {
                    assertThat(fault.told().name()).as("%s: %s", fault, reply).endsWith("HAPPENED_IF_READ");
                    assertHappened(fault, reply, 0);
                }
            }
            default -> fail("%s: %s", fault, reply);
        }
    }

    /** At the end, since some effects come late. */
    private void checkEffects(Target target) {
        LockSupport.parkNanos(Duration.ofMillis(450).toNanos());
        Map<String, Integer> effects = new TreeMap<>();
        simulator
                .ledger()
                .effects()
                .forEach((key, count) -> effects.merge(key.substring(key.lastIndexOf(' ') + 1), count, Integer::sum));
        int took = 0;
        for (Sent sent : all) {
            for (int i = 0; i < sent.items().size(); i++) {
                int times = effects.getOrDefault(sent.items().get(i).itemId(), 0);
                took += times;
                assertThat(times).as("%s: %s", sent.fault(), sent.reply()).isLessThanOrEqualTo(1);
                checkEffect(sent, i, times);
            }
        }
        System.out.printf("%s: %d requests, %d effects, %s%n", target, all.size(), took, counts);
    }

    private static void checkEffect(Sent sent, int item, int times) {
        if (saysNothingHappened(sent.reply())) {
            assertThat(times).as("%s: %s", sent.fault(), sent.reply()).isZero();
        }
        if (sent.reply() instanceof Answered answered && answered.items().get(item) instanceof ItemReply.Succeeded) {
            assertThat(times).as("%s: %s", sent.fault(), sent.reply()).isOne();
        }
    }
}
