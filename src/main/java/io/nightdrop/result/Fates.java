package io.nightdrop.result;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of a drop's failed items in the drops that brought them again, however long the chain. Best asked in manifest order: the answers for {@value
 * CorrectionChain#PORTION} failed items are looked up together, by reading each later drop through once, and only they are in memory. What comes into the
 * tables meanwhile may be missed.
 */
public final class Fates {

    private final Drop drop;
    private final CorrectionChain chain;
    private final ItemResults results;
    private final Map<String, Fate> portion = new HashMap<>();
    private long from;
    private long behind;

    Fates(Drop drop, CorrectionChain chain, ItemResults results) {
        this.drop = drop;
        this.chain = chain;
        this.results = results;
        this.behind = chain.later(drop.key()).isEmpty() ? Long.MAX_VALUE : 0;
    }

    /**
     * What became of a failed item in a later drop.
     *
     * @param drop the later drop
     * @param status its status there
     * @param code the code of its error there; null when it succeeded
     */
    public record Fate(Drop drop, String status, @Nullable String code) {}

    /** What became of that item of the drop in the last one that brought it again; null when it did not fail, or none did. */
    public @Nullable Fate of(ItemResult item) {
        if (item.succeeded()) {
            return null;
        }
        if (item.index() < from || item.index() >= behind) {
            lookUp(item.index());
        }
        return chain.isSenders(drop, item) ? portion.get(item.itemId()) : null;
    }

    private void lookUp(long first) {
        from = first;
        behind = Long.MAX_VALUE;
        portion.clear();
        Set<String> failed = new HashSet<>();
        for (ItemResult item : results.failedBriefly(drop.key(), first)) {
            if (failed.size() == CorrectionChain.PORTION) {
                behind = item.index();
                break;
            }
            if (chain.isSenders(drop, item)) {
                failed.add(item.itemId());
            }
        }
        follow(failed);
    }

    /** From drop to drop in the order in which they came, so that the last one has its say. */
    private void follow(Set<String> failed) {
        TreeMap<Long, Set<String>> broughtAgain = new TreeMap<>();
        chain.later(drop.key()).forEach(key -> broughtAgain.put(key, failed));
        while (!broughtAgain.isEmpty()) {
            Map.Entry<Long, Set<String>> next = broughtAgain.pollFirstEntry();
            Set<String> failedAgain = note(chain.drop(next.getKey()), next.getValue());
            if (!failedAgain.isEmpty()) {
                chain.later(next.getKey()).forEach(key -> broughtAgain.put(key, failedAgain));
            }
        }
    }

    /** Where an id stands more than once, its last item counts. */
    private Set<String> note(Drop later, Set<String> wanted) {
        Set<String> failedAgain = new HashSet<>();
        for (ItemResult item : results.allBriefly(later.key())) {
            String id = item.itemId();
            if (wanted.contains(id) && chain.isSenders(later, item)) {
                portion.put(id, new Fate(later, item.status(), item.code()));
                if (item.succeeded()) {
                    failedAgain.remove(id);
                } else {
                    failedAgain.add(id);
                }
            }
        }
        return failedAgain;
    }
}
