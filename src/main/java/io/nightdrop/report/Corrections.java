package io.nightdrop.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.nightdrop.manifest.CsvCells;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The failed items in their sender's own layout with the error added, to be corrected and dropped again; those that are in doubt are left out. Content that
 * stood in the manifest comes back with its item; content that could not be read does not.
 */
@Component
class Corrections {

    private static final List<String> ERROR_COLUMNS = List.of("error.code", "error.message");

    private final Vault vault;
    private final JsonMapper json;

    Corrections(Vault vault, JsonMapper json) {
        this.vault = vault;
        this.json = json;
    }

    static String fileName(Drop drop) {
        ManifestFormat format = Reports.format(drop);
        return "corrections" + (format == null ? ManifestFormat.JSONL : format.ofCorrections()).extension();
    }

    void write(OutputStream out, Drop drop, Operation operation, Iterable<ItemResult> failed) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        ManifestFormat own = Reports.format(drop);
        ManifestFormat format = own == null ? ManifestFormat.JSONL : own.ofCorrections();
        if (format == ManifestFormat.JSONL) {
            writeLines(writer, operation, failed);
        } else {
            writeDelimited(writer, format == ManifestFormat.TSV ? '\t' : ',', drop, operation.layout(), failed);
        }
        writer.flush();
    }

    private void writeDelimited(Writer writer, char separator, Drop drop, Layout layout, Iterable<ItemResult> failed)
            throws IOException {
        List<String> header = drop.header().stream()
                .filter(name -> !ERROR_COLUMNS.contains(name))
                .toList();
        List<String> columns = new ArrayList<>(header);
        columns.addAll(ERROR_COLUMNS);
        CsvWriter csv = ResultsCsv.writer(writer, separator);
        csv.writeRecord(columns);
        for (ItemResult result : failed) {
            ObjectNode source = source(result);
            ArrayNode row = StagedItem.takeRow(source);
            byte[] bytes = content(result);
            String content = bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
            List<String> cells = new ArrayList<>(
                    row == null || row.size() != header.size()
                            ? cells(source, header, layout, content)
                            : cells(row, content));
            cells.add(String.valueOf(result.code()));
            cells.add(String.valueOf(result.message()));
            csv.writeRecord(cells.stream().map(CsvCells::protect).toList());
        }
        csv.flush();
    }

    private static List<String> cells(ObjectNode source, List<String> header, Layout layout, @Nullable String content) {
        return header.stream()
                .map(name ->
                        name.equals(layout.contentField()) && content != null ? content : layout.cell(source, name))
                .toList();
    }

    /** What its sender wrote, whatever was made of it. */
    private static List<String> cells(ArrayNode row, @Nullable String content) {
        List<String> cells = new ArrayList<>();
        row.forEach(cell -> cells.add(cell.isString() ? cell.stringValue() : content == null ? "" : content));
        return cells;
    }

    private void writeLines(Writer writer, Operation operation, Iterable<ItemResult> failed) throws IOException {
        Layout layout = operation.layout();
        for (ItemResult result : failed) {
            ObjectNode line = operation.correction(source(result));
            byte[] content = content(result);
            if (content != null && layout.contentField() != null) {
                line.put(layout.contentField(), content);
            }
            line.putObject("error").put("code", result.code()).put("message", result.message());
            writer.write(json.writeValueAsString(line));
            writer.write('\n');
        }
    }

    private ObjectNode source(ItemResult result) {
        JsonNode source = json.readTree(result.source() == null ? "{}" : result.source());
        return source instanceof ObjectNode object ? object : json.createObjectNode();
    }

    private byte @Nullable [] content(ItemResult result) throws IOException {
        String detail = result.detail();
        if (detail == null) {
            return null;
        }
        String fingerprint = json.readTree(detail).path("content").asString("");
        return fingerprint.isEmpty() ? null : Files.readAllBytes(vault.path(fingerprint));
    }
}
