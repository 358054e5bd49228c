package io.nightdrop.job;

import io.nightdrop.manifest.Defect;
import io.nightdrop.manifest.InlineContent;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.manifest.ManifestRequest;
import io.nightdrop.operation.Checked;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Roster;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Terms;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest through, from its first item to its last, and checks all that can be said before anything is written:
 * its structure, its itemIds, the scopes, and every item by itself. Both the job and {@code check} read this way; they
 * differ in where contents are found and where items go.
 */
final class ReadThrough {

    private static final int GROUP = 200;

    /** A group whose contents are held in memory ends when they have that many characters. */
    private static final long MOST_HELD = 4_000_000;

    /** Where contents are found, and where checked items go. */
    interface Desk {
        /** What is known of those companions; every name has an answer. */
        Map<String, Content> companions(Collection<String> names) throws IOException;

        /** Decodes the inline contents of some items, by their index, and keeps them; what it keeps is on disk by then. */
        Map<Long, Content> inline(Map<Long, InlineContent> contents) throws IOException;

        /** Takes a checked item. */
        void take(StagedItem item) throws IOException;

        /** Takes judged requests, where a manifest holds many; each comes after its items. */
        void take(List<Request> requests) throws IOException;
    }

    /**
     * What came of it.
     *
     * @param items how many items were read
     * @param refusal why the drop is refused whole; null when it is not
     * @param stopped whether it was stopped before the end
     * @param roster whom it leaves out; null when it does not list everybody
     */
    record Result(long items, @Nullable Refusal refusal, boolean stopped, RosterBrake.@Nullable Count roster) {}

    private record Pending(ManifestItem item, @Nullable String companion) {}

    private final Operation operation;
    private final Terms terms;
    private final Desk desk;
    private final BooleanSupplier stop;
    private final List<Pending> group = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private final UniqueIds ids;
    private final @Nullable RosterBrake brake;
    private RosterBrake.@Nullable Count leftOut;
    private @Nullable Refusal refusal;
    private boolean stopped;
    private long held;
    private long items;
    private long requestCount;
    private @Nullable Refusal lastRefusal;

    private ReadThrough(
            Operation operation,
            Terms terms,
            Desk desk,
            BooleanSupplier stop,
            UniqueIds ids,
            @Nullable RosterBrake brake) {
        this.operation = operation;
        this.terms = terms;
        this.desk = desk;
        this.stop = stop;
        this.ids = ids;
        this.brake = brake;
    }

    /**
     * Reads it. Where nothing shows what a manifest asks for, what it cannot be read for is told before what its inbox may not do.
     *
     * @param scratch a folder for a temporary file
     * @param stop asked now and then; when it says so, reading ends early
     */
    static Result read(
            Manifest manifest, ManifestKind.Asked asked, Terms terms, Path scratch, Desk desk, BooleanSupplier stop)
            throws IOException {
        Operation operation = asked.operation();
        Optional<Refusal> forbidden = operation.refuse(terms);
        if (forbidden.isPresent() && asked.shown()) {
            return new Result(0, forbidden.get(), false, null);
        }
        try (UniqueIds ids = new UniqueIds(scratch.resolve("ids.tmp"));
                RosterBrake brake = brake(operation, terms, scratch)) {
            Result read = new ReadThrough(operation, terms, desk, stop, ids, brake).read(manifest);
            return read.refusal() == null && forbidden.isPresent()
                    ? new Result(0, forbidden.get(), read.stopped(), null)
                    : read;
        }
    }

    private static @Nullable RosterBrake brake(Operation operation, Terms terms, Path scratch) throws IOException {
        Optional<Roster> roster = operation.roster();
        return roster.isPresent() && terms.everybody() != null
                ? new RosterBrake(roster.get(), terms.everybody(), scratch)
                : null;
    }

