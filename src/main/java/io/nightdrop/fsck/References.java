package io.nightdrop.fsck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** All rows that point to bytes of the vault, read by the page. */
@Component
class References {

    private static final int PAGE = 5000;
    private static final UUID NIL = new UUID(0, 0);

    /** What a failed item's detail says of the content that is kept for its corrections. */
    private static final Pattern KEPT = Pattern.compile("\\{\"content\":\"([0-9a-f]{64})\"}");

    private final JdbcTemplate jdbc;

    References(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What points to bytes. */
    enum Kind {
        /** A document; its key is the two halves of its id. */
        DOCUMENT('d'),
        /** The content of a failed item, for its corrections; its key is the drop's and the item's. */
        CORRECTION('e'),
        /** A companion of a drop, which its archive may leave to the vault; its key is the drop's and the companion's. */
        COMPANION('c');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        /** A byte that stands for it. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            return Arrays.stream(values())
                    .filter(kind -> kind.code == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No kind has the code " + code));
        }
    }

    /**
     * A row that points to bytes.
     *
     * @param kind what it is
     * @param fingerprint the bytes' SHA-256, hex
     * @param first the first part of the row's key
     * @param second the second part
     */
    record Reference(Kind kind, String fingerprint, long first, long second) {

        UUID documentId() {
            return new UUID(first, second);
        }
    }

    /** Is given them. */
    @FunctionalInterface
    interface Handler {
        void take(Reference reference) throws IOException;
    }

    void forEach(Handler handler) throws IOException {
        documents(handler);
        twoParts(
                "BATCH_ITEM_RESULT",
                "ITEM_INDEX",
                "DETAIL",
                "NOT SUCCEEDED AND DETAIL LIKE '{\"content\":\"%'",
                row -> {
                    Matcher kept = KEPT.matcher(row.text());
                    if (kept.matches()) {
                        handler.take(new Reference(Kind.CORRECTION, kept.group(1), row.drop(), row.number()));
                    }
                });
        twoParts(
                "NIGHT_DROP_FILE",
                "POSITION",
                "FINGERPRINT",
                "FINGERPRINT IS NOT NULL",
                row -> handler.take(new Reference(Kind.COMPANION, row.text(), row.drop(), row.number())));
    }

    private void documents(Handler handler) throws IOException {
        List<Reference> page;
        UUID last = NIL;
        do {
            page = jdbc.query(
                    "SELECT DOCUMENT_ID, FINGERPRINT FROM VAULT_DOCUMENT WHERE DOCUMENT_ID > ? ORDER BY DOCUMENT_ID"
                            + " FETCH FIRST " + PAGE + " ROWS ONLY",
                    (row, number) -> {
                        UUID id = row.getObject(1, UUID.class);
                        return new Reference(
                                Kind.DOCUMENT,
                                row.getString(2),
                                id.getMostSignificantBits(),
                                id.getLeastSignificantBits());
                    },
                    last);
            for (Reference reference : page) {
                handler.take(reference);
                last = reference.documentId();
            }
        } while (page.size() == PAGE);
    }

    private record Row(long drop, long number, String text) {}

    @FunctionalInterface
    private interface RowHandler {
        void take(Row row) throws IOException;
    }

    /**
     * Pages through a table whose key is a drop's and a number: first the rest of the drop that the last page ended in, then
     * the drops behind it, so that each page is a range of the key.
     */
    private void twoParts(String table, String number, String text, String condition, RowHandler handler)
            throws IOException {
        String select = "SELECT DROP_KEY, " + number + ", " + text + " FROM " + table + " WHERE " + condition + " AND ";
        String end = " ORDER BY DROP_KEY, " + number + " FETCH FIRST " + PAGE + " ROWS ONLY";
        Row last = new Row(-1, -1, "");
        List<Row> page;
        do {
            page = query(select + "DROP_KEY = ? AND " + number + " > ?" + end, last.drop(), last.number());
            if (page.isEmpty()) {
                page = query(select + "DROP_KEY > ?" + end, last.drop());
            }
            for (Row row : page) {
                handler.take(row);
                last = row;
            }
        } while (!page.isEmpty());
    }

    private List<Row> query(String sql, Object... arguments) {
        return jdbc.query(sql, (row, number) -> new Row(row.getLong(1), row.getLong(2), row.getString(3)), arguments);
    }
}
