package io.nightdrop.result;

import io.nightdrop.database.Rows;
import io.nightdrop.manifest.ContentKind;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table {@code NIGHT_DROP_FILE}: the companions of every drop. */
@Component
public class DropFiles {

    private static final Rows<DropFile> ROWS = new Rows<DropFile>()
            .number("position", DropFile::position)
            .text("name", DropFile::name)
            .text("fingerprint", DropFile::fingerprint)
            .number("size_bytes", DropFile::size)
            .text("content_kind", DropFile::kind);

    private static final String INSERT = """
            INSERT INTO NIGHT_DROP_FILE (DROP_KEY, POSITION, NAME, FINGERPRINT, SIZE_BYTES, CONTENT_KIND)
            SELECT CAST(? AS BIGINT), q.position, q.name, q.fingerprint, q.size_bytes, q.content_kind FROM\s""" + ROWS.table() + " WHERE" + InboxClaims.OWNED_DROP;

    /** The drop stands in each row: a database that knows it only as one value may read all files of the drop. */
    private static final Rows<Asked> ASKED =
            new Rows<Asked>().number("drop_key", Asked::dropKey).text("name", Asked::name);

    private record Asked(long dropKey, String name) {}

    private static final String SELECT =
            "SELECT f.POSITION, f.NAME, f.FINGERPRINT, f.SIZE_BYTES, f.CONTENT_KIND FROM NIGHT_DROP_FILE f ";

    private final JdbcTemplate jdbc;
    private final InboxClaims claims;

    DropFiles(JdbcTemplate jdbc, InboxClaims claims) {
        this.jdbc = jdbc;
        this.claims = claims;
    }

    /** Forgets what an interrupted taking in has noted. */
    public void clear(long dropKey) {
        jdbc.update(
                "DELETE FROM NIGHT_DROP_FILE WHERE DROP_KEY = ? AND" + InboxClaims.OWNED_DROP,
                dropKey,
                dropKey,
                claims.owner());
    }

    /** Notes some more. */
    public void insert(long dropKey, List<DropFile> files) {
        int inserted = jdbc.update(INSERT, statement -> {
            statement.setLong(1, dropKey);
            int next = ROWS.set(statement, 2, files);
            statement.setLong(next, dropKey);
            statement.setObject(next + 1, claims.owner());
        });
        if (inserted != files.size()) {
            throw new LeaseLostException("files of the drop " + dropKey);
        }
    }

    /** Notes the same for another drop. */
    public void copy(long fromKey, long toKey) {
        jdbc.update("""
                INSERT INTO NIGHT_DROP_FILE (DROP_KEY, POSITION, NAME, FINGERPRINT, SIZE_BYTES, CONTENT_KIND)
                SELECT CAST(? AS BIGINT), f.POSITION, f.NAME, f.FINGERPRINT, f.SIZE_BYTES, f.CONTENT_KIND
                FROM NIGHT_DROP_FILE f WHERE f.DROP_KEY = ?""", toKey, fromKey);
    }

    /** Those of the names that are noted for that drop, by name; one query for all. */
    public Map<String, DropFile> named(long dropKey, Collection<String> names) {
        List<Asked> asked = names.stream().map(name -> new Asked(dropKey, name)).toList();
        return jdbc
                .query(
                        SELECT + "JOIN " + ASKED.table() + " ON f.DROP_KEY = q.drop_key AND f.NAME = q.name",
                        statement -> ASKED.set(statement, 1, asked),
                        DropFiles::map)
                .stream()
                .collect(Collectors.toMap(DropFile::name, Function.identity()));
    }

    /** All of a drop, in order, streamed. */
    public void forEach(long dropKey, Consumer<DropFile> consumer) {
        int from = 0;
        List<DropFile> page;
        do {
            page = jdbc.query(
                    SELECT
                            + "WHERE f.DROP_KEY = ? AND f.POSITION >= ? ORDER BY f.DROP_KEY, f.POSITION FETCH FIRST 500 ROWS ONLY",
                    DropFiles::map,
                    dropKey,
                    from);
            page.forEach(consumer);
            from += page.size();
        } while (page.size() == 500);
    }

    /** The keys of the drops that took in a file of that name, the newest first. */
    public List<Long> dropsWith(String name) {
        return jdbc.queryForList(
                "SELECT DROP_KEY FROM NIGHT_DROP_FILE WHERE NAME = ? ORDER BY DROP_KEY DESC FETCH FIRST 20 ROWS ONLY",
                Long.class,
                name);
    }

    private static DropFile map(ResultSet row, int number) throws SQLException {
        String kind = row.getString(5);
        return new DropFile(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                kind == null ? null : ContentKind.valueOf(kind));
    }
}
