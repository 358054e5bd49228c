package io.nightdrop.notification;

import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Outgoing;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an applicant was or will be told: the documents of one workflow that one drop asks for.
 *
 * @param id ours
 * @param dropKey the drop
 * @param inbox the drop's inbox
 * @param drop the drop's id
 * @param workflowId the workflow
 * @param applicant the applicant's name; null when unknown
 * @param address where it was sent, or would be sent now; null when the workflow has no e-mail address
 * @param documents the names of the required documents that are asked for, each once, at most
 *     {@link Notifications#MAX_DOCUMENTS}
 * @param moreDocuments how many names are left out
 * @param state how far it is
 * @param attempts how often it was tried
 * @param nextTryAt when it may be tried next; null: at once, or not at all
 * @param trouble why it is not sent, in the mail server's words where it had some; null when nothing went wrong
 * @param createdAt when the first of its requests was stored
 * @param settledAt when it came to its end; null until then
 */
public record Notification(
        UUID id,
        long dropKey,
        String inbox,
        String drop,
        String workflowId,
        @Nullable String applicant,
        @Nullable String address,
        List<String> documents,
        long moreDocuments,
        MailState state,
        int attempts,
        @Nullable Instant nextTryAt,
        @Nullable String trouble,
        Instant createdAt,
        @Nullable Instant settledAt)
        implements Outgoing {

    Notification with(List<String> newDocuments, long newMore) {
        return new Notification(
                id,
                dropKey,
                inbox,
                drop,
                workflowId,
                applicant,
                address,
                newDocuments,
                newMore,
                state,
                attempts,
                nextTryAt,
                trouble,
                createdAt,
                settledAt);
    }
}
