package io.nightdrop.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The table {@code CORRECTION}: which drop brings failed items of an earlier one again, corrected. Items are the same by the ids that their sender gave them;
 * an id that is made up from an item's place says nothing of other drops.
 *
 * <p>The results have no index on the ids, because every item's insert would pay for it. Ids are compared in memory instead: at most {@value #PORTION} of one
 * drop, while the results of the other are read by the page. So memory is bounded whatever the drops' sizes, and time grows with their sizes, not with the
 * product, until both have more than that.
 */
@Component
public class CorrectionChain {

    /** How many ids are held in memory at a time. */
    static final int PORTION = 50_000;

    /** How many items a drop may have that is compared with earlier ones because its name does not say which it corrects. */
    static final int MOST_COMPARED = 20_000;

    /** With how many earlier drops with failures it is compared at most, the newest first. */
    private static final int SEARCHED = 100;

    /** How many items those may have together, so that the report does not wait long; the newest drop is compared whatever its size. */
    private static final long MOST_SEARCHED = 5_000_000;

    /** What stands in the name of a file with corrections, behind the id of the drop that they correct. */
    private static final String INFIX = ".corrections.";

    /** What may stand before that, when items of that drop were settled after it was done. */
    private static final Pattern SETTLED = Pattern.compile("\\.settled-[0-9]+$");

    private final JdbcTemplate jdbc;
    private final Drops drops;
    private final ItemResults results;
    private final SendersIds ids;

    CorrectionChain(JdbcTemplate jdbc, Drops drops, ItemResults results, SendersIds ids) {
        this.jdbc = jdbc;
        this.drops = drops;
        this.results = results;
        this.ids = ids;
    }

    /**
     * How a drop's items fared that had failed in another.
     *
     * @param drop the other end: the one that brought them again, or the one in which they had failed
     * @param items how many items of the later drop have the id of one that had failed
     * @param succeeded how many of them succeeded this time
     */
    public record Correction(Drop drop, long items, long succeeded) {}

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
        int infix = name.lastIndexOf(INFIX);
        if (infix > 0) {
            Optional<Drop> named =
                    drops
                            .named(drop.inbox() + "/"
                                    + SETTLED.matcher(name.substring(0, infix)).replaceFirst(""))
                            .stream()
                            .filter(one -> one.key() < drop.key())
                            .findFirst();
            if (named.isPresent()) {
                return Optional.of(named.get().key());
            }
        }
        boolean corrections =
                name.contains("corrections") || drop.header().stream().anyMatch(column -> column.startsWith("error."));
        return corrections ? byItems(drop) : Optional.empty();
    }

    /**
     * The drop in which all of this one's items failed. Of several it is the one with the fewest failures, of which these items are the greatest part; then
     * the newest.
     */
    private Optional<Long> byItems(Drop drop) {
        Long items = drop.itemCount();
        if (items == null || items > MOST_COMPARED) {
            return Optional.empty();
        }
        Set<String> brought = new HashSet<>();
        for (ItemResult item : results.allBriefly(drop.key())) {
            if (isSenders(drop, item)) {
                brought.add(item.itemId());
            }
        }
        return brought.isEmpty()
                ? Optional.empty()
                : earlier(drop, brought.size()).stream()
                        .sorted(Comparator.comparingLong(Earlier::failed)
                                .thenComparing(Earlier::key, Comparator.reverseOrder()))
                        .map(Earlier::key)
                        .filter(key -> allFailed(drops.get(key), brought))
                        .findFirst();
    }

    private record Earlier(long key, long items, long failed) {}

    private List<Earlier> earlier(Drop drop, int failures) {
        List<Earlier> newest = jdbc.query(
                "SELECT DROP_KEY, ITEM_COUNT, FAILED_COUNT FROM NIGHT_DROP"
                        + " WHERE INBOX = ? AND OPERATION = ? AND DROP_KEY < ? AND FAILED_COUNT > 0"
                        + " ORDER BY DROP_KEY DESC FETCH FIRST " + SEARCHED + " ROWS ONLY",
                (row, number) -> new Earlier(row.getLong(1), row.getLong(2), row.getLong(3)),
                drop.inbox(),
                drop.operation(),
                drop.key());
        List<Earlier> searched = new ArrayList<>();
        long items = 0;
        for (Earlier one : newest) {
            if (one.failed() >= failures) {
                items += one.items();
                if (items > MOST_SEARCHED && !searched.isEmpty()) {
                    break;
                }
                searched.add(one);
            }
        }
        return searched;
    }

    private boolean allFailed(Drop earlier, Set<String> brought) {
        Set<String> others = new HashSet<>(brought);
        for (ItemResult item : results.failedBriefly(earlier.key(), 0)) {
            if (others.contains(item.itemId()) && isSenders(earlier, item)) {
                others.remove(item.itemId());
                if (others.isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The drop whose failed items this one brought again; empty when it brought none. */
    public Optional<Correction> of(Drop drop) {
        return jdbc.queryForList("SELECT CORRECTS FROM CORRECTION WHERE DROP_KEY = ?", Long.class, drop.key()).stream()
                .map(drops::get)
                .map(corrected -> correction(corrected, corrected, drop))
                .findFirst();
    }

    /** The drops that brought failed items of this one again, in their order. */
    public List<Correction> correcting(Drop drop) {
        return later(drop.key()).stream()
                .map(drops::get)
                .map(correcting -> correction(correcting, drop, correcting))
                .toList();
    }

    private record Count(long items, long succeeded) {

        static Count of(ItemResult item) {
            return new Count(1, item.succeeded() ? 1 : 0);
        }

        Count plus(Count other) {
            return new Count(items + other.items, succeeded + other.succeeded);
        }
    }

    private Correction correction(Drop other, Drop corrected, Drop correcting) {
        Count count = new Count(0, 0);
        Iterator<ItemResult> items = results.allBriefly(correcting.key()).iterator();
        while (items.hasNext()) {
            Map<String, Count> portion = new HashMap<>();
            while (items.hasNext() && portion.size() < PORTION) {
                ItemResult item = items.next();
                if (isSenders(correcting, item)) {
                    portion.merge(item.itemId(), Count.of(item), Count::plus);
                }
            }
            count = count.plus(broughtAgain(corrected, portion));
        }
        return new Correction(other, count.items(), count.succeeded());
    }

    /** What counts is taken out, so that an id that failed twice counts once. */
    private Count broughtAgain(Drop corrected, Map<String, Count> portion) {
        Count count = new Count(0, 0);
        for (ItemResult item : results.failedBriefly(corrected.key(), 0)) {
            Count brought = isSenders(corrected, item) ? portion.remove(item.itemId()) : null;
            if (brought != null) {
                count = count.plus(brought);
            }
            if (portion.isEmpty()) {
                break;
            }
        }
        return count;
    }

    /** What became of a drop's failed items that came again. */
    public Fates fates(Drop drop) {
        return new Fates(drop, this, results);
    }

    /** The keys of the drops that correct that one, in their order. */
    List<Long> later(long key) {
        return jdbc.queryForList(
                "SELECT DROP_KEY FROM CORRECTION WHERE CORRECTS = ? ORDER BY DROP_KEY", Long.class, key);
    }

    Drop drop(long key) {
        return drops.get(key);
    }

    boolean isSenders(Drop drop, ItemResult item) {
        return ids.isSenders(drop, item);
    }
}
