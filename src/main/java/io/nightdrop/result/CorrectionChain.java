package io.nightdrop.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table {@code CORRECTION}: which drop brings failed items of an earlier one again, corrected; items are the same by their id. */
@Component
public class CorrectionChain {

    /** What stands in the name of a file with corrections, behind the id of the drop that they correct. */
    private static final String INFIX = ".corrections.";

    /** How many drops a file with corrections may have come after the one that it corrects, when its name does not say which. */
    private static final int SEARCHED = 100;

    private final JdbcTemplate jdbc;
    private final Drops drops;

    CorrectionChain(JdbcTemplate jdbc, Drops drops) {
        this.jdbc = jdbc;
        this.drops = drops;
    }

    /**
     * How a drop's items fared that had failed in another.
     *
     * @param drop the one that brought them again
     * @param items how many it brought
     * @param succeeded how many succeeded this time
     */
    public record Correction(Drop drop, long items, long succeeded) {}

    /**
     * What became of a failed item in a later drop.
     *
     * @param drop the later drop
     * @param status its status there
     * @param code the code of its error there; null when it succeeded
     */
    public record Fate(Drop drop, String status, @Nullable String code) {}

    /** Finds out and notes which drop this one corrects, if any; all its items have their results. Can be done again. */
    public void note(Drop drop) {
        Optional<Long> corrected = corrected(drop);
        if (corrected.isPresent()) {
            jdbc.update(
                    "INSERT INTO CORRECTION (DROP_KEY, CORRECTS) SELECT d.DROP_KEY, CAST(? AS BIGINT) FROM NIGHT_DROP d"
                            + " WHERE d.DROP_KEY = ? AND NOT EXISTS (SELECT 1 FROM CORRECTION WHERE DROP_KEY = ?)",
                    corrected.get(),
                    drop.key(),
                    drop.key());
        }
    }

    /** By its name, as receipts have it; else a file with error columns, or with corrections in its name, by the items in it. */
    private Optional<Long> corrected(Drop drop) {
        String name = drop.manifest().substring(drop.manifest().lastIndexOf('/') + 1);
        int infix = name.indexOf(INFIX);
        if (infix > 0) {
            Optional<Drop> named = drops.named(drop.inbox() + "/" + name.substring(0, infix)).stream()
                    .filter(one -> one.key() < drop.key())
                    .findFirst();
            if (named.isPresent()) {
                return Optional.of(named.get().key());
            }
        }
        boolean corrections =
                name.contains("corrections") || drop.header().stream().anyMatch(column -> column.startsWith("error."));
        return corrections
                ? earlier(drop).stream()
                        .filter(key -> count(key, drop.key()).items() > 0)
                        .findFirst()
                : Optional.empty();
    }

    private List<Long> earlier(Drop drop) {
        return jdbc.queryForList(
                "SELECT DROP_KEY FROM NIGHT_DROP WHERE INBOX = ? AND OPERATION = ? AND DROP_KEY < ? AND FAILED_COUNT > 0"
                        + " ORDER BY DROP_KEY DESC FETCH FIRST " + SEARCHED + " ROWS ONLY",
                Long.class,
                drop.inbox(),
                drop.operation(),
                drop.key());
    }

    private record Count(long items, long succeeded) {}

    private Count count(long corrected, long correcting) {
        return jdbc.queryForObject(
                "SELECT COUNT(*), COALESCE(SUM(CASE WHEN n.SUCCEEDED THEN 1 ELSE 0 END), 0) FROM BATCH_ITEM_RESULT o"
                        + " JOIN BATCH_ITEM_RESULT n ON n.ITEM_ID = o.ITEM_ID AND n.DROP_KEY = ?"
                        + " WHERE o.DROP_KEY = ? AND NOT o.SUCCEEDED",
                (row, number) -> new Count(row.getLong(1), row.getLong(2)),
                correcting,
                corrected);
    }

    /** The drop whose failed items this one brought again; empty when it brought none. */
    public Optional<Correction> of(Drop drop) {
        return jdbc.queryForList("SELECT CORRECTS FROM CORRECTION WHERE DROP_KEY = ?", Long.class, drop.key()).stream()
                .map(key -> correction(drops.get(key), key, drop.key()))
                .findFirst();
    }

    /** The drops that brought failed items of this one again, in their order. */
    public List<Correction> correcting(Drop drop) {
        return jdbc
                .queryForList(
                        "SELECT DROP_KEY FROM CORRECTION WHERE CORRECTS = ? ORDER BY DROP_KEY", Long.class, drop.key())
                .stream()
                .map(key -> correction(drops.get(key), drop.key(), key))
                .toList();
    }

    private Correction correction(Drop other, long corrected, long correcting) {
        Count count = count(corrected, correcting);
        return new Correction(other, count.items(), count.succeeded());
    }

    /** What became of a drop's failed items that came again, in the last drop that brought each, however long the chain; by item id. */
    public Map<String, Fate> fates(Drop drop) {
        Map<String, Fate> fates = new TreeMap<>();
        for (Correction correction : correcting(drop)) {
            jdbc.query(
                    "SELECT n.ITEM_ID, n.STATUS, n.CODE FROM BATCH_ITEM_RESULT o"
                            + " JOIN BATCH_ITEM_RESULT n ON n.ITEM_ID = o.ITEM_ID AND n.DROP_KEY = ?"
                            + " WHERE o.DROP_KEY = ? AND NOT o.SUCCEEDED",
                    row -> {
                        fates.put(row.getString(1), new Fate(correction.drop(), row.getString(2), row.getString(3)));
                    },
                    correction.drop().key(),
                    drop.key());
            Map<String, Fate> later = fates(correction.drop());
            fates.replaceAll((item, fate) -> fate.code() == null ? fate : later.getOrDefault(item, fate));
        }
        return fates;
    }
}
