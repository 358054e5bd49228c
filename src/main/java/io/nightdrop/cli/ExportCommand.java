package io.nightdrop.cli;

import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.vault.Document;
import io.nightdrop.vault.Documents;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code export}: the bytes of one document. */
@Command(name = "export", description = "Writes the bytes of one document to a file that is not there yet.")
final class ExportCommand extends DropCommand {

    @Parameters(index = "0", paramLabel = "DOCUMENTID", description = "The document's id.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
    private Path file = Path.of("");

    ExportCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        Document document = get(Documents.class)
                .get(parse(id))
                .orElseThrow(() -> new UsageException("the vault holds no document " + id));
        if (Files.exists(file)) {
            throw new UsageException(file + " is there already");
        }
        Path source = get(Vault.class).path(document.fingerprint());
        if (!ContentFacts.of(source).fingerprint().equals(document.fingerprint())) {
            throw new IOException("the bytes of " + id + " in the vault are damaged: " + source);
        }
        Files.copy(source, file);
        if (json()) {
            print(mapper().createObjectNode().put("file", file.toString()).put("size", document.size()));
        } else {
            out().println("Written: " + file + ", " + document.size() + " bytes");
        }
        return ExitCode.WELL;
    }

    private static UUID parse(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("'" + id + "' is not a document id");
        }
    }
}
