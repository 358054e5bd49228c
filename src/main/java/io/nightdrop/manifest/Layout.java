package io.nightdrop.manifest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the manifests of one operation look like.
 *
 * @param operation the operation's name
 * @param list the key of the array of items in a JSON document
 * @param fields the keys by which one of its items is recognised in JSON Lines
 * @param columns the columns of CSV and TSV; empty when the operation has no such form
 * @param openColumns keys of free objects: a column {@code metadata.term} fills {@code term} of {@code metadata}
 * @param contentField the field that holds inline Base64 content, or null
 * @param requests how one manifest holds many requests; null when a manifest is one
 */
public record Layout(
        String operation,
        String list,
        Set<String> fields,
        List<Column> columns,
        Set<String> openColumns,
        @Nullable String contentField,
        @Nullable Requests requests) {

    /**
     * Where a manifest holds any number of requests, each with its items.
     *
     * @param key the field by which a request is known; in CSV, consecutive rows with one value are one request
     * @param items the field that holds its items, an array of objects
     */
    public record Requests(String key, String items) {}

    /** The layout of an operation whose manifest is one request. */
    public Layout(
            String operation,
            String list,
            Set<String> fields,
            List<Column> columns,
            Set<String> openColumns,
            @Nullable String contentField) {
        this(operation, list, fields, columns, openColumns, contentField, null);
    }

    /**
     * A column of CSV and TSV.
     *
     * @param names its header names, the first is the one we write
     * @param path where its cells go in the item; a number is a place in an array
     * @param required whether a header without it is refused
     */
    public record Column(List<String> names, List<String> path, boolean required) {

        /** A column whose dotted name is its path. */
        public static Column of(String name, boolean required, String... otherNames) {
            List<String> names = new ArrayList<>(List.of(name));
            names.addAll(List.of(otherNames));
            return new Column(List.copyOf(names), List.of(name.split("\\.", -1)), required);
        }
    }

    /** Whether a JSON manifest with that key at its root is one of these. */
    boolean hasRootKey(String key) {
        return key.equals(list) || (requests != null && key.equals(requests.key()));
    }

    /** The column of that header name, or empty when it is unknown. */
    public Optional<Column> column(String header) {
        Optional<Column> fixed = columns.stream()
                .filter(column -> column.names().contains(header))
                .findFirst();
        if (fixed.isPresent()) {
            return fixed;
        }
        int dot = header.indexOf('.');
        return dot > 0 && dot < header.length() - 1
                ? openColumn(header.substring(0, dot), header.substring(dot + 1))
                : Optional.empty();
    }

    /** The column that fills that key of a free object; empty when there is no such object. */
    Optional<Column> openColumn(String object, String key) {
        return openColumns.contains(object)
                ? Optional.of(new Column(List.of(object + "." + key), List.of(object, key), false))
                : Optional.empty();
    }

    /** The known header name that is written most like this one. */
    public String nearest(String header) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return columns.stream()
                .flatMap(column -> column.names().stream())
                .min(Comparator.comparingInt(
                        known -> distance.apply(known.toLowerCase(Locale.ROOT), header.toLowerCase(Locale.ROOT))))
                .orElse("");
    }

    /** The layout that was meant by an item's or request's keys: the one that knows the most, and of those the smallest. */
    static Optional<Layout> meant(Collection<Layout> layouts, Collection<String> keys) {
        return layouts.stream()
                .filter(layout -> layout.knownKeys(keys) > 0)
                .max(Comparator.<Layout>comparingLong(layout -> layout.knownKeys(keys))
                        .thenComparingInt(layout -> -layout.fields().size()));
    }

    private long knownKeys(Collection<String> keys) {
        return keys.stream().filter(fields::contains).count();
    }

    /** How many of the header's names are ours, or would be in another case. */
    long knownColumns(Collection<String> header) {
        return header.stream()
                .filter(name -> column(name).isPresent()
                        || columns.stream()
                                .anyMatch(column -> column.names().stream().anyMatch(name::equalsIgnoreCase)))
                .count();
    }

    /** The text that an item has under a header name; empty when it has none or the name is unknown. */
    public String cell(JsonNode fields, String header) {
        return text(column(header)
                .map(Column::path)
                .map(path -> follow(fields, path))
                .orElse(MissingNode.getInstance()));
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : node.isMissingNode() || node.isNull() ? "" : node.toString();
    }

    /** An item as the texts of its columns, in our names; what no column is for by its own name. */
    public Map<String, String> cells(ObjectNode fields) {
        Map<String, String> cells = new LinkedHashMap<>();
        for (Column column : columns) {
            addCell(cells, column.names().get(0), cell(fields, column.names().get(0)));
        }
        Set<String> covered =
                columns.stream().map(column -> column.path().get(0)).collect(Collectors.toSet());
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (openColumns.contains(field.getKey()) && field.getValue() instanceof ObjectNode open) {
                open.properties()
                        .forEach(
                                entry -> addCell(cells, field.getKey() + "." + entry.getKey(), text(entry.getValue())));
            } else if (!covered.contains(field.getKey())) {
                addCell(cells, field.getKey(), text(field.getValue()));
            }
        }
        return cells;
    }

    private static void addCell(Map<String, String> cells, String name, String text) {
        if (!text.isEmpty()) {
            cells.put(name, text);
        }
    }

    private static JsonNode follow(JsonNode fields, List<String> path) {
        JsonNode node = fields;
        for (String step : path) {
            node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
        }
        return node;
    }
}
