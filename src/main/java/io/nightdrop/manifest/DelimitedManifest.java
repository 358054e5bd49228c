package io.nightdrop.manifest;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.nightdrop.manifest.Layout.Column;
import java.io.ByteArrayInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A CSV or TSV manifest: RFC 4180 with any line end, a header row, one item on each row. A quote where none may stand, a
 * row with more or fewer cells than the header, or a byte that is not UTF-8 refuses the manifest with its line. Blank
 * lines do not count; an empty cell is an absent field; cells keep their leading zeros.
 */
final class DelimitedManifest implements Manifest {

    /** Columns of a corrections file; they are read over. */
    private static final Set<String> ERROR_COLUMNS = Set.of("error.code", "error.message");

    private static final int MAX_CELLS = 10_000;

    /** So that the header, as JSON, fits into its column. */
    private static final int MAX_HEADER = 16_000;

    private static final int MAX_QUOTED = 100;

    /** A character takes that many bytes at most as JSON. */
    private static final long MOST_BYTES = 6;

    private final Path file;
    private final char separator;
    private final int maxCell;

    DelimitedManifest(Path file, char separator, long maxContent) {
        this.file = file;
        this.separator = separator;
        this.maxCell = (int) Math.min(Integer.MAX_VALUE / 4, Math.max(MAX_ITEM_BYTES, maxContent / 3 * 4 + 1024));
    }

    @Override
    public List<String> header() throws IOException {
        try (Rows rows = new Rows()) {
            return rows.next() ? Header.names(rows.cells()) : List.of();
        } catch (Unreadable unreadable) {
            return List.of();
        }
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        List<String> header = header();
        return layouts.stream()
                .filter(layout -> layout.knownColumns(header) > 0)
                .max(Comparator.comparingLong(layout -> layout.knownColumns(header)));
    }

    @Override
    public Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException {
        Optional<Defect> foreign = Utf8.defect(file);
        if (foreign.isPresent()) {
            return foreign;
        }
        try (Rows rows = new Rows()) {
            if (!rows.next()) {
                return Optional.of(new Defect("the manifest has no header row"));
            }
            Header header = Header.of(Header.names(rows.cells()), layout);
            RowRequests requests = layout.requests() == null ? null : new RowRequests(layout.requests(), handler);
            for (long index = 0; rows.next(); index++) {
                if (rows.cells().size() != header.columns().size()) {
                    if (rows.endInsideQuote()) {
                        break;
                    }
                    throw new Unreadable("line " + rows.line() + " has "
                            + rows.cells().size() + " cells where the header has "
                            + header.columns().size());
                }
                ManifestItem item = header.item(rows.cells(), index, rows.line(), layout);
                if (!(requests == null ? handler.handle(item) : requests.handle(item))) {
                    return Optional.empty();
                }
            }
            if (requests != null) {
                requests.end();
            }
            return rows.openQuote()
                    ? Optional.of(new Defect("a quote that is never closed, in the row of line " + rows.line()))
                    : Optional.empty();
        } catch (Unreadable unreadable) {
            return Optional.of(new Defect(unreadable.getMessage()));
        }
    }

    /** The columns in the sender's order; null for one that is read over. */
    private record Header(List<@Nullable Column> columns, boolean corrections) {

        static List<String> names(List<String> cells) throws Unreadable {
            if (cells.stream().mapToLong(cell -> cell.length() + 3L).sum() > MAX_HEADER) {
                throw new Unreadable("line 1: a header of more than " + MAX_HEADER + " characters");
            }
            return List.copyOf(cells);
        }

        static Header of(List<String> names, Layout layout) throws Unreadable {
            if (layout.columns().isEmpty()) {
                throw new Unreadable(layout.operation() + " takes no CSV or TSV manifest, only JSON and JSON Lines");
            }
            List<@Nullable Column> columns = new ArrayList<>();
            Set<List<String>> seen = new HashSet<>();
            for (String name : names) {
                if (ERROR_COLUMNS.contains(name)) {
                    columns.add(null);
                    continue;
                }
                Column column = layout.column(name).orElseThrow(() -> unknown(name, layout));
                if (!seen.add(column.path())) {
                    throw new Unreadable("line 1: the column '" + quoted(name) + "' stands there twice");
                }
                columns.add(column);
            }
            for (Column column : layout.columns()) {
                if (column.required() && !columns.contains(column)) {
                    throw new Unreadable("line 1: the column '" + column.names().get(0) + "' is missing");
                }
            }
            return new Header(columns, names.stream().anyMatch(ERROR_COLUMNS::contains));
        }

