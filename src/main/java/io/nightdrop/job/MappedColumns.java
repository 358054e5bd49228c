package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.Layout;
import io.nightdrop.settings.ColumnSettings;
import io.nightdrop.settings.WrongSettingException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Checks what an inbox says of columns against what there is: the settings alone do not know it. */
final class MappedColumns {

    private MappedColumns() {}

    /**
     * Checks that each of our columns is known to an operation, and filled once.
     *
     * @param layouts of the operations that the inbox's manifests may ask for
     * @throws WrongSettingException when it is not
     */
    static void check(Inbox inbox, List<Layout> layouts) {
        List<ColumnSettings> columns = inbox.settings().columns();
        Map<List<Object>, Integer> filled = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            String to = String.valueOf(columns.get(i).to());
            String key = "nightdrop.inboxes." + inbox.name() + ".columns[" + i + "].to: '" + to + "' ";
            if (layouts.stream().noneMatch(layout -> layout.column(to).isPresent())) {
                throw new WrongSettingException(key + unknown(to, layouts));
            }
            for (Layout layout : layouts) {
                Layout.Column column = layout.column(to).orElse(null);
                Integer earlier =
                        column == null ? null : filled.putIfAbsent(List.of(layout.operation(), column.path()), i);
                if (earlier != null) {
                    throw new WrongSettingException(key + "is filled by columns[" + earlier + "] already");
                }
            }
        }
    }

    private static String unknown(String to, List<Layout> layouts) {
        List<Layout> tables =
                layouts.stream().filter(layout -> !layout.columns().isEmpty()).toList();
        if (tables.isEmpty()) {
            return "is for columns, and " + layouts.get(0).operation() + " has none: it takes JSON and JSON Lines only";
        }
        return "is no column of " + tables.stream().map(Layout::operation).collect(Collectors.joining(", "))
                + tables.stream()
                        .map(layout -> layout.nearest(to))
                        .min(Comparator.comparingInt(
                                name -> LevenshteinDistance.getDefaultInstance().apply(name, to)))
                        .map(name -> "; did you mean '" + name + "'?")
                        .orElse("");
    }
}
