package io.nightdrop.job;

import io.nightdrop.operation.Roster;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Terms;
import io.nightdrop.result.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Counts whom a manifest that lists everybody leaves out, of those whom its inbox has listed before, and refuses it when they are more than the inbox allows.
 * Somebody whom two items name counts once; one who is only named to be removed is left out.
 */
final class RosterBrake implements AutoCloseable {

    private final Roster roster;
    private final Terms.Everybody terms;
    private final UniqueIds kept;

    RosterBrake(Roster roster, Terms.Everybody terms, Path scratch) throws IOException {
        this.roster = roster;
        this.terms = terms;
        this.kept = new UniqueIds(scratch.resolve("roster.tmp"));
    }

    /** Takes the next items, in manifest order. */
    void add(List<StagedItem> items) throws IOException {
        for (String one : roster.known(terms.inbox(), items)) {
            kept.add(one, 0);
        }
    }

    /** How many the manifest leaves out. To be called once, behind its last item. */
    Count count() throws IOException {
        long listed = roster.count(terms.inbox());
        return new Count(listed, Math.max(0, listed - kept.distinct()));
    }

    /**
     * What a manifest does to those whom its inbox has listed before.
     *
     * @param listed how many they are
     * @param leftOut how many of them it leaves out
     */
    record Count(long listed, long leftOut) {}

    /** Why the manifest is refused; empty when it leaves out no more than it may. */
    Optional<Refusal> refusal(Count count) {
        if (terms.accepted() || !terms.limit().isExceededBy(count.leftOut(), count.listed())) {
            return Optional.empty();
        }
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("listedBefore", count.listed());
        details.put("leftOut", count.leftOut());
        details.put("removalLimit", terms.limit().toString());
        return Optional.of(new Refusal(
                400,
                Roster.LIMIT_EXCEEDED,
                String.format(
                        Locale.ROOT,
                        "the roster leaves out %,d of the %,d that this inbox has listed before (%.1f %%), and removal-limit is %s; nobody was removed",
                        count.leftOut(),
                        count.listed(),
                        100.0 * count.leftOut() / count.listed(),
                        terms.limit()),
                details));
    }

    @Override
    public void close() throws IOException {
        kept.close();
    }
}