    private Result read(Manifest manifest) throws IOException {
        Optional<Defect> defect = manifest.read(operation.layout(), new Manifest.ItemHandler() {
            @Override
            public boolean handle(ManifestItem item) throws IOException {
                return take(item);
            }

            @Override
            public boolean handle(ManifestRequest request) throws IOException {
                return take(request);
            }
        });
        if (refusal == null && defect.isPresent()) {
            refusal = operation.unreadable(defect.get().message());
        }
        if (refusal == null && !stopped) {
            flush();
        }
        if (refusal == null && !stopped && items == 0) {
            refusal = nothing();
        }
        if (refusal == null && !stopped && operation.itemIdsAreUnique()) {
            refusal = ids.twice()
                    .map(twice -> operation.unreadable(
                            "Duplicate itemId: " + twice.id() + " at " + twice.first() + " and at " + twice.second()))
                    .orElse(null);
        }
        if (refusal == null && !stopped && brake != null) {
            leftOut = brake.count();
            refusal = brake.refusal(leftOut).orElse(null);
        }
        return new Result(items, refusal, stopped, leftOut);
    }

    private boolean take(ManifestItem item) throws IOException {
        if (item.index() >= terms.maxItems()) {
            refusal = operation.unreadable("Batch size exceeds maximum of " + terms.maxItems() + " items");
            return false;
        }
        InlineContent content = item.content();
        group.add(new Pending(item, operation.companion(item).orElse(null)));
        held += content == null ? 0 : content.held();
        items++;
        if (group.size() == GROUP || held > MOST_HELD) {
            flush();
            stopped = stop.getAsBoolean();
        }
        return refusal == null && !stopped;
    }

    /** A manifest without items: many requests may be answered one by one, else it is refused whole. */
    private @Nullable Refusal nothing() {
        if (requestCount > 1) {
            return null;
        }
        return lastRefusal != null
                ? lastRefusal
                : operation.unreadable("'" + operation.layout().list() + "' is empty");
    }

    private boolean take(ManifestRequest request) throws IOException {
        Optional<Refusal> against = operation.check(request);
        requests.add(new Request(
                request.index(),
                operation.requestKey(request),
                request.firstItem(),
                request.itemCount(),
                against.orElse(null)));
        requestCount++;
        lastRefusal = against.orElse(null);
        if (requests.size() == GROUP) {
            flush();
        }
        return refusal == null && !stopped;
    }

    private void judge() throws IOException {
        Map<Long, Refusal> refused = terms.storeKnows()
                ? operation.judge(requests.stream()
                        .filter(request -> request.refusal() == null)
                        .toList())
                : Map.of();
        List<Request> judged = new ArrayList<>();
        for (Request request : requests) {
            Refusal why = refused.get(request.index());
            judged.add(why == null ? request : request.refused(why));
        }
        desk.take(judged);
        requests.clear();
    }

    private void flush() throws IOException {
        Map<Long, Content> inline = inline();
        Set<String> names = group.stream()
                .map(Pending::companion)
                .filter(name -> name != null)
                .collect(Collectors.toSet());
        Map<String, Content> companions = names.isEmpty() ? Map.of() : desk.companions(names);
        List<StagedItem> staged = new ArrayList<>();
        for (Pending pending : group) {
            Content content = content(pending, inline, companions);
            Checked checked = operation.check(pending.item(), content, terms);
            if (checked.refusal() != null) {
                refusal = checked.refusal();
                break;
            }
            if (operation.itemIdsAreUnique()) {
                ids.add(checked.itemId(), pending.item().position().line());
            }
            StagedItem item = new StagedItem(
                    pending.item().index(),
                    pending.item().request(),
                    checked.itemId(),
                    pending.item().fields(),
                    checked.error(),
                    content instanceof Content.Present present ? present : null,
                    pending.item().row());
            desk.take(item);
            staged.add(item);
        }
        if (brake != null) {
            brake.add(staged);
        }
        group.clear();
        held = 0;
        if (!requests.isEmpty() && refusal == null) {
            judge();
        }
    }

    private Map<Long, Content> inline() throws IOException {
        Map<Long, InlineContent> contents = new LinkedHashMap<>();
        for (Pending pending : group) {
            InlineContent content = pending.item().content();
            if (content != null) {
                contents.put(pending.item().index(), content);
            }
        }
        return contents.isEmpty() ? Map.of() : desk.inline(contents);
    }

    private static Content content(Pending pending, Map<Long, Content> inline, Map<String, Content> companions) {
        Content own = inline.get(pending.item().index());
        if (own != null) {
            return own;
        }
        String name = pending.companion();
        return name == null ? new Content.None() : companions.getOrDefault(name, new Content.Missing(name));
    }
}
