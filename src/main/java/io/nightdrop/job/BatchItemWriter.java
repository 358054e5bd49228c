package io.nightdrop.job;

import io.nightdrop.inbox.DropFolder;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Writes a batch through its operation and stores one result for each item, all in the batch's transaction. One instance
 * for each step execution.
 */
class BatchItemWriter implements ItemWriter<StagedItem> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchItemWriter.class);

    /** How many requests are fetched at once; a batch has items of 25 at most. */
    private static final int REQUESTS = 500;

    /** What a writer needs that is the same for all drops. */
    record Stores(
            NightdropSettings settings,
            Drops drops,
            ItemResults results,
            Requests requests,
            Operations operations,
            Vault vault,
            RunProgress progress,
            Clock clock) {}

    private final Stores stores;
    private final StepExecution step;
    private final Drop drop;
    private final Operation operation;
    private final DropFolder folder;
    private Map<Long, Request> requests = Map.of();

    BatchItemWriter(Stores stores, StepExecution step) {
        this.stores = stores;
        this.step = step;
        this.drop = stores.drops().get(ProcessDropJob.dropKey(step));
        this.operation = stores.operations().get(String.valueOf(drop.operation()));
        this.folder = DropFolder.of(stores.settings(), drop);
    }

    @Override
    public void write(Chunk<? extends StagedItem> chunk) throws IOException {
        List<StagedItem> items = List.copyOf(chunk.getItems());
        Batch batch = new Batch(drop.key(), folder.path(), Timestamps.now(stores.clock()), items, requests(items));
        List<ItemResult> results = operation.write(batch);
        if (results.size() != batch.items().size()) {
            throw new IllegalStateException(operation.name() + " gave " + results.size() + " results for "
                    + batch.items().size() + " items");
        }
        stores.results().insert(drop.key(), step.getId(), batch.now(), keepContents(batch, results));
        LOG.debug("{}: batch of {} written", drop.name(), batch.items().size());
        stores.progress().written(drop.key(), batch.items().size());
    }

    /** The requests of the items; fetched by the page, as items come in the order of their requests. */
    private Map<Long, Request> requests(List<StagedItem> items) {
        if (operation.layout().requests() == null) {
            return Map.of();
        }
        if (!requests.containsKey(items.get(items.size() - 1).request())) {
            requests = stores.requests().withItems(drop.key(), items.get(0).request(), REQUESTS).stream()
                    .collect(Collectors.toUnmodifiableMap(Request::index, Function.identity()));
        }
        return requests;
    }

    /** The inline content of a failed item exists nowhere else; its sender gets it back with the corrections. */
    private List<ItemResult> keepContents(Batch batch, List<ItemResult> results) throws IOException {
        List<ItemResult> kept = new ArrayList<>();
        List<Vault.Incoming> contents = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            ItemResult result = results.get(i);
            Content.Present content = batch.items().get(i).content();
            if (!result.succeeded() && content != null && content.place().startsWith("inline/")) {
                contents.add(
                        new Vault.Incoming(content.fingerprint(), batch.folder().resolve(content.place())));
                kept.add(result.withDetail("{\"content\":\"" + content.fingerprint() + "\"}"));
            } else {
                kept.add(result);
            }
        }
        stores.vault().store(contents);
        return kept;
    }
}
