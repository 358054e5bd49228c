package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropApplication;
import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.SettableClock;
import io.nightdrop.TestInboxes;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ActiveProfiles;

/** Looks that were missed, on PostgreSQL, where several nodes may watch one inbox. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class ScheduledLooksOnPostgresIntegrationTests extends ScheduledLooks {

    @Autowired
    private Environment environment;

    /** One with the same database and home. */
    private ConfigurableApplicationContext anotherNode() {
        Stream<String> shared = Stream.of(
                        "nightdrop.home",
                        "spring.datasource.url",
                        "spring.datasource.username",
                        "spring.datasource.password")
                .map(key -> "--" + key + "=" + environment.getRequiredProperty(key));
        Stream<String> own =
                Stream.of("--spring.config.location=classpath:/", "--spring.datasource.hikari.maximum-pool-size=4");
        return new SpringApplicationBuilder(
                        NightdropApplication.class, TestInboxes.class, SettableClock.InContext.class)
                .web(WebApplicationType.NONE)
                .profiles("postgres")
                .run(Stream.concat(shared, own).toArray(String[]::new));
    }

    /** Both ask at the same moment; who is turned away asks again. */
    private void goOn(Inbox inbox, Told ours, InboxRunner theirRunner, Told theirs) {
        CompletableFuture<Void> their = CompletableFuture.runAsync(() -> theirRunner.goOn(inbox, theirs));
        runner.goOn(inbox, ours);
        their.join();
        theirRunner.goOn(inbox, theirs);
        runner.goOn(inbox, ours);
    }

    @Test
    void ofTwoNodesThatWatchAnInboxOneHasALookThatWasMissed() throws IOException {
        Inbox inbox = nightly("nodes-0");
        Told ours = new Told();
        Told theirs = new Told();
        List<Instant> missed = new ArrayList<>();
        try (ConfigurableApplicationContext another = anotherNode()) {
            SettableClock theirClock = another.getBean(SettableClock.class);
            another.getBean(TestInboxes.class).add(inbox);
            looks.watched(inbox);
            another.getBean(InboxLooks.class).watched(inbox);
            Instant night = clock.instant();
            for (int count = 1; count <= 6; count++) {
                put(inbox, "nodes-" + count);
                night = night.plus(Duration.ofDays(1));
                missed.add(night);
                clock.pass(Duration.between(clock.instant(), night.plus(Duration.ofHours(1))));
                theirClock.pass(Duration.between(theirClock.instant(), clock.instant()));
                goOn(inbox, ours, another.getBean(InboxRunner.class), theirs);
            }
        }
        assertThat(Stream.concat(ours.ended.stream(), theirs.ended.stream()))
                .hasSize(7)
                .containsOnly("COMPLETED");
        assertThat(Stream.concat(ours.late.stream(), theirs.late.stream()).sorted())
                .containsExactlyElementsOf(missed);
        assertThat(Stream.concat(ours.failed.stream(), theirs.failed.stream())).isEmpty();
    }
}
