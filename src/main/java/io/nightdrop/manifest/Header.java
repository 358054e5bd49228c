package io.nightdrop.manifest;

import io.nightdrop.manifest.Layout.Column;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the columns of a sender fill in the items of an operation: by our own names, and by the rules of its {@link Reading}. */
final class Header {

    /** Columns of a corrections file; they are read over. */
    private static final Set<String> ERROR_COLUMNS = Set.of("error.code", "error.message");

    /** So that the header, as JSON, fits into its column. */
    private static final int MAX_HEADER = 16_000;

    private static final int MAX_QUOTED = 100;

    /** A character takes that many bytes at most as JSON. */
    private static final long MOST_BYTES = 6;

    private static final String METADATA = "metadata";

    /** What a name is called that stands in a header row. */
    static final String COLUMN = "line 1: the column";

    /** What it is called in a tagged index. */
    static final String KEYWORD = "the keyword";

    private final List<String> names;
    private final Layout layout;
    private final List<Fill> fills;
    private final Leftover leftover;
    private final boolean corrections;

    /** Which columns come back with a failed item; empty where the item itself says all that its sender wrote. */
    private final boolean[] kept;

    private Header(List<String> names, Layout layout, Reading reading, List<Fill> fills, Leftover leftover) {
        this.names = names;
        this.layout = layout;
        this.fills = fills;
        this.leftover = leftover;
        this.corrections = isOfCorrections(names);
        this.kept = new boolean[reading.maps() ? names.size() : 0];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = !ERROR_COLUMNS.contains(names.get(i));
        }
    }

    /** A column of ours, and where its text comes from: a place in the row, a rule for it, and what else where that gives nothing. */
    private record Fill(
            Column column,
            int index,
            @Nullable ColumnRule rule,
            @Nullable Fill otherwise) {

        String text(List<String> cells, boolean corrections) {
            String cell = index < 0 ? "" : cells.get(index);
            String written = corrections ? CsvCells.unprotect(cell) : cell;
            String text = rule == null ? written : rule.text(written);
            return text.isEmpty() && otherwise != null ? otherwise.text(cells, corrections) : text;
        }

        boolean takes(int place) {
            return index == place || (otherwise != null && otherwise.takes(place));
        }
    }

    /** Whether a header is that of a corrections file. */
    static boolean isOfCorrections(List<String> names) {
        return names.stream().anyMatch(ERROR_COLUMNS::contains);
    }

    /** The cells of a header row as names. */
    static List<String> names(Collection<String> cells) throws Unreadable {
        if (cells.stream().mapToLong(cell -> cell.length() + 3L).sum() > MAX_HEADER) {
            throw new Unreadable("line 1: a header of more than " + MAX_HEADER + " characters");
        }
        return List.copyOf(cells);
    }

    /** The layout that has the most of these columns. */
    static Optional<Layout> meant(Collection<Layout> layouts, List<String> header, Reading reading) {
        Set<String> names = reading.renamed(header);
        return layouts.stream()
                .filter(layout -> layout.knownColumns(names) > 0)
                .max(Comparator.comparingLong(layout -> layout.knownColumns(names)));
    }

    /**
     * Joins a sender's columns with ours.
     *
     * @param noun {@link #COLUMN} or {@link #KEYWORD}
     */
    static Header of(List<String> names, Layout layout, Reading reading, String noun) throws Unreadable {
        if (layout.columns().isEmpty()) {
            throw new Unreadable(layout.operation() + " takes no CSV or TSV manifest, only JSON and JSON Lines");
        }
        return new Joining(names, layout, reading, noun).header();
    }

    /** The joining, name by name. */
    private static final class Joining {
        private final List<String> names;
        private final Layout layout;
        private final Reading reading;
        private final String noun;
        private final Map<List<String>, Fill> fills = new LinkedHashMap<>();
        private final Set<List<String>> ruled = new HashSet<>();
        private final Set<String> taken = new HashSet<>();
        private final List<String> ignored = new ArrayList<>();
        private final Set<String> absent = new LinkedHashSet<>();

        Joining(List<String> names, Layout layout, Reading reading, String noun) {
            this.names = names;
            this.layout = layout;
            this.reading = reading;
            this.noun = noun;
        }

        Header header() throws Unreadable {
            if (reading.maps() && !names.stream().allMatch(Encoding::isClean)) {
                throw new Unreadable(noun + " has a NUL character in its name");
            }
            addRules();
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                if (!ERROR_COLUMNS.contains(name) && !taken.contains(name)) {
                    addOwn(i, name);
                }
            }
            for (Column column : layout.columns()) {
                if (column.required() && !fills.containsKey(column.path())) {
                    throw missing(column);
                }
            }
            return new Header(
                    names,
                    layout,
                    reading,
                    List.copyOf(fills.values()),
                    new Leftover(List.copyOf(ignored), List.copyOf(absent)));
        }

        private void addRules() throws Unreadable {
            Set<List<String>> first = new HashSet<>();
            for (ColumnRule rule : reading.rules()) {
                Column column = layout.column(rule.to()).orElse(null);
                if (column != null) {
                    first.add(column.path());
                    if (!add(column, rule)) {
                        absent.add(String.valueOf(rule.from()));
                    }
                }
            }
            for (ColumnRule rule : reading.otherwise()) {
                Column column = layout.column(rule.to()).orElse(null);
                if (column != null && !first.contains(column.path())) {
                    add(column, rule);
                }
            }
            ruled.addAll(fills.keySet());
        }

        /** Whether there is what the rule takes. */
        private boolean add(Column column, ColumnRule rule) throws Unreadable {
            String from = rule.from();
            int index = from == null ? -1 : names.indexOf(from);
            if (from != null && index < 0) {
                return false;
            }
            if (from != null) {
                if (names.lastIndexOf(from) != index) {
                    throw twice(from);
                }
                taken.add(from);
            }
            fills.put(column.path(), behind(fills.get(column.path()), new Fill(column, index, rule, null)));
            return true;
        }

        private static Fill behind(@Nullable Fill earlier, Fill last) {
            return earlier == null
                    ? last
                    : new Fill(earlier.column(), earlier.index(), earlier.rule(), behind(earlier.otherwise(), last));
        }

        private void addOwn(int index, String name) throws Unreadable {
            Column column = layout.column(name).orElse(null);
            if (column == null) {
                if (!reading.maps()) {
                    throw unknown(name, layout);
                }
                addExtra(index, name);
            } else if (ruled.contains(column.path())) {
                addExtra(index, name);
            } else if (fills.putIfAbsent(column.path(), new Fill(column, index, null, null)) != null) {
                throw twice(name);
            }
        }

        private void addExtra(int index, String name) {
            Column column = reading.extrasAreMetadata() && !name.isBlank()
                    ? layout.openColumn(METADATA, name).orElse(null)
                    : null;
            if (column == null || fills.putIfAbsent(column.path(), new Fill(column, index, null, null)) != null) {
                ignored.add(name.isBlank() ? "column " + (index + 1) + ", which has no name" : name);
            }
        }

        private Unreadable missing(Column column) {
            List<ColumnRule> rules = reading.rules().stream().anyMatch(rule -> fills(rule, column))
                    ? reading.rules()
                    : reading.otherwise();
            List<String> wanted = rules.stream()
                    .filter(rule -> fills(rule, column))
                    .map(ColumnRule::from)
                    .filter(Objects::nonNull)
                    .toList();
            String name = "'" + column.names().get(0) + "'";
            if (wanted.isEmpty()) {
                return new Unreadable(noun + " " + name + " is missing" + nearly(column.names()));
            }
            String quoted =
                    wanted.stream().map(from -> "'" + quoted(from) + "'").collect(Collectors.joining(" or "));
            return new Unreadable(
                    noun + " " + quoted + " is missing, from which " + name + " is taken" + nearly(wanted));
        }

        /** The name that is there and would be one of those, but for blanks around it and capitals; as the rest of a sentence. */
        private String nearly(List<String> wanted) {
            return names.stream()
                    .filter(name -> wanted.stream().anyMatch(one -> one.strip().equalsIgnoreCase(name.strip())))
                    .findFirst()
                    .map(name -> "; there is '" + quoted(name) + "', which is another name")
                    .orElse("");
        }

        private boolean fills(ColumnRule rule, Column column) {
            return layout.column(rule.to()).filter(column::equals).isPresent();
        }

        private Unreadable twice(String name) {
            return new Unreadable(noun + " '" + quoted(name) + "' stands there twice");
        }

        private static Unreadable unknown(String name, Layout layout) {
            return new Unreadable(
                    "line 1: unknown column '" + quoted(name) + "'; did you mean '" + layout.nearest(name) + "'?");
        }

        private static String quoted(String name) {
            return name.codePointCount(0, name.length()) <= MAX_QUOTED
                    ? name
                    : name.substring(0, name.offsetByCodePoints(0, MAX_QUOTED)) + "…";
        }
    }

    int width() {
        return names.size();
    }

    Leftover leftover() {
        return leftover;
    }

    /** The item that a row says. */
    ManifestItem item(List<String> cells, long index, long line) throws Unreadable {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        InlineContent content = null;
        Fill contentFill = null;
        long most = 0;
        for (Fill fill : fills) {
            String text = fill.text(cells, corrections);
            if (text.isEmpty()) {
                continue;
            }
            List<String> path = fill.column().path();
            if (!Encoding.isClean(text)) {
                throw new Unreadable("line " + line + ": a NUL character in '"
                        + fill.column().names().get(0) + "'");
            }
            if (path.size() == 1 && path.get(0).equals(layout.contentField())) {
                content = new CellContent(text);
                contentFill = fill;
            } else {
                most += MOST_BYTES * text.length();
                put(fields, path, text);
            }
        }
        if (most > Manifest.MAX_ITEM_BYTES && weight(fields) > Manifest.MAX_ITEM_BYTES) {
            throw tooLarge(line);
        }
        ArrayNode row = kept.length == 0 ? null : row(cells, line, contentFill);
        return new ManifestItem(index, 0, fields, new Position(line, 0), content, row);
    }

    private static Unreadable tooLarge(long line) {
        return new Unreadable(
                "line " + line + ": an item of more than " + Manifest.MAX_ITEM_BYTES + " bytes beside its content");
    }

    /** The cells as their sender wrote them; null stands for the one with the content. */
    private ArrayNode row(List<String> cells, long line, @Nullable Fill contentFill) throws Unreadable {
        ArrayNode row = JsonNodeFactory.instance.arrayNode();
        long most = 0;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i]) {
                String cell = corrections ? CsvCells.unprotect(cells.get(i)) : cells.get(i);
                if (contentFill != null && contentFill.takes(i)) {
                    row.addNull();
                } else if (Encoding.isClean(cell)) {
                    row.add(cell);
                    most += MOST_BYTES * cell.length();
                } else {
                    throw new Unreadable("line " + line + ": a NUL character in '" + names.get(i) + "'");
                }
            }
        }
        if (most > Manifest.MAX_ITEM_BYTES && weight(row) > Manifest.MAX_ITEM_BYTES) {
            throw tooLarge(line);
        }
        return row;
    }

    private static long weight(JsonNode node) {
        long weight = node.isString() ? weight(node.stringValue()) : 0;
        for (JsonNode child : node) {
            weight += weight(child);
        }
        return weight;
    }

    /** The bytes that a text takes as JSON. */
    private static long weight(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += "\t\n\r\"\\".indexOf(c) >= 0 ? 2 : c < ' ' ? 6 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }

    private static void put(ObjectNode fields, List<String> path, String text) {
        ObjectNode parent = fields;
        for (int i = 0; i < path.size() - 1; i++) {
            if (i + 1 < path.size() - 1 && path.get(i + 1).equals("0")) {
                ArrayNode array = parent.withArray(path.get(i));
                parent = array.isEmpty() ? array.addObject() : (ObjectNode) array.get(0);
                i++;
            } else {
                parent = parent.get(path.get(i)) instanceof ObjectNode known ? known : parent.putObject(path.get(i));
            }
        }
        parent.put(path.get(path.size() - 1), text);
    }

    private record CellContent(String text) implements InlineContent {

        @Override
        public Verdict decodeTo(OutputStream out, long limit) throws IOException {
            return StrictBase64.decode(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), out, limit);
        }

        @Override
        public long held() {
            return text.length();
        }
    }
}
