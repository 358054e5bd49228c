package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.LookSchedule;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.integration.core.MessageSource;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.PeriodicTrigger;
import org.springframework.stereotype.Component;

/** Looks at inboxes on their schedules: a Spring Integration poller for each, side by side; an inbox is never polled twice at once. */
@Component
@Lazy // only who watches has Spring Integration started
public class InboxWatch {

    /** How often what is unfinished is looked at, whatever the inbox's schedule. */
    private static final Duration BETWEEN = Duration.ofSeconds(5);

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
        poll("inbox-" + inbox.name(), trigger(inbox.settings()), () -> runner.watch(inbox, listener));
        poll("unfinished-of-" + inbox.name(), new PeriodicTrigger(BETWEEN), () -> runner.goOn(inbox, listener));
        if (inbox.settings().deadlines().isPresent()) {
            poll("expected-of-" + inbox.name(), new PeriodicTrigger(BETWEEN), () -> expected.look(inbox, listener));
        }
    }

    private void poll(String id, Trigger trigger, Runnable work) {
        MessageSource<String> source = () -> new GenericMessage<>(id);
        IntegrationFlow flow = IntegrationFlow.from(
                        source, adapter -> adapter.poller(poller -> poller.trigger(trigger)))
                .handle(message -> work.run())
                .get();
        flows.registration(flow).id(id).register();
    }

    private Trigger trigger(InboxSettings settings) {
        LookSchedule schedule = settings.schedule();
        return schedule.times(settings.zone())
                .<Trigger>map(times -> new LookTrigger(times, clock))
                .orElseGet(() -> new PeriodicTrigger(schedule.pause()));
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
