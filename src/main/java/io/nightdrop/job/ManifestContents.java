package io.nightdrop.job;

import io.nightdrop.inbox.Contents;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.operation.Operation;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tells an inbox which companions a manifest names. A ZIP names none: it has them inside. */
@Component
class ManifestContents implements Contents {

    /** So many names are not told again: items that share a companion are often neighbours, and memory is for a bounded number. */
    private static final int REMEMBERED = 10_000;

    private final ManifestKind kind;

    ManifestContents(ManifestKind kind) {
        this.kind = kind;
    }

    @Override
    public boolean companions(Inbox inbox, Source file, String name, NameHandler handler) throws IOException {
        Optional<ManifestFormat> format = inbox.format(name);
        if (format.isEmpty()) {
            return true;
        }
        Manifest manifest = inbox.manifest(file.file(), format.get(), Manifest.Beside.NOTHING);
        Optional<Operation> operation = kind.shown(inbox, manifest);
        if (operation.isEmpty()) {
            return false;
        }
        Set<String> told = new HashSet<>();
        for (String own : manifest.companions()) {
            handler.companion(own);
        }
        return manifest.read(operation.get().layout(), item -> {
                    Optional<String> companion = operation.get().companion(item);
                    if (told.size() == REMEMBERED) {
                        told.clear();
                    }
                    if (companion.isPresent() && told.add(companion.get())) {
                        handler.companion(companion.get());
                    }
                    return true;
                })
                .isEmpty();
    }
}
