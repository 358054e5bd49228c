package io.nightdrop.operation.documents;

import io.nightdrop.manifest.ContentKind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a filename's extension promises: a MIME type (contracts D, P-4), and for some a kind that can be verified. */
final class FileTypes {

    private static final String UNKNOWN = "application/octet-stream";

    private static final Map<String, String> MIME_TYPES = Map.ofEntries(
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("tif", "image/tiff"),
            Map.entry("tiff", "image/tiff"),
            Map.entry("gif", "image/gif"),
            Map.entry("txt", "text/plain"),
            Map.entry("doc", "application/msword"),
            Map.entry("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Map.entry("xls", "application/vnd.ms-excel"),
            Map.entry("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));

    private static final Map<String, ContentKind> KINDS = Map.of(
            "pdf", ContentKind.PDF,
            "png", ContentKind.PNG,
            "jpg", ContentKind.JPEG,
            "jpeg", ContentKind.JPEG,
            "tif", ContentKind.TIFF,
            "tiff", ContentKind.TIFF);

    private FileTypes() {}

    static String mimeType(@Nullable String filename) {
        return filename == null ? UNKNOWN : MIME_TYPES.getOrDefault(extension(filename), UNKNOWN);
    }

    static Optional<ContentKind> promised(@Nullable String filename) {
        return filename == null ? Optional.empty() : Optional.ofNullable(KINDS.get(extension(filename)));
    }

    private static String extension(String filename) {
        return filename.substring(filename.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
