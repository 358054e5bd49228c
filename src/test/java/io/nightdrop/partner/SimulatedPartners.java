package io.nightdrop.partner;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.simulator.Kompliant;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.settings.PartnerSettings;
import io.nightdrop.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** Partners that speak to a simulator, and items for them, each with an id of its own. */
final class SimulatedPartners {

    private static final AtomicLong LAST = new AtomicLong();

    private final PartnerSimulator simulator;
    private final Clock clock;
    private final Ticker ticker;
    private final Path folder;

    /** @param folder for contents */
    SimulatedPartners(PartnerSimulator simulator, SettableClock clock, Path folder) {
        this(simulator, clock, clock, folder);
    }

    SimulatedPartners(PartnerSimulator simulator, Clock clock, Ticker ticker, Path folder) {
        this.simulator = simulator;
        this.clock = clock;
        this.ticker = ticker;
        this.folder = folder;
    }

    PartnerSettings settings(Target target, String... more) {
        List<String> all =
                new ArrayList<>(List.of("base-url", simulator.baseUrl().toString()));
        all.addAll(
                target == Target.PEARSANA
                        ? List.of(
                                "token-url", simulator.tokenUrl().toString(),
                                "client-id", Pearsana.CLIENT_ID,
                                "client-secret", Pearsana.CLIENT_SECRET)
                        : List.of(
                                "api-key", Kompliant.API_KEY,
                                "secret-key", Kompliant.SECRET_KEY,
                                "auth-token", Kompliant.AUTH_TOKEN));
        all.addAll(List.of("requests-per-second", "1000"));
        all.addAll(List.of(more));
        String[] pairs = all.toArray(String[]::new);
        return target == Target.PEARSANA
                ? PartnerFixture.pearsanaSettings(pairs)
                : PartnerFixture.kompliantSettings(pairs);
    }

    Line line(PartnerSettings settings) {
        return line(settings, null);
    }

    Line line(PartnerSettings settings, @Nullable SslBundle bundle) {
        return new Line("simulated", () -> Transport.of(settings, bundle), clock);
    }

    @Nullable
    AccessTokens tokens(PartnerSettings settings, Line line) {
        return settings.type() == PartnerSettings.Type.PEARSANA
                ? new AccessTokens("simulated", settings, line, ticker)
                : null;
    }

    /** One that has not been asked yet. Its pauses are as long as they may be. */
    Partner partner(PartnerSettings settings, Line line, @Nullable AccessTokens tokens) {
        Patience patience = new Patience("simulated", settings.requestsPerSecond(), clock, ticker, () -> 1);
        return new Partner("simulated", settings, line, tokens, patience, clock);
    }

    Partner partner(Target target, String... more) {
        PartnerSettings settings = settings(target, more);
        Line line = line(settings);
        return partner(settings, line, tokens(settings, line));
    }

    /** Sends so many new items, now. */
    static Reply send(Partner partner, List<SentItem> items) throws IOException {
        try (Turn turn = partner.turn(Duration.ofSeconds(10)).orElseThrow()) {
            return turn.send(items, UUID.randomUUID(), () -> {});
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    List<SentItem> items(Target target, int count) {
        String workflow = "w_%022d".formatted(LAST.incrementAndGet());
        return Stream.generate(LAST::incrementAndGet)
                .limit(count)
                .map(number -> target == Target.PEARSANA
                        ? document(number)
                        : PartnerFixture.required(number, workflow, "rd_%022d".formatted(number)))
                .toList();
    }

    private SentItem document(long number) {
        try {
            Path file = PartnerFixture.file(
                    folder, "%d.txt".formatted(number), ("content " + number).getBytes(StandardCharsets.UTF_8));
            return PartnerFixture.document(number, "t-" + number, file, "");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** How often the partner processed an item. */
    int effects(SentItem item) {
        return simulator.ledger().effects().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(" " + item.itemId()))
                .mapToInt(java.util.Map.Entry::getValue)
                .sum();
    }
}
