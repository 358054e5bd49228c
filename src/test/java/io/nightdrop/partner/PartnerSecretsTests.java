package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nightdrop.SettableClock;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.Kompliant;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.SimulatorSettings;
import io.nightdrop.partner.simulator.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** No secret, no token and no content is in a log line or a message, also when all loggers print what they can. */
class PartnerSecretsTests {

    /** Parts of all of them, and of how they are sent. */
    private static final List<String> CANARIES = List.of(
            Pearsana.CLIENT_SECRET,
            "canary-access-token-",
            Kompliant.AUTH_TOKEN,
            Kompliant.API_KEY,
            Kompliant.SECRET_KEY,
            "KSig1-HMAC-SHA256",
            "Bearer ",
            "externalReference",
            "workflow_id");

    private static final Pattern LOGGER = Pattern.compile("<logger name=\"([^\"]+)\" level=\"OFF\"/>");

    private final SettableClock clock = new SettableClock();
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Logger> silenced = new ArrayList<>();
    private @Nullable Level before;

    @TempDir
    private Path folder;

    @BeforeEach
    void printAllThatTheConfigurationAllows() throws IOException {
        before = root.getLevel();
        root.setLevel(Level.TRACE);
        log.start();
        root.addAppender(log);
        Matcher off = LOGGER.matcher(configuration());
        while (off.find()) {
            Logger logger = loggers.getLogger(off.group(1));
            logger.setLevel(Level.OFF);
            silenced.add(logger);
        }
        assertThat(silenced).hasSize(2);
    }

    private static String configuration() throws IOException {
        try (InputStream in = PartnerSecretsTests.class.getResourceAsStream("/logback-spring.xml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterEach
    void restore() {
        root.detachAppender(log);
        root.setLevel(before);
        silenced.forEach(logger -> logger.setLevel(null));
    }

    @Test
    void noneIsInALogLineOrAMessage() throws Exception {
        List<String> told = new ArrayList<>();
        try (PartnerSimulator simulator =
                PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock))) {
            SimulatedPartners partners = new SimulatedPartners(simulator, clock, folder);
            for (Target target : List.of(Target.PEARSANA, Target.KOMPLIANT)) {
                for (Fault fault : List.of(Fault.NONE, Fault.UNAUTHORIZED, Fault.RESET_IN_BODY, Fault.GARBAGE)) {
                    told.add(send(simulator, partners, target, fault));
                }
            }
            told.add(send(simulator, partners, Target.TOKEN, Fault.UNAUTHORIZED));
            told.add(send(simulator, partners, Target.TOKEN, Fault.OTHER_JSON));
        }
        log.list.forEach(event -> told.add(event.getLoggerName() + " " + event.getFormattedMessage()
                + (event.getThrowableProxy() == null
                        ? ""
                        : " " + event.getThrowableProxy().getMessage())));

        assertThat(log.list).isNotEmpty();
        for (String canary : CANARIES) {
            assertThat(told).noneMatch(line -> line.contains(canary));
        }
    }

    private static String send(PartnerSimulator simulator, SimulatedPartners partners, Target befallen, Fault fault)
            throws IOException {
        Target target = befallen == Target.TOKEN ? Target.PEARSANA : befallen;
        Partner partner = partners.partner(target, "timeout", "5s");
        simulator.times().stall(Duration.ofMillis(100));
        simulator.faults().heal().next(befallen, fault, 1);
        try {
            Reply reply = SimulatedPartners.send(partner, partners.items(target, 1));
            return partner.settings() + " " + reply;
        } finally {
            partner.close();
        }
    }
}
