package io.nightdrop.manifest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a manifest is written; its name's extension says it, or its sender is known for it. */
public enum ManifestFormat {
    /** One JSON document. */
    JSON,
    /** A JSON object on each line. */
    JSONL,
    /** Comma-separated values, RFC 4180. */
    CSV,
    /** Tab-separated values, quoted like CSV. */
    TSV,
    /** Blocks of tagged lines, as OnBase's document import processor reads them; no extension tells it. */
    TAGGED;

    /** The format of a file of that name, or empty when its extension is none of ours. */
    public static Optional<ManifestFormat> of(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format != TAGGED && lower.endsWith(format.extension()))
                .findFirst();
    }

    /** The extension with its dot, in lower case. */
    public String extension() {
        return this == TAGGED ? ".txt" : "." + name().toLowerCase(Locale.ROOT);
    }

    /** How its failed items are handed back: what has columns as a table, the rest line by line. */
    public ManifestFormat ofCorrections() {
        return switch (this) {
            case CSV, TAGGED -> CSV;
            case TSV -> TSV;
            case JSON, JSONL -> JSONL;
        };
    }
}
