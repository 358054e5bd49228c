package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.core.MessageSource;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.Trigger;
import org.springframework.stereotype.Component;

/** Looks at inboxes on their schedules: a Spring Integration poller for each, side by side; an inbox is never polled twice at once. */
@Component
public class InboxWatch {

    private final IntegrationFlowContext flows;
    private final InboxRunner runner;

    InboxWatch(IntegrationFlowContext flows, InboxRunner runner) {
        this.flows = flows;
        this.runner = runner;
    }

    /** Begins to poll an inbox; returns at once. */
    public void watch(Inbox inbox, RunListener listener) {
        Trigger trigger = inbox.settings().schedule().trigger(inbox.settings().zone());
        MessageSource<Inbox> source = () -> new GenericMessage<>(inbox);
        IntegrationFlow flow = IntegrationFlow.from(
                        source, adapter -> adapter.poller(poller -> poller.trigger(trigger)))
                .handle(message -> runner.run(inbox, Integer.MAX_VALUE, listener))
                .get();
        flows.registration(flow).id("inbox-" + inbox.name()).register();
    }

    /** A thread for each inbox, so that a long drop in one does not hold up the others. */
    @Configuration(proxyBeanMethods = false)
    static class Threads {

        @Bean
        ThreadPoolTaskSchedulerCustomizer oneThreadForEachInbox(Inboxes inboxes) {
            return scheduler -> scheduler.setPoolSize(inboxes.all().size() + 1);
        }
    }
}
