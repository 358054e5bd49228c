package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.Terms;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.PartnerSettings;
import io.nightdrop.settings.Preset;
import io.nightdrop.settings.WrongSettingException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Decides which operation a manifest asks for, and on which terms. */
@Component
class ManifestKind {

    private final Operations operations;
    private final NightdropSettings settings;

    /** @throws WrongSettingException when an inbox maps columns to what no operation has */
    ManifestKind(Operations operations, NightdropSettings settings) {
        this.operations = operations;
        this.settings = settings;
        settings.inboxes().forEach((name, inbox) -> check(new Inbox(name, inbox)));
    }

    private void check(Inbox inbox) {
        String wanted = inbox.settings().operation();
        if (inbox.settings().asksForAnything() || operations.find(wanted).isPresent()) {
            List<Operation> possible = fixed(inbox).map(List::of).orElseGet(() -> List.copyOf(operations.all()));
            MappedColumns.check(inbox, possible.stream().map(Operation::layout).toList());
        }
    }

    /** What the inbox or its partner fixes, else what the manifest shows; empty when it shows nothing that is known. */
    Optional<Operation> shown(Inbox inbox, Manifest manifest) throws IOException {
        Optional<Operation> fixed = fixed(inbox);
        if (fixed.isPresent()) {
            return fixed;
        }
        List<Layout> layouts = operations.all().stream().map(Operation::layout).toList();
        return manifest.recognise(layouts).map(layout -> operations.get(layout.operation()));
    }

    /**
     * What a manifest asks for.
     *
     * @param operation who answers
     * @param shown whether the manifest, its inbox or its partner says so; else somebody must answer nevertheless, and what is wrong with the manifest
     *     matters more than what the inbox may not do
     */
    record Asked(Operation operation, boolean shown) {}

    /** What it asks for, or who answers when nobody could see that. */
    Asked asked(Inbox inbox, Manifest manifest) throws IOException {
        return shown(inbox, manifest)
                .map(operation -> new Asked(operation, true))
                .orElseGet(() -> new Asked(operations.get(Operations.FALLBACK), false));
    }

    /** Who answers when nobody could see which operation was meant. */
    Operation fallback(Inbox inbox) {
        return fixed(inbox).orElseGet(() -> operations.get(Operations.FALLBACK));
    }

    /** A partner takes one operation only. */
    private Optional<Operation> fixed(Inbox inbox) {
        InboxSettings chosen = inbox.settings();
        if (!chosen.asksForAnything()) {
            return Optional.of(operations.get(chosen.operation()));
        }
        if (chosen.preset() != Preset.NONE) {
            return Optional.of(operations.get(chosen.preset().operation()));
        }
        PartnerSettings partner = settings.partners().get(chosen.writer());
        return partner == null
                ? Optional.empty()
                : Optional.of(operations.get(partner.type().operation()));
    }

    /**
     * What holds for a manifest of that name.
     *
     * @param acceptsRemovals whether it may leave out as many as it does, where it lists everybody
     */
    static Terms terms(Inbox inbox, String name, Manifest manifest, boolean acceptsRemovals) throws IOException {
        InboxSettings settings = inbox.settings();
        boolean everybody = !inbox.isCorrections(name)
                && !manifest.isCorrections()
                && manifest.listsEverybody().orElse(settings.roster() == InboxSettings.RosterKind.BULK);
        return new Terms(
                settings.scopes(),
                settings.maxFileSize().toBytes(),
                settings.maxItems().value(),
                settings.verifyContent(),
                settings.writesToVault(),
                everybody ? new Terms.Everybody(inbox.name(), settings.removalLimit(), acceptsRemovals) : null);
    }
}
