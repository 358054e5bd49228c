package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.result.Drop;
import org.springframework.stereotype.Component;

/** Finds the inbox that a drop came by. */
@Component
class RunningInboxes {

    private final Inboxes inboxes;

    RunningInboxes(Inboxes inboxes) {
        this.inboxes = inboxes;
    }

    /**
     * The inbox of that drop.
     *
     * @throws IllegalStateException when it is no longer configured
     */
    Inbox of(Drop drop) {
        return inboxes.find(drop.inbox())
                .orElseThrow(() -> new IllegalStateException(
                        "The inbox '" + drop.inbox() + "' of the drop " + drop.name() + " is no longer configured"));
    }
}
