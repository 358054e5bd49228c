package io.nightdrop.job;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;

/** Tells whoever watches a drop how many more of its items were written. */
@Component
class RunProgress {

    private final Map<Long, LongConsumer> watchers = new ConcurrentHashMap<>();

    void watch(long dropKey, LongConsumer watcher) {
        watchers.put(dropKey, watcher);
    }

    void forget(long dropKey) {
        watchers.remove(dropKey);
    }

    void written(long dropKey, int items) {
        LongConsumer watcher = watchers.get(dropKey);
        if (watcher != null) {
            watcher.accept(items);
        }
    }
}
