package io.nightdrop.result;

import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The job executions without an end: under way, or cut. Spring Batch's own list of running ones leaves out UNKNOWN. */
@Component
public class OpenExecutions {

    private static final int PAGE = 200;

    private static final String SELECT = """
            SELECT e.JOB_EXECUTION_ID, e.STATUS, COALESCE(e.START_TIME, e.CREATE_TIME), p.PARAMETER_VALUE
            FROM BATCH_JOB_EXECUTION e
            LEFT JOIN BATCH_JOB_EXECUTION_PARAMS p ON p.JOB_EXECUTION_ID = e.JOB_EXECUTION_ID AND p.PARAMETER_NAME = 'drop'
            WHERE e.STATUS IN ('STARTING', 'STARTED', 'STOPPING', 'UNKNOWN') AND e.JOB_EXECUTION_ID > ?
            ORDER BY e.JOB_EXECUTION_ID FETCH FIRST %d ROWS ONLY""".formatted(PAGE);

    private final JdbcTemplate jdbc;

    OpenExecutions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One of them.
     *
     * @param id its id
     * @param status its status in the job repository
     * @param since when it began, in the machine's own time, as Spring Batch keeps it; null when that is not known
     * @param dropKey the drop that it runs; null when it runs none
     */
    public record Execution(
            long id,
            String status,
            @Nullable LocalDateTime since,
            @Nullable Long dropKey) {}

    /** Tells them, the oldest first; the handler may end them. */
    public void forEach(Consumer<Execution> handler) {
        List<Execution> page;
        long last = -1;
        do {
            page = jdbc.query(
                    SELECT,
                    (row, number) -> new Execution(
                            row.getLong(1),
                            row.getString(2),
                            row.getObject(3, LocalDateTime.class),
                            row.getString(4) == null ? null : Long.valueOf(row.getString(4))),
                    last);
            for (Execution execution : page) {
                last = execution.id();
                handler.accept(execution);
            }
        } while (page.size() == PAGE);
    }
}
