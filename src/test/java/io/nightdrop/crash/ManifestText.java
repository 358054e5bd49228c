package io.nightdrop.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * How a sender's program writes its manifests. A line of documents is its fields with their values, {@code namespace} and {@code externalId} among
 * them; no value needs quotes.
 */
final class ManifestText {

    private ManifestText() {}

    /** Documents in one JSON object. */
    static String json(List<Map<String, String>> lines) {
        return "{\"items\":[\n" + String.join(",\n", objects(lines)) + "\n]}\n";
    }

    /** Documents, each on a line. */
    static String jsonLines(List<Map<String, String>> lines) {
        return String.join("\n", objects(lines)) + "\n";
    }

    private static List<String> objects(List<Map<String, String>> lines) {
        return lines.stream().map(ManifestText::object).toList();
    }

    private static String object(Map<String, String> line) {
        List<String> fields = new ArrayList<>();
        fields.add("\"externalReference\":{\"namespace\":\"" + line.get("namespace") + "\",\"externalId\":\""
                + line.get("externalId") + "\"}");
        line.forEach((name, value) -> {
            if (!name.equals("namespace") && !name.equals("externalId")) {
                fields.add("\"" + name + "\":\"" + value + "\"");
            }
        });
        return "{" + String.join(",", fields) + "}";
    }

    /** Documents in these columns. */
    static String csv(List<String> columns, List<Map<String, String>> lines) {
        StringBuilder csv = new StringBuilder(String.join(",", columns)).append('\n');
        lines.forEach(line -> csv.append(String.join(
                        ",",
                        columns.stream()
                                .map(column -> line.getOrDefault(column, ""))
                                .toList()))
                .append('\n'));
        return csv.toString();
    }

    /** What a file of requests begins with. */
    static String requestHeader(boolean csv) {
        return csv ? "workflow_id,required_document_id\n" : "";
    }

    /** One request; in CSV a row for each required document. */
    static String request(boolean csv, String workflow, List<String> documents) {
        return csv
                ? documents.stream()
                        .map(document -> workflow + "," + document + "\n")
                        .collect(Collectors.joining())
                : documents.stream()
                        .map(document -> "{\"required_document_id\":\"" + document + "\"}")
                        .collect(Collectors.joining(
                                ",", "{\"workflow_id\":\"" + workflow + "\",\"required_documents\":[", "]}\n"));
    }

    /** An archive of these files, by their names; the same bytes each time. */
    static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
