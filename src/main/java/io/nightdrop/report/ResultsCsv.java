package io.nightdrop.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.nightdrop.manifest.CsvCells;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Roster;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tables of what became of a drop: a line for each item, {@code results.csv}; a line for each of those that a roster has removed. */
@Component
class ResultsCsv {

    private final JsonMapper json;
    private final ObjectReader details;

    ResultsCsv(JsonMapper json) {
        this.json = json;
        this.details = json.readerFor(ObjectNode.class);
    }

    /** A table of those results, which has its header by then. */
    Table begin(OutputStream out, Operation operation, Iterable<ItemResult> results) {
        return new Table(
                writer(new OutputStreamWriter(out, StandardCharsets.UTF_8), ','), operation, results.iterator());
    }

    /** Is filled while somebody else reads the results: a large drop's are fetched only once for both. */
    final class Table implements Iterator<ItemResult> {
        private final CsvWriter csv;
        private final Operation operation;
        private final Iterator<ItemResult> results;
        private final ObjectNode nothing = json.createObjectNode();

        private Table(CsvWriter csv, Operation operation, Iterator<ItemResult> results) {
            this.csv = csv;
            this.operation = operation;
            this.results = results;
            csv.writeRecord(operation.resultColumns());
        }

        @Override
        public boolean hasNext() {
            return results.hasNext();
        }

        /** The next result, which has its line by then. */
        @Override
        public ItemResult next() {
            ItemResult result = results.next();
            String detail = result.detail();
            ObjectNode parsed = detail == null ? nothing : details.<ObjectNode>readValue(detail);
            List<String> cells = new ArrayList<>(operation.resultCells(result, parsed));
            cells.replaceAll(CsvCells::protect);
            csv.writeRecord(cells);
            return result;
        }

        /** Writes what nobody has read, too. */
        void finish() throws IOException {
            forEachRemaining(result -> {});
            csv.flush();
        }
    }

    /** Whom a roster that lists everybody has removed, a line for each. */
    void removed(OutputStream out, Drop drop, Roster roster) throws IOException {
        CsvWriter csv = writer(new OutputStreamWriter(out, StandardCharsets.UTF_8), ',');
        csv.writeRecord(roster.columns());
        roster.removed(
                drop.key(),
                cells -> csv.writeRecord(cells.stream().map(CsvCells::protect).toList()));
        csv.flush();
    }

    static CsvWriter writer(Writer writer, char separator) {
        return CsvWriter.builder()
                .fieldSeparator(separator)
                .lineDelimiter(LineDelimiter.LF)
                .build(writer);
    }
}
