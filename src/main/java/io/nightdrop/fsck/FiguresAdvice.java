package io.nightdrop.fsck;

import io.nightdrop.inbox.Inboxes;
import io.nightdrop.inbox.PutAway;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.InboxSettings;
import java.nio.file.Files;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What can be done about a drop whose figures do not add up. Only a backup brings back the rows that were lost; what helps besides depends on how far the
 * drop has come and on where its items went.
 */
@Component
class FiguresAdvice {

    /** What always helps. */
    static final String RESTORE = "rows were lost or changed: restore the database and the vault from a backup";

    private static final String DROP_AGAIN = "have its sender drop it again, changed in any way";

    private final Drops drops;
    private final Inboxes inboxes;
    private final PutAway putAway;
    private final JdbcTemplate jdbc;

    FiguresAdvice(Drops drops, Inboxes inboxes, PutAway putAway, JdbcTemplate jdbc) {
        this.drops = drops;
        this.inboxes = inboxes;
        this.putAway = putAway;
        this.jdbc = jdbc;
    }

    /**
     * For the operator.
     *
     * @param canEnd whether a drop that is not done may still come to its end
     */
    String of(long key, boolean canEnd) {
        return RESTORE + drops.find(key).map(drop -> without(drop, canEnd)).orElse("");
    }

    /** What is left to do without a backup. */
    private String without(Drop drop, boolean canEnd) {
        if (!drop.writer().equals(InboxSettings.VAULT)) {
            return "; what is taken `again` or dropped again leaves for the partner '" + drop.writer()
                    + "' once more: ask there first what has arrived";
        }
        if (drop.state() == DropState.DONE) {
            return done(drop);
        }
        return canEnd
                ? "; without one let it go on with `nightdrop " + goOn(drop)
                        + "`. When it is DONE, ask `nightdrop fsck` again; if it fails on these rows, " + DROP_AGAIN
                : "; without one it cannot come to its end, because a batch is never written in part: " + DROP_AGAIN;
    }

    private static String goOn(Drop drop) {
        return drop.state() == DropState.FAILED || drop.state() == DropState.STOPPED
                ? "restart " + DropNames.of(drop)
                : "run";
    }

    private String done(Drop drop) {
        if (drop.outcome() == Outcome.DUPLICATE) {
            return "; it is a DUPLICATE and did nothing itself";
        }
        Optional<String> again = again(drop);
        if (again.isPresent()) {
            return "; it was taken again as " + again.get() + ", which does not end this finding";
        }
        if (!Files.isDirectory(putAway.archived(drop))) {
            return "; without one " + DROP_AGAIN + ", as there is no archive of it";
        }
        String first = inboxes.find(drop.inbox()).isPresent()
                ? ""
                : "put the inbox '" + drop.inbox() + "' back into the settings and ";
        return "; without one " + first + "have it done once more, with all its effects, with `nightdrop again "
                + DropNames.of(drop) + " --reason TEXT`, which does not end this finding";
    }

    private Optional<String> again(Drop drop) {
        return jdbc
                .queryForList(
                        "SELECT INBOX || '/' || DROP_ID FROM NIGHT_DROP WHERE AGAIN_OF = ? ORDER BY DROP_KEY DESC",
                        String.class,
                        drop.key())
                .stream()
                .findFirst();
    }
}
