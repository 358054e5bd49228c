package io.nightdrop.manifest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a manifest is written; its name's extension says it. */
public enum ManifestFormat {
    /** One JSON document. */
    JSON,
    /** A JSON object on each line. */
    JSONL,
    /** Comma-separated values, RFC 4180. */
    CSV,
    /** Tab-separated values, quoted like CSV. */
    TSV;

    /** The format of a file of that name, or empty when its extension is none of ours. */
    public static Optional<ManifestFormat> of(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> lower.endsWith(format.extension()))
                .findFirst();
    }

    /** The extension with its dot, in lower case. */
    public String extension() {
        return "." + name().toLowerCase(Locale.ROOT);
    }

    /** Whether it has a header row and cells. */
    public boolean delimited() {
        return this == CSV || this == TSV;
    }
}
