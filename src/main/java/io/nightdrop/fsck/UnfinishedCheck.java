package io.nightdrop.fsck;

import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.node.Node;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.OpenExecutions;
import io.nightdrop.result.OpenExecutions.Execution;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Finds drops that are not done and job executions that did not end, and says whether anybody works on them. */
@Component
class UnfinishedCheck {

    private static final int PAGE = 200;

    private static final String LAST_SIGN = """
            SELECT MAX(COALESCE(e.END_TIME, e.LAST_UPDATED)) FROM BATCH_JOB_EXECUTION e
            JOIN BATCH_JOB_EXECUTION_PARAMS p ON p.JOB_EXECUTION_ID = e.JOB_EXECUTION_ID
            WHERE p.PARAMETER_NAME = 'drop' AND p.PARAMETER_VALUE = ?""";

    private final Drops drops;
    private final OpenExecutions executions;
    private final ItemResults results;
    private final Inboxes inboxes;
    private final Node node;
    private final JdbcTemplate jdbc;

    UnfinishedCheck(
            Drops drops,
            OpenExecutions executions,
            ItemResults results,
            Inboxes inboxes,
            Node node,
            JdbcTemplate jdbc) {
        this.drops = drops;
        this.executions = executions;
        this.results = results;
        this.inboxes = inboxes;
        this.node = node;
        this.jdbc = jdbc;
    }

    void check(Fsck.Watcher watcher) throws IOException {
        Optional<String> runner = node.other();
        List<Drop> page;
        long last = -1;
        do {
            page = drops.after(last, PAGE, true);
            for (Drop drop : page) {
                last = drop.key();
                watcher.found(finding(drop, runner));
            }
        } while (page.size() == PAGE);
        executions.forEach(execution -> watcher.found(finding(execution, runner)));
    }

    private Finding finding(Drop drop, Optional<String> runner) {
        String items = drop.itemCount() == null
                ? ""
                : ", " + results.count(drop.key()).total() + " of " + drop.itemCount() + " items have their result";
        String trouble = drop.trouble() == null ? "" : ", because of " + drop.trouble();
        String who = runner.map(process -> process + " runs drops in this home").orElse("nobody works on it");
        return new Finding(
                Kind.UNFINISHED_DROP,
                DropNames.of(drop),
                drop.state() + " since " + Timestamps.iso(since(drop)) + trouble + items + "; " + who,
                advice(drop, runner.isPresent()));
    }

    private String advice(Drop drop, boolean runs) {
        if (inboxes.find(drop.inbox()).isEmpty()) {
            return "put the inbox '" + drop.inbox() + "' back into the settings, then run `nightdrop run`";
        }
        if (drop.state() == DropState.FAILED) {
            return "mend what it names, then run `nightdrop restart " + DropNames.of(drop) + "`";
        }
        return runs
                ? "nothing to do: it is done, or goes on at the next look; `nightdrop drops` shows how far it is"
                : "run `nightdrop run`: it goes on from there";
    }

    private Instant since(Drop drop) {
        if (drop.state() == DropState.RUNNING && drop.startedAt() != null) {
            return drop.startedAt();
        }
        if (drop.state() == DropState.FAILED || drop.state() == DropState.STOPPED) {
            LocalDateTime ended = jdbc.queryForObject(LAST_SIGN, LocalDateTime.class, Long.toString(drop.key()));
            return ended == null ? drop.receivedAt() : instant(ended);
        }
        return drop.receivedAt();
    }

    /** Spring Batch keeps the machine's own time. */
    private static Instant instant(LocalDateTime local) {
        return local.atZone(ZoneId.systemDefault()).toInstant();
    }

    private Finding finding(Execution execution, Optional<String> runner) {
        Drop drop = execution.dropKey() == null
                ? null
                : drops.find(execution.dropKey()).orElse(null);
        String of = drop == null ? " of no drop" : " of " + DropNames.of(drop);
        String since = execution.since() == null ? "" : " since " + Timestamps.iso(instant(execution.since()));
        return new Finding(
                Kind.UNFINISHED_EXECUTION,
                "job execution " + execution.id() + of,
                execution.status() + since + ", without an end; "
                        + runner.map(process -> process + " runs drops in this home")
                                .orElse("nobody works on it"),
                drop == null || drop.state() == DropState.DONE
                        ? "harmless: nothing goes on from it"
                        : advice(drop, runner.isPresent()));
    }
}
