package io.nightdrop.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.nightdrop.manifest.CsvCells;
import io.nightdrop.operation.Operation;
import io.nightdrop.result.ItemResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A line for each item: {@code results.csv}. */
@Component
class ResultsCsv {

    private final JsonMapper json;

    ResultsCsv(JsonMapper json) {
        this.json = json;
    }

    void write(OutputStream out, Operation operation, Iterable<ItemResult> results) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CsvWriter csv = writer(writer, ',');
        csv.writeRecord(operation.resultColumns());
        ObjectNode nothing = json.createObjectNode();
        for (ItemResult result : results) {
            String detail = result.detail();
            ObjectNode parsed = detail == null ? nothing : (ObjectNode) json.readTree(detail);
            csv.writeRecord(operation.resultCells(result, parsed).stream()
                    .map(CsvCells::protect)
                    .toList());
        }
        csv.flush();
        writer.flush();
    }

    static CsvWriter writer(Writer writer, char separator) {
        return CsvWriter.builder()
                .fieldSeparator(separator)
                .lineDelimiter(LineDelimiter.LF)
                .build(writer);
    }
}
