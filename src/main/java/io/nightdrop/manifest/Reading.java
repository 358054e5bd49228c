package io.nightdrop.manifest;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one sender's manifests are read. Rules are for CSV, TSV and tagged indexes; JSON has our own names, in UTF-8.
 *
 * @param charset what the bytes are, where no byte order mark says it
 * @param rules how our columns are filled
 * @param otherwise how those are filled that no rule is for; of several for one column the first counts that gives a text
 * @param extrasAreMetadata whether a column that nothing reads fills the metadata, where the operation has any; else it is ignored
 * @param declaration the name of the file beside a roster that tells whether it lists everybody, as OneRoster has it; null where there is none
 */
public record Reading(
        Charset charset,
        List<ColumnRule> rules,
        List<ColumnRule> otherwise,
        boolean extrasAreMetadata,
        @Nullable String declaration) {

    /** As this project's own manifests are read: UTF-8, and every column under one of our names. */
    public static final Reading PLAIN = new Reading(StandardCharsets.UTF_8, List.of(), List.of(), true, null);

    /** Whether the sender has names of its own; then a name that nobody knows is no error. */
    boolean maps() {
        return !rules.isEmpty() || !otherwise.isEmpty();
    }

    /** A header in our names, as far as rules rename it. */
    Set<String> renamed(List<String> header) {
        Set<String> renamed = new LinkedHashSet<>();
        for (String name : header) {
            List<String> targets = Stream.concat(rules.stream(), otherwise.stream())
                    .filter(rule -> name.equals(rule.from()))
                    .map(ColumnRule::to)
                    .toList();
            renamed.addAll(targets.isEmpty() ? List.of(name) : targets);
        }
        return renamed;
    }
}
