package io.nightdrop.job;

import io.nightdrop.inbox.DropFolder;
import io.nightdrop.manifest.ContentKind;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Verdict;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The items that a partner may or may not have taken, made from their results: what was dropped may be gone by now. */
@Component
class DoubtedItems {

    private final NightdropSettings settings;
    private final ItemResults results;
    private final Requests requests;
    private final Operations operations;
    private final Vault vault;
    private final JsonMapper json;
    private final Clock clock;

    DoubtedItems(
            NightdropSettings settings,
            ItemResults results,
            Requests requests,
            Operations operations,
            Vault vault,
            JsonMapper json,
            Clock clock) {
        this.settings = settings;
        this.results = results;
        this.requests = requests;
        this.operations = operations;
        this.vault = vault;
        this.json = json;
        this.clock = clock;
    }

    /** The items of these results, with their contents in the vault. */
    Batch restored(Drop drop, List<ItemResult> doubts) {
        Operation operation = operation(drop);
        Map<Long, Request> known = new HashMap<>();
        List<StagedItem> items = new ArrayList<>();
        for (ItemResult doubt : doubts) {
            long request = 0;
            if (operation.layout().requests() != null) {
                Request around = requests.around(drop.key(), doubt.index()).orElseThrow();
                known.put(around.index(), around);
                request = around.index();
            }
            items.add(operation.restore(doubt, request, content(doubt)));
        }
        return new Batch(
                drop.key(),
                DropFolder.of(settings, drop).path(),
                Timestamps.now(clock),
                items,
                Map.copyOf(known),
                Map.of());
    }

    /** The batch's items on their way to a partner. */
    OutgoingItems outgoing(Drop drop, Batch batch) {
        return new OutgoingItems(operation(drop), batch, content -> vault.path(content.fingerprint()));
    }

    /**
     * Replaces results, in the caller's transaction. The content of an item that fails is kept for its sender.
     *
     * @param doubts of the batch's items, in the same order
     * @param verdicts by an item's place among them
     */
    void settle(Drop drop, Batch batch, List<ItemResult> doubts, IntFunction<Verdict> verdicts) {
        List<ItemResult> settled = new ArrayList<>();
        for (int place = 0; place < doubts.size(); place++) {
            ItemResult result = operation(drop).tell(batch, batch.items().get(place), verdicts.apply(place));
            String kept = doubts.get(place).detail();
            boolean content = kept != null && !fingerprint(kept).isEmpty();
            settled.add(kept != null && content && !result.succeeded() ? result.withDetail(kept) : result);
        }
        results.settle(drop.key(), settled);
    }

    private Operation operation(Drop drop) {
        return operations.get(String.valueOf(drop.operation()));
    }

    private String fingerprint(@Nullable String detail) {
        return detail == null ? "" : json.readTree(detail).path("content").asString("");
    }

    private Content.@Nullable Present content(ItemResult doubt) {
        String fingerprint = fingerprint(doubt.detail());
        if (fingerprint.isEmpty()) {
            return null;
        }
        try {
            return new Content.Present(fingerprint, Files.size(vault.path(fingerprint)), ContentKind.OTHER, "");
        } catch (IOException lost) {
            return new Content.Present(fingerprint, 0, ContentKind.OTHER, "");
        }
    }
}
