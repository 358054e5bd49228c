package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.Terms;
import io.nightdrop.settings.InboxSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Decides which operation a manifest asks for, and on which terms. */
@Component
class ManifestKind {

    static final String AUTO = "auto";

    private final Operations operations;

    ManifestKind(Operations operations) {
        this.operations = operations;
    }

    /** What the inbox fixes, else what the manifest shows; empty when it shows nothing that is known. */
    Optional<Operation> shown(Inbox inbox, Manifest manifest) throws IOException {
        if (!inbox.settings().operation().equals(AUTO)) {
            return Optional.of(operations.get(inbox.settings().operation()));
        }
        List<Layout> layouts = operations.all().stream().map(Operation::layout).toList();
        return manifest.recognise(layouts).map(layout -> operations.get(layout.operation()));
    }

    /** Likewise, but never empty: somebody must answer. */
    Operation of(Inbox inbox, Manifest manifest) throws IOException {
        return shown(inbox, manifest).orElseGet(() -> operations.get(Operations.FALLBACK));
    }

    /** Who answers when nobody could see which operation was meant. */
    static String fallback(Inbox inbox) {
        String fixed = inbox.settings().operation();
        return fixed.equals(AUTO) ? Operations.FALLBACK : fixed;
    }

    static Terms terms(Inbox inbox) {
        InboxSettings settings = inbox.settings();
        return new Terms(
                settings.scopes(),
                settings.maxFileSize().toBytes(),
                settings.maxItems().value(),
                settings.verifyContent());
    }
}
