package io.nightdrop.database;

import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.stereotype.Component;

/** Which database it is. */
@Component
public class DatabaseKind {

    private final boolean embedded;

    DatabaseKind(DataSource dataSource) {
        try {
            this.embedded =
                    "H2".equals(JdbcUtils.extractDatabaseMetaData(dataSource, data -> data.getDatabaseProductName()));
        } catch (MetaDataAccessException cause) {
            throw new IllegalStateException("The database does not say what it is", cause);
        }
    }

    /** Whether it is the H2 under home, which belongs to one process; else it is PostgreSQL, which many may share. */
    public boolean isEmbedded() {
        return embedded;
    }
}
