package io.nightdrop.vault;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The documents of the vault's users and the verifications that were asked for. */
@Component
public class Documents {

    private static final Rows<Document> DOCUMENTS = new Rows<Document>()
            .text("document_id", Document::id)
            .text("user_id", Document::userId)
            .text("document_type", Document::type)
            .text("category", Document::category)
            .text("filename", Document::filename)
            .text("mime_type", Document::mimeType)
            .text("fingerprint", Document::fingerprint)
            .number("size_bytes", Document::size)
            .text("status", Document::status)
            .text("metadata", Document::metadata)
            .text("verification_metadata", Document::verificationMetadata)
            .text("partner_reference_id", Document::partnerReferenceId)
            .number("item_index", Document::itemIndex);

    private static final String INSERT = """
            INSERT INTO VAULT_DOCUMENT (DOCUMENT_ID, USER_ID, DOCUMENT_TYPE, CATEGORY, FILENAME, MIME_TYPE, FINGERPRINT,
              SIZE_BYTES, STATUS, METADATA, VERIFICATION_METADATA, PARTNER_REFERENCE_ID, DROP_KEY, ITEM_INDEX, CREATED_AT)
            SELECT CAST(q.document_id AS UUID), CAST(q.user_id AS UUID), q.document_type, q.category, q.filename,
              q.mime_type, q.fingerprint, q.size_bytes, q.status, q.metadata, q.verification_metadata,
              q.partner_reference_id, CAST(? AS BIGINT), q.item_index, CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
            FROM\s""" + DOCUMENTS.table();

    private static final Rows<Verification> VERIFICATIONS = new Rows<Verification>()
            .text("verification_id", Verification::id)
            .text("document_id", Verification::documentId)
            .text("intent", Verification::intent)
            .text("status", Verification::status)
            .text("attestation_reference_id", Verification::attestationReferenceId)
            .text("metadata", Verification::metadata)
            .text("created_at", Verification::createdAt);

    private static final String INSERT_VERIFICATIONS = """
            INSERT INTO VAULT_VERIFICATION (VERIFICATION_ID, DOCUMENT_ID, INTENT, STATUS, ATTESTATION_REFERENCE_ID,
              METADATA, CREATED_AT)
            SELECT CAST(q.verification_id AS UUID), CAST(q.document_id AS UUID), q.intent, q.status,
              q.attestation_reference_id, q.metadata, CAST(q.created_at AS TIMESTAMP(3) WITH TIME ZONE)
            FROM\s""" + VERIFICATIONS.table();

    private static final String SELECT = """
            SELECT DOCUMENT_ID, USER_ID, DOCUMENT_TYPE, CATEGORY, FILENAME, MIME_TYPE, FINGERPRINT, SIZE_BYTES, STATUS,
              METADATA, VERIFICATION_METADATA, PARTNER_REFERENCE_ID, DROP_KEY, ITEM_INDEX, CREATED_AT
            FROM VAULT_DOCUMENT\s""";

    private final JdbcTemplate jdbc;

    Documents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Adds documents whose bytes are already in the vault, in the caller's transaction, with one statement.
     *
     * @param documents those of one batch: they have one drop and one moment
     */
    public void insert(List<Document> documents) {
        if (!documents.isEmpty()) {
            Document any = documents.get(0);
            jdbc.update(INSERT, statement -> {
                statement.setLong(1, any.dropKey());
                statement.setObject(2, Timestamps.column(any.createdAt()));
                DOCUMENTS.set(statement, 3, documents);
            });
        }
    }

    /** Adds verifications, in the caller's transaction, with one statement. */
    public void insertVerifications(List<Verification> verifications) {
        if (!verifications.isEmpty()) {
            jdbc.update(INSERT_VERIFICATIONS, statement -> VERIFICATIONS.set(statement, 1, verifications));
        }
    }

    /** A user's documents, the newest first. */
    public List<Document> of(UUID userId) {
        return jdbc.query(
                SELECT + "WHERE USER_ID = ? ORDER BY CREATED_AT DESC, DROP_KEY DESC, ITEM_INDEX DESC",
                Documents::map,
                userId);
    }

    /** That document. */
    public Optional<Document> get(UUID id) {
        return jdbc.query(SELECT + "WHERE DOCUMENT_ID = ?", Documents::map, id).stream()
                .findFirst();
    }

    private static Document map(ResultSet row, int number) throws SQLException {
        return new Document(
                row.getObject("DOCUMENT_ID", UUID.class),
                row.getObject("USER_ID", UUID.class),
                row.getString("DOCUMENT_TYPE"),
                row.getString("CATEGORY"),
                row.getString("FILENAME"),
                row.getString("MIME_TYPE"),
                row.getString("FINGERPRINT"),
                row.getLong("SIZE_BYTES"),
                row.getString("STATUS"),
                row.getString("METADATA"),
                row.getString("VERIFICATION_METADATA"),
                row.getString("PARTNER_REFERENCE_ID"),
                row.getLong("DROP_KEY"),
                row.getLong("ITEM_INDEX"),
                row.getObject("CREATED_AT", OffsetDateTime.class).toInstant());
    }
}
