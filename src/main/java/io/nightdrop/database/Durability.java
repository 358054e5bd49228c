package io.nightdrop.database;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Makes sure that what was committed survives a power cut before something outside the database rests on it. PostgreSQL
 * has done so at the commit; H2 writes a commit to the operating system only ({@code WRITE_DELAY=0}) and is told here to
 * put it on disk.
 */
@Component
public class Durability {

    private final JdbcTemplate jdbc;
    private final boolean h2;

    Durability(DataSource dataSource, DatabaseKind database) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.h2 = database.isEmbedded();
    }

    /**
     * To be called outside a transaction, before an outside effect: a moved or deleted source, a report, a receipt. May
     * be called any number of times.
     */
    public void settle() {
        if (h2) {
            jdbc.execute("CHECKPOINT SYNC");
        }
    }
}
