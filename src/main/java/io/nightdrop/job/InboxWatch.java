package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.LookSchedule;
import io.nightdrop.time.CronTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.integration.core.MessageSource;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;
import org.springframework.scheduling.support.PeriodicTrigger;
import org.springframework.stereotype.Component;

/** Looks at inboxes on their schedules: a Spring Integration poller for each, side by side; an inbox is never polled twice at once. */
@Component
@Lazy // only who watches has Spring Integration started
public class InboxWatch {

    /** How often what is unfinished is looked at, whatever the inbox's schedule. */
    private static final Duration BETWEEN = Duration.ofSeconds(5);

    private static final Duration EARLY = Duration.ofMinutes(1);

    private final IntegrationFlowContext flows;
    private final InboxRunner runner;
    private final InboxLooks looks;
    private final ExpectedDrops expected;
    private final Clock clock;

    InboxWatch(
            IntegrationFlowContext flows, InboxRunner runner, InboxLooks looks, ExpectedDrops expected, Clock clock) {
        this.flows = flows;
        this.runner = runner;
        this.looks = looks;
        this.expected = expected;
        this.clock = clock;
    }

    /** Begins to poll an inbox; returns at once. */
    public void watch(Inbox inbox, RunListener listener) {
        looks.watched(inbox);
        Trigger trigger = trigger(inbox.settings());
        MessageSource<Inbox> source = () -> new GenericMessage<>(inbox);
        IntegrationFlow flow = IntegrationFlow.from(
                        source, adapter -> adapter.poller(poller -> poller.trigger(trigger)))
                .handle(message -> runner.watch(inbox, listener))
                .get();
        flows.registration(flow).id("inbox-" + inbox.name()).register();
        IntegrationFlow between = IntegrationFlow.from(
                        source, adapter -> adapter.poller(poller -> poller.trigger(new PeriodicTrigger(BETWEEN))))
                .handle(message -> runner.goOn(inbox, listener))
                .get();
        flows.registration(between).id("unfinished-of-" + inbox.name()).register();
        if (inbox.settings().deadlines().isPresent()) {
            IntegrationFlow deadlines = IntegrationFlow.from(
                            source, adapter -> adapter.poller(poller -> poller.trigger(new PeriodicTrigger(BETWEEN))))
                    .handle(message -> expected.look(inbox, listener))
                    .get();
            flows.registration(deadlines).id("expected-of-" + inbox.name()).register();
        }
    }

    private Trigger trigger(InboxSettings settings) {
        LookSchedule schedule = settings.schedule();
        return schedule.times(settings.zone())
                .<Trigger>map(times -> context -> next(times, context))
                .orElseGet(() -> new PeriodicTrigger(schedule.pause()));
    }

    /** A timer may come a little before its moment, which then must not come again. One that lies further ahead was another clock's. */
    private @Nullable Instant next(CronTimes times, TriggerContext context) {
        Instant now = clock.instant();
        Instant last = context.lastScheduledExecution();
        Instant after = last != null && last.isAfter(now) && last.isBefore(now.plus(EARLY)) ? last : now;
        return times.next(after).map(CronTimes.Moment::at).orElse(null);
    }

    /** Three threads for each inbox, so that a long drop in one does not hold up the others, nor what is to be told of its deadlines. */
    @Configuration(proxyBeanMethods = false)
    static class Threads {

        @Bean
        ThreadPoolTaskSchedulerCustomizer oneThreadForEachInbox(Inboxes inboxes) {
            return scheduler -> scheduler.setPoolSize(3 * inboxes.all().size() + 1);
        }
    }
}
