package io.nightdrop.notice;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.result.Drops;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Finds the drops of which people should know that they fail: those that are not through an hour after their first failure, or once
 * nobody tries them again by itself, whichever comes first. A run that is tried again in a minute is no news.
 */
@Component
public class FailingDrops {

    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Inboxes inboxes;
    private final Drops drops;
    private final Notices notices;

    FailingDrops(Inboxes inboxes, Drops drops, Notices notices) {
        this.inboxes = inboxes;
        this.drops = drops;
        this.notices = notices;
    }

    /** Makes the notices that are due now and not made yet. */
    public void note() {
        for (Inbox inbox : inboxes.all()) {
            if (!inbox.settings().people().isEmpty()) {
                drops.failingFor(inbox.name(), patience(inbox))
                        .forEach(drop -> notices.dropFails(inbox.settings(), drop));
            }
        }
    }

    private static Duration patience(Inbox inbox) {
        Duration retryFor = inbox.settings().retryFor();
        return retryFor.compareTo(PATIENCE) < 0 ? retryFor : PATIENCE;
    }
}
