package io.nightdrop.cli;

import io.nightdrop.notice.Notice;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Notices as the commands tell of them. */
final class NoticeText {

    private NoticeText() {}

    /** What it tells, in a few words. */
    static String about(Notice notice) {
        String drop = notice.drop() == null ? "a drop that was withdrawn" : notice.drop();
        String due = notice.dueAt() == null ? "" : Timestamps.iso(notice.dueAt());
        return switch (notice.kind()) {
            case DROP -> drop;
            case FAILED -> drop + " keeps failing";
            case MISSED -> "no drop by " + due;
            case CAME -> drop + " came, expected by " + due;
        };
    }

    /** When it came to its end, or when it is tried next. */
    static String when(Notice notice) {
        if (notice.settledAt() != null) {
            return Timestamps.iso(notice.settledAt());
        }
        return notice.nextTryAt() == null ? "–" : "next " + Timestamps.iso(notice.nextTryAt());
    }

    /** {@code registrar@example.edu sent at …}, or why it was not. */
    static String of(Notice notice) {
        String matter = notice.kind() == Notice.Kind.DROP ? "" : ", " + about(notice);
        String at = notice.settledAt() == null ? "" : " at " + Timestamps.iso(notice.settledAt());
        String why = notice.trouble() == null ? "" : ": " + notice.trouble();
        return notice.address() + " " + notice.state().word() + at + matter + why;
    }

    static ObjectNode json(JsonMapper mapper, Notice notice) {
        ObjectNode node = mapper.createObjectNode();
        node.put("noticeId", notice.id().toString());
        node.put("kind", notice.kind().name());
        node.put("inbox", notice.inbox());
        node.put("drop", notice.drop());
        node.put("dueAt", iso(notice.dueAt()));
        node.put("state", notice.state().word());
        node.put("recipient", notice.address());
        node.put("attempts", notice.attempts());
        node.put("createdAt", Timestamps.iso(notice.createdAt()));
        node.put("settledAt", iso(notice.settledAt()));
        node.put("nextTryAt", iso(notice.nextTryAt()));
        node.put("trouble", notice.trouble());
        return node;
    }

    private static @Nullable String iso(@Nullable Instant instant) {
        return instant == null ? null : Timestamps.iso(instant);
    }
}
