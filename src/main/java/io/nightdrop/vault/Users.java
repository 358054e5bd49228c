package io.nightdrop.vault;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The users of the vault and the references that senders know them by. */
@Component
public class Users {

    private static final Rows<ExternalReference> REFERENCES = new Rows<ExternalReference>()
            .text("namespace", ExternalReference::namespace)
            .text("external_id", ExternalReference::externalId);

    private static final String KNOWN = "SELECT r.NAMESPACE, r.EXTERNAL_ID, r.USER_ID FROM VAULT_USER_REFERENCE r JOIN "
            + REFERENCES.table() + " ON r.NAMESPACE = q.namespace AND r.EXTERNAL_ID = q.external_id";

    private static final String LINKED = KNOWN + " WHERE r.UNLINKED_AT IS NULL";

    private static final Rows<User> USERS = new Rows<User>()
            .text("user_id", User::id)
            .text("email", User::email)
            .text("first_name", User::firstName)
            .text("last_name", User::lastName)
            .text("role_name", User::roleName);

    private static final String SAVE = """
            MERGE INTO VAULT_USER u
            USING (SELECT CAST(q.user_id AS UUID) AS user_id, q.email, q.first_name, q.last_name, q.role_name,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at FROM\s""" + USERS.table() + """
            ) n ON (u.USER_ID = n.user_id)
            WHEN MATCHED THEN UPDATE SET EMAIL = n.email, FIRST_NAME = n.first_name, LAST_NAME = n.last_name,
              ROLE_NAME = n.role_name, UPDATED_AT = n.at
            WHEN NOT MATCHED THEN INSERT (USER_ID, EMAIL, FIRST_NAME, LAST_NAME, ROLE_NAME, CREATED_AT, UPDATED_AT)
              VALUES (n.user_id, n.email, n.first_name, n.last_name, n.role_name, n.at, n.at)""";

    private record Link(ExternalReference reference, UUID user) {}

    private static final Rows<Link> LINKS = new Rows<Link>()
            .text("namespace", link -> link.reference().namespace())
            .text("external_id", link -> link.reference().externalId())
            .text("user_id", Link::user);

    private static final String LINK = """
            MERGE INTO VAULT_USER_REFERENCE r
            USING (SELECT q.namespace, q.external_id, CAST(q.user_id AS UUID) AS user_id, CAST(? AS BIGINT) AS drop_key
                FROM\s""" + LINKS.table() + """
            ) n ON (r.NAMESPACE = n.namespace AND r.EXTERNAL_ID = n.external_id)
            WHEN MATCHED THEN UPDATE SET NAMED_BY = n.drop_key, UNLINKED_BY = NULL, UNLINKED_AT = NULL
            WHEN NOT MATCHED THEN INSERT (NAMESPACE, EXTERNAL_ID, USER_ID, NAMED_BY)
              VALUES (n.namespace, n.external_id, n.user_id, n.drop_key)""";

    private static final String NAMED = """
            UPDATE VAULT_USER_REFERENCE r SET NAMED_BY = ? WHERE EXISTS (SELECT 1 FROM\s""" + REFERENCES.table() + """
             WHERE q.namespace = r.NAMESPACE AND q.external_id = r.EXTERNAL_ID)""";

    private static final String UNLINK = """
            UPDATE VAULT_USER_REFERENCE r SET NAMED_BY = ?, UNLINKED_BY = ?, UNLINKED_AT = ?
            WHERE r.UNLINKED_AT IS NULL AND EXISTS (SELECT 1 FROM\s""" + REFERENCES.table() + """
             WHERE q.namespace = r.NAMESPACE AND q.external_id = r.EXTERNAL_ID)""";

    private final JdbcTemplate jdbc;

    Users(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The users of those references that are linked, with one query. */
    public Map<ExternalReference, UUID> find(Collection<ExternalReference> references) {
        return query(LINKED, references);
    }

    /** Likewise, and of those that were unlinked: who comes back is the one who left. */
    public Map<ExternalReference, UUID> known(Collection<ExternalReference> references) {
        return query(KNOWN, references);
    }

    private Map<ExternalReference, UUID> query(String query, Collection<ExternalReference> references) {
        List<ExternalReference> list = references.stream().distinct().toList();
        Map<ExternalReference, UUID> users = new HashMap<>();
        if (list.isEmpty()) {
            return users;
        }
        jdbc.query(query, statement -> REFERENCES.set(statement, 1, list), row -> {
            users.put(new ExternalReference(row.getString(1), row.getString(2)), row.getObject(3, UUID.class));
        });
        return users;
    }

    /** The user of that reference, whether it is linked or was unlinked. */
    public Optional<UUID> known(ExternalReference reference) {
        return Optional.ofNullable(known(List.of(reference)).get(reference));
    }

    /** Adds the users that are new, updates the others, links their references for that drop; each user once. Two statements. */
    public void save(List<User> users, long dropKey, Instant at) {
        if (users.isEmpty()) {
            return;
        }
        jdbc.update(SAVE, statement -> {
            statement.setObject(1, Timestamps.column(at));
            USERS.set(statement, 2, users);
        });
        List<Link> links = users.stream()
                .flatMap(user -> user.references().stream().map(reference -> new Link(reference, user.id())))
                .toList();
        jdbc.update(LINK, statement -> {
            statement.setLong(1, dropKey);
            LINKS.set(statement, 2, links);
        });
    }

    /** That drop names those references, and changes nothing else of them. */
    public void named(Collection<ExternalReference> references, long dropKey) {
        if (!references.isEmpty()) {
            jdbc.update(NAMED, statement -> {
                statement.setLong(1, dropKey);
                REFERENCES.set(statement, 2, List.copyOf(references));
            });
        }
    }

    /** That drop unlinks those references: they are not found any more, until they are linked again. */
    public void unlink(Collection<ExternalReference> references, long dropKey, Instant at) {
        if (!references.isEmpty()) {
            jdbc.update(UNLINK, statement -> {
                statement.setLong(1, dropKey);
                statement.setLong(2, dropKey);
                statement.setObject(3, Timestamps.column(at));
                REFERENCES.set(statement, 4, List.copyOf(references));
            });
        }
    }
}
