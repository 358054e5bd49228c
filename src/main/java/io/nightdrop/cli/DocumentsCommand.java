package io.nightdrop.cli;

import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Document;
import io.nightdrop.vault.Documents;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Users;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;

/** {@code documents}: what the vault holds for a user. */
@Command(name = "documents", description = "Lists the documents that the vault holds for a user.")
final class DocumentsCommand extends DropCommand {

    @Parameters(paramLabel = "NAMESPACE/EXTERNALID", description = "How a sender names the user, for example SIS/S-77.")
    private String reference = "";

    DocumentsCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        int slash = reference.indexOf('/');
        if (slash <= 0 || slash == reference.length() - 1) {
            throw new UsageException("'" + reference + "' is not NAMESPACE/EXTERNALID");
        }
        ExternalReference user = new ExternalReference(reference.substring(0, slash), reference.substring(slash + 1));
        UUID id = get(Users.class)
                .known(user)
                .orElseThrow(() -> new UsageException("no user has the external reference " + reference));
        List<Document> documents = get(Documents.class).of(id);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            documents.forEach(document -> nodes.addObject()
                    .put("documentId", document.id().toString())
                    .put("documentFingerprintId", "sha256:" + document.fingerprint())
                    .put("documentType", document.type())
                    .put("category", document.category())
                    .put("filename", document.filename())
                    .put("mimeType", document.mimeType())
                    .put("size", document.size())
                    .put("status", document.status())
                    .put("createdAt", Timestamps.iso(document.createdAt())));
            print(nodes);
        } else if (documents.isEmpty()) {
            out().println("The vault holds no document of " + reference + ".");
        } else {
            Output.table(
                    out(),
                    List.of("CREATED", "DOCUMENT", "TYPE", "BYTES", "FILENAME"),
                    documents.stream()
                            .map(document -> List.of(
                                    Timestamps.iso(document.createdAt()),
                                    document.id().toString(),
                                    document.type(),
                                    String.format(Locale.ROOT, "%,d", document.size()),
                                    document.filename() == null ? "–" : document.filename()))
                            .toList());
        }
        return ExitCode.WELL;
    }
}
