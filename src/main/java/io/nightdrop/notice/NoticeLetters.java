package io.nightdrop.notice;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.mail.Letter;
import io.nightdrop.mail.Letters;
import io.nightdrop.report.Digest;
import io.nightdrop.report.Digests;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.MailAddress;
import jakarta.mail.internet.AddressException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Puts notices into words. Mails are read on screens that others see, and stay on servers: a subject has only what Nightdrop and its
 * operator chose or counted, never a name that came with a drop, and the text no more of those than the drop's id. Items and names
 * stand on the attached page.
 */
@Component
class NoticeLetters implements Letters<Notice> {

    private final Drops drops;
    private final Digests digests;
    private final AttachedPage page;
    private final Inboxes inboxes;
    private final NoticeTemplates templates = new NoticeTemplates();

    NoticeLetters(Drops drops, Digests digests, AttachedPage page, Inboxes inboxes) {
        this.drops = drops;
        this.digests = digests;
        this.page = page;
        this.inboxes = inboxes;
    }

    @Override
    public Letter write(Notice notice) throws AddressException {
        Drop drop =
                notice.dropKey() == null ? null : drops.find(notice.dropKey()).orElse(null);
        return switch (notice.kind()) {
            case DROP -> ended(notice, Objects.requireNonNull(drop, "a notice of a drop that is not there"));
            case FAILED -> failed(notice, drop);
            case MISSED -> missed(notice);
            case CAME -> came(notice, drop);
        };
    }

    private Letter ended(Notice notice, Drop drop) throws AddressException {
        Digest digest = digests.of(drop);
        AttachedPage.Found found = page.of(drop);
        Map<String, Object> model = model(notice, drop);
        Drop original = drop.repeats() == null ? null : drops.get(drop.repeats());
        model.put("headline", digest.headline());
        model.put("outcome", String.valueOf(drop.outcome()));
        model.put("items", digest.succeeded() + digest.failed() > 0);
        model.put("total", number(digest.succeeded() + digest.failed()));
        model.put("succeeded", number(digest.succeeded()));
        model.put("failed", number(digest.failed()));
        model.put("hasFailed", digest.failed() > 0);
        model.put("inDoubt", digest.inDoubt() == 0 ? "" : number(digest.inDoubt()));
        model.put("original", original == null ? "" : Words.line(original.name()));
        model.put("finished", moment(notice, drop.finishedAt()));
        model.put("restarts", drop.restarts() == null || drop.restarts() == 0 ? "" : String.valueOf(drop.restarts()));
        List<Map<String, Object>> codes = codes(digest);
        model.put("hasCodes", !codes.isEmpty());
        model.put("codes", codes);
        model.put("page", found.sentence());
        model.put("pageIsMissing", found.missing());
        String outcome = Words.decapitalised(digest.headline()) + Words.digits(drop);
        return new Letter(
                MailAddress.of(notice.address()),
                Words.subject(notice.inbox(), outcome),
                templates.fill(notice.kind(), model),
                null,
                found.file());
    }

    private static List<Map<String, Object>> codes(Digest digest) {
        List<Map<String, Object>> codes = new ArrayList<>();
        Digest.Code refusal = digest.refusal();
        if (refusal != null) {
            codes.add(Map.of("code", refusal.code(), "count", "", "advice", refusal.advice()));
        }
        for (Digest.Code code : digest.codes()) {
            String count = code.count() == 1 ? "1 item" : number(code.count()) + " items";
            codes.add(Map.of("code", code.code(), "count", count, "advice", code.advice()));
        }
        return codes;
    }

    private Letter failed(Notice notice, @Nullable Drop drop) throws AddressException {
        Map<String, Object> model = model(notice, drop);
        boolean fails = drop != null && drop.state() == DropState.FAILED;
        Instant next = drop != null && isTried(drop) ? drops.nextTry(drop.key()).orElse(null) : null;
        model.put(
                "since",
                drop == null
                        ? ""
                        : moment(notice, drops.failingSince(drop.key()).orElse(null)));
        model.put("now", drop == null || fails ? "" : drop.standing());
        model.put("next", moment(notice, next));
        model.put("over", fails && next == null);
        model.put("unnamed", drop != null && drop.id() == null);
        return letter(notice, "a drop keeps failing" + (drop == null ? "" : Words.digits(drop)), model);
    }

    /** Whether somebody tries it again by itself. */
    private boolean isTried(Drop drop) {
        return inboxes.find(drop.inbox())
                .filter(inbox -> drops.failingFor(inbox.name(), inbox.settings().retryFor()).stream()
                        .noneMatch(over -> over.key() == drop.key()))
                .isPresent();
    }

    private Letter missed(Notice notice) throws AddressException {
        return letter(notice, "no drop by " + Words.wall(due(notice), zone(notice)), model(notice, null));
    }

    private Letter came(Notice notice, @Nullable Drop drop) throws AddressException {
        ZoneId zone = zone(notice);
        String came = drop == null ? "" : " at " + Words.wallAfter(due(notice), drop.receivedAt(), zone);
        return letter(
                notice, "the drop expected by " + Words.wall(due(notice), zone) + " came" + came, model(notice, drop));
    }

    private Letter letter(Notice notice, String matter, Map<String, Object> model) throws AddressException {
        return new Letter(
                MailAddress.of(notice.address()),
                Words.subject(notice.inbox(), matter),
                templates.fill(notice.kind(), model),
                null,
                null);
    }

    private Map<String, Object> model(Notice notice, @Nullable Drop drop) {
        Map<String, Object> model = new HashMap<>();
        model.put("inbox", notice.inbox());
        model.put("drop", drop == null ? "" : Words.line(drop.name()));
        model.put("name", drop == null || drop.id() == null ? "" : Words.argument(drop.inbox() + "/" + drop.id()));
        model.put("received", drop == null ? "" : moment(notice, drop.receivedAt()));
        model.put("due", moment(notice, notice.dueAt()));
        return model;
    }

    private String moment(Notice notice, @Nullable Instant instant) {
        return instant == null ? "" : Words.moment(instant, zone(notice));
    }

    private ZoneId zone(Notice notice) {
        Inbox inbox = inboxes.find(notice.inbox()).orElse(null);
        ZoneId own = inbox == null ? null : inbox.settings().zone();
        return own == null ? ZoneId.systemDefault() : own;
    }

    private static Instant due(Notice notice) {
        return Objects.requireNonNull(notice.dueAt(), "a notice of a drop that was expected at no time");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
