package io.nightdrop.cli;

import io.nightdrop.mail.MailState;
import io.nightdrop.notification.Notification;
import io.nightdrop.notification.Notifications;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Notifications as the commands tell of them. */
final class NotificationText {

    private NotificationText() {}

    /** {@code 12 sent, 1 undeliverable, 3 pending}. */
    static String of(Notifications.Counts counts) {
        List<String> parts = new ArrayList<>();
        MailText.add(parts, counts.sent(), MailState.SENT.word());
        MailText.add(parts, counts.inApp(), MailState.IN_APP.word());
        MailText.add(parts, counts.undeliverable(), MailState.UNDELIVERABLE.word());
        MailText.add(parts, counts.pending(), MailState.PENDING.word());
        return String.join(", ", parts);
    }

    static ObjectNode json(JsonMapper mapper, Notifications.Counts counts) {
        ObjectNode node = mapper.createObjectNode();
        node.put("pending", counts.pending());
        node.put("inApp", counts.inApp());
        node.put("sent", counts.sent());
        node.put("undeliverable", counts.undeliverable());
        return node;
    }

    static ObjectNode json(JsonMapper mapper, Notification one) {
        ObjectNode node = mapper.createObjectNode();
        node.put("notificationId", one.id().toString());
        node.put("workflowId", one.workflowId());
        node.put("inbox", one.inbox());
        node.put("drop", one.drop());
        node.put("state", one.state().word());
        node.put("recipient", one.address());
        one.documents().forEach(node.putArray("documents")::add);
        node.put("moreDocuments", one.moreDocuments());
        node.put("attempts", one.attempts());
        node.put("createdAt", Timestamps.iso(one.createdAt()));
        node.put("settledAt", iso(one.settledAt()));
        node.put("nextTryAt", iso(one.nextTryAt()));
        node.put("trouble", one.trouble());
        return node;
    }

    static String orDash(@Nullable String text) {
        return text == null ? "–" : text;
    }

    private static @Nullable String iso(@Nullable Instant instant) {
        return instant == null ? null : Timestamps.iso(instant);
    }
}
