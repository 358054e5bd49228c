package io.nightdrop.manifest;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A CSV or TSV manifest: RFC 4180 with any line end, a header row, one item on each row. A quote where none may stand, a
 * row with more or fewer cells than the header, or a byte that means nothing refuses the manifest with its line. Blank
 * lines do not count; an empty cell is an absent field; cells keep their leading zeros.
 */
final class DelimitedManifest implements Manifest {

    private static final int MAX_CELLS = 10_000;

    private final Path file;
    private final char separator;
    private final Reading reading;
    private final int maxCell;

    DelimitedManifest(Path file, char separator, Reading reading, long maxContent) {
        this.file = file;
        this.separator = separator;
        this.reading = reading;
        this.maxCell = (int) Math.min(Integer.MAX_VALUE / 4, Math.max(MAX_ITEM_BYTES, maxContent / 3 * 4 + 1024));
    }

    @Override
    public List<String> header() throws IOException {
        return header(encoding());
    }

    /** Also of a manifest that is refused for the bytes behind its header. */
    private List<String> header(Encoding encoding) throws IOException {
        try (Rows rows = new Rows(encoding, encoding.beginning())) {
            List<String> names = rows.next() ? Header.names(rows.cells()) : List.of();
            return names.stream().anyMatch(name -> name.indexOf(Encoding.MEANINGLESS) >= 0) ? List.of() : names;
        } catch (Unreadable unreadable) {
            return List.of();
        }
    }

    /** Corrections are handed back in UTF-8, whatever their sender writes. Who has saved them may have made them its own again. */
    private Encoding encoding() throws IOException {
        Encoding said = Encoding.of(file, reading.charset());
        Encoding ours = Encoding.utf8(file);
        return said.markLength() == 0
                        && !said.equals(ours)
                        && Header.isOfCorrections(header(ours))
                        && ours.undecodable().isEmpty()
                ? ours
                : said;
    }

    @Override
    public Leftover leftover(Layout layout) throws IOException {
        try {
            return Header.of(header(), layout, reading, Header.COLUMN).leftover();
        } catch (Unreadable unreadable) {
            return Leftover.NONE;
        }
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        return Header.meant(layouts, header(), reading);
    }

    @Override
    public Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException {
        Encoding encoding = encoding();
        Optional<Defect> foreign = encoding.defect();
        if (foreign.isPresent()) {
            return foreign;
        }
        try (Rows rows = new Rows(encoding, encoding.reader())) {
            if (!rows.next()) {
                return Optional.of(new Defect("the manifest has no header row"));
            }
            Header header = Header.of(Header.names(rows.cells()), layout, reading, Header.COLUMN);
            RowRequests requests = layout.requests() == null ? null : new RowRequests(layout.requests(), handler);
            for (long index = 0; rows.next(); index++) {
                if (rows.cells().size() != header.width()) {
                    if (rows.endInsideQuote()) {
                        break;
                    }
                    throw new Unreadable("line " + rows.line() + " has "
                            + rows.cells().size() + " cells where the header has "
                            + header.width());
                }
                ManifestItem item = header.item(rows.cells(), index, rows.line());
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
            return Optional.of(unreadable.defect());
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
            return handler.handle(
                    new ManifestItem(row.index(), now.index(), row.fields(), row.position(), null, row.row()));
        }

        boolean end() throws IOException {
            return open == null || handler.handle(open);
        }
    }

    /** The rows with their lines. */
    private final class Rows implements AutoCloseable {
        private final Encoding encoding;
        private final QuoteCount quotes;
        private final CsvReader<Row> reader;
        private final Iterator<Row> rows;
        private Row current = new Row(0, List.of());

        Rows(Encoding encoding, Reader text) {
            this.encoding = encoding;
            this.quotes = new QuoteCount(text);
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
                if (cause instanceof CharacterCodingException undecodable) {
                    return encoding.undecodable().map(Unreadable::of).orElseThrow(() -> undecodable);
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
}