        private static Unreadable unknown(String name, Layout layout) {
            LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
            String nearest = layout.columns().stream()
                    .flatMap(column -> column.names().stream())
                    .min(Comparator.comparingInt(
                            known -> distance.apply(known.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
                    .orElse("");
            return new Unreadable("line 1: unknown column '" + quoted(name) + "'; did you mean '" + nearest + "'?");
        }

        private static String quoted(String name) {
            return name.codePointCount(0, name.length()) <= MAX_QUOTED
                    ? name
                    : name.substring(0, name.offsetByCodePoints(0, MAX_QUOTED)) + "…";
        }

        ManifestItem item(List<String> cells, long index, long line, Layout layout) throws Unreadable {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            InlineContent content = null;
            long most = 0;
            for (int i = 0; i < cells.size(); i++) {
                Column column = columns.get(i);
                String cell = cells.get(i);
                if (column == null || cell.isEmpty()) {
                    continue;
                }
                if (!Utf8.clean(cell)) {
                    throw new Unreadable("line " + line + ": a NUL character in '"
                            + column.names().get(0) + "'");
                }
                String text = corrections ? CsvCells.unprotect(cell) : cell;
                if (column.path().size() == 1 && column.path().get(0).equals(layout.contentField())) {
                    content = new CellContent(text);
                } else {
                    most += MOST_BYTES * text.length();
                    put(fields, column.path(), text);
                }
            }
            if (most > MAX_ITEM_BYTES && weight(fields) > MAX_ITEM_BYTES) {
                throw new Unreadable(
                        "line " + line + ": an item of more than " + MAX_ITEM_BYTES + " bytes beside its content");
            }
            return new ManifestItem(index, 0, fields, new Position(line, 0), content);
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
                    parent =
                            parent.get(path.get(i)) instanceof ObjectNode known ? known : parent.putObject(path.get(i));
                }
            }
            parent.put(path.get(path.size() - 1), text);
        }
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

    /** Makes requests of rows: consecutive ones with the same key are one. */
    private static final class RowRequests {
        private final Layout.Requests names;
        private final ItemHandler handler;
        private @Nullable ManifestRequest open;

        RowRequests(Layout.Requests names, ItemHandler handler) {
            this.names = names;
            this.handler = handler;
        }

        boolean handle(ManifestItem row) throws IOException {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            if (row.fields().has(names.key())) {
                fields.set(names.key(), row.fields().remove(names.key()));
            }
            if (open == null || !open.fields().equals(fields)) {
                if (!end()) {
                    return false;
                }
                long index = open == null ? 0 : open.index() + 1;
                open = new ManifestRequest(
                        index, fields, ManifestRequest.Items.OBJECTS, row.index(), 0, row.position());
            }
            ManifestRequest now = new ManifestRequest(
                    open.index(), fields, open.items(), open.firstItem(), open.itemCount() + 1, open.position());
            open = now;
            return handler.handle(new ManifestItem(row.index(), now.index(), row.fields(), row.position(), null));
        }

        boolean end() throws IOException {
            return open == null || handler.handle(open);
        }
    }

    /** The rows with their lines. */
    private final class Rows implements AutoCloseable {
        private final QuoteCount quotes;
        private final CsvReader<Row> reader;
        private final Iterator<Row> rows;
        private Row current = new Row(0, List.of());

        Rows() throws IOException {
            this.quotes = new QuoteCount(new InputStreamReader(
                    Utf8.open(file),
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
            this.reader = CsvReader.builder()
                    .fieldSeparator(separator)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .allowExtraCharsAfterClosingQuote(false)
                    .maxBufferSize(maxCell)
                    .build(new RowHandler(), quotes);
            this.rows = reader.iterator();
        }

        boolean next() throws Unreadable, IOException {
            try {
                if (!rows.hasNext()) {
                    return false;
                }
                current = rows.next();
                return true;
            } catch (CsvParseException | UncheckedIOException problem) {
                throw unreadable(problem);
            }
        }

        private Unreadable unreadable(RuntimeException problem) throws IOException {
            for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
                if (cause instanceof CharacterCodingException) {
                    return new Unreadable("bytes that are not UTF-8 in line " + Utf8.firstBadLine(file));
                }
                if (cause instanceof BadRow) {
                    return new Unreadable(String.valueOf(cause.getMessage()));
                }
            }
            if (problem instanceof UncheckedIOException && problem.getCause() != null) {
                throw new IOException(problem.getCause());
            }
            String text = problem.getCause() == null
                    ? problem.getMessage()
                    : problem.getCause().getMessage();
            return new Unreadable(
                    String.valueOf(text).startsWith("The maximum buffer size")
                            ? "the row after line " + current.line() + " has a cell of more than " + maxCell
                                    + " characters; perhaps a quote is never closed"
                            : "the row after line " + current.line() + " cannot be read: " + text);
        }

        List<String> cells() {
            return current.cells();
        }

        long line() {
            return current.line();
        }

        /** Whether the file ends with the current row, inside a quote: then its cells are not what they seem. */
        boolean endInsideQuote() {
            return openQuote() && !rows.hasNext();
        }

        boolean openQuote() {
            return quotes.odd();
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    private record Row(long line, List<String> cells) {}

    /** Collects a row's cells; a quote inside a cell that is not quoted is refused, which FastCSV would take. */
    private final class RowHandler extends AbstractBaseCsvCallbackHandler<Row> {
        private List<String> cells = new ArrayList<>();
        private long characters;

        @Override
        protected void handleBegin(long startingLineNumber) {
            cells = new ArrayList<>();
            characters = 0;
        }

        @Override
        protected void handleField(int fieldIdx, char[] buffer, int offset, int length, boolean quoted) {
            String cell = new String(buffer, offset, length);
            if (!quoted && cell.indexOf('"') >= 0) {
                throw new BadRow("line " + getStartingLineNumber() + ": a quote inside a cell that is not quoted");
            }
            characters += cell.length();
            if (cells.size() == MAX_CELLS || characters > maxCell + MAX_ITEM_BYTES) {
                String much = cells.size() == MAX_CELLS ? MAX_CELLS + " cells" : maxCell + " characters";
                throw new BadRow("line " + getStartingLineNumber() + " has more than " + much);
            }
            cells.add(cell);
        }

        @Override
        protected Row buildRecord() {
            return new Row(getStartingLineNumber(), cells);
        }
    }

    /** Counts quotes on their way: an odd number of quotes means that one is never closed. */
    private static final class QuoteCount extends FilterReader {
        private boolean odd;

        QuoteCount(Reader in) {
            super(in);
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            for (int i = offset; i < offset + count; i++) {
                if (target[i] == '"') {
                    odd = !odd;
                }
            }
            return count;
        }

        boolean odd() {
            return odd;
        }
    }

    private static final class BadRow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadRow(String message) {
            super(message, null, false, false);
        }
    }

    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
