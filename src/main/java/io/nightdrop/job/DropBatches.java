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
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionTemplate;

/** A drop's batches, wherever they go: makes them, and stores one result for each of their items. One instance for each step execution. */
final class DropBatches {

    private static final Logger LOG = LoggerFactory.getLogger(DropBatches.class);

    /** How many requests are fetched at once; no batch has more items. */
    private static final int REQUESTS = 1000;

    /** What is the same for all drops. */
    record Stores(
            NightdropSettings settings,
            Drops drops,
            ItemResults results,
            Requests requests,
            Operations operations,
            Vault vault,
            RunProgress progress,
            TransactionTemplate transaction,
            Clock clock) {}

    private final Stores stores;
    private final StepExecution step;
    private final Drop drop;
    private final Operation operation;
    private final DropFolder folder;
    private Map<Long, Request> requests = Map.of();
    private long usersFrom;
    private long usersTo;
    private Map<ExternalReference, UUID> users = Map.of();

    DropBatches(Stores stores, StepExecution step) {
        this.stores = stores;
        this.step = step;
        this.drop = stores.drops().get(ProcessDropJob.dropKey(step));
        this.operation = stores.operations().get(String.valueOf(drop.operation()));
        this.folder = DropFolder.of(stores.settings(), drop);
    }

    Drop drop() {
        return drop;
    }

    Operation operation() {
        return operation;
    }

    /** How many of the drop's items have their results. */
    long position() {
        return stores.results().position(drop.key());
    }

    void inTransaction(Runnable work) {
        stores.transaction().executeWithoutResult(status -> work.run());
    }

    StagedItems.Reader reader(long from) throws IOException {
        return new StagedItems(folder.path()).reader(from);
    }

    /** A batch of these items, which follow each other and are not written here. */
    Batch of(List<StagedItem> items) {
        return batch(items, Map.of());
    }

    /**
     * A batch of these items, which follow each other.
     *
     * @param together these and others that were read together with them: what they name is looked up with one query
     */
    Batch of(List<StagedItem> items, List<StagedItem> together) {
        long first = items.get(0).index();
        if (first < usersFrom || first >= usersTo) {
            users = operation.users(together);
            usersFrom = together.get(0).index();
            usersTo = together.get(together.size() - 1).index() + 1;
        }
        return batch(items, users);
    }

    private Batch batch(List<StagedItem> items, Map<ExternalReference, UUID> named) {
        return new Batch(drop.key(), folder.path(), Timestamps.now(stores.clock()), items, requests(items), named);
    }

    /** The requests of the items; fetched by the page, as items come in the order of their requests. */
    private Map<Long, Request> requests(List<StagedItem> items) {
        if (operation.layout().requests() == null) {
            return Map.of();
        }
        if (!requests.containsKey(items.get(0).request())
                || !requests.containsKey(items.get(items.size() - 1).request())) {
            requests = stores.requests().withItems(drop.key(), items.get(0).request(), REQUESTS).stream()
                    .collect(Collectors.toUnmodifiableMap(Request::index, Function.identity()));
        }
        return requests;
    }

    /** Where a content lies: in the drop's folder, unless an equal one was stored before. */
    Path place(Content.Present content) {
        Path own = folder.path().resolve(content.place());
        Path stored = stores.vault().path(content.fingerprint());
        return Files.exists(own) ? own : stored;
    }

    /** The inline content of a failed item exists nowhere else; its sender gets it back with the corrections. */
    static boolean failedInline(StagedItem item, ItemResult result) {
        Content.Present content = item.content();
        return !result.succeeded() && content != null && content.place().startsWith("inline/");
    }

    /**
     * Stores the results, in the caller's transaction.
     *
     * @param results one for each item of the batch, in the same order
     * @param keepContent which items' contents are kept with their results
     * @throws IOException when a content cannot be stored
     */
    void store(Batch batch, List<ItemResult> results, BiPredicate<StagedItem, ItemResult> keepContent)
            throws IOException {
        if (results.size() != batch.items().size()) {
            throw new IllegalStateException(operation.name() + " gave " + results.size() + " results for "
                    + batch.items().size() + " items");
        }
        stores.results().insert(drop.key(), step.getId(), batch.now(), keepContents(batch, results, keepContent));
        LOG.debug("{}: batch of {} written", drop.name(), batch.items().size());
        stores.progress().written(drop.key(), batch.items().size());
    }

    /** Waits until all that the vault was given is on disk there. */
    void settleContents() throws IOException {
        stores.vault().settle();
    }

    private List<ItemResult> keepContents(
            Batch batch, List<ItemResult> results, BiPredicate<StagedItem, ItemResult> keepContent) throws IOException {
        List<ItemResult> kept = new ArrayList<>();
        List<Vault.Incoming> contents = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            ItemResult result = results.get(i);
            StagedItem item = batch.items().get(i);
            Content.Present content = item.content();
            if (content != null && keepContent.test(item, result)) {
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
