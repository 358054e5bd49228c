package io.nightdrop.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that wait for the disk or for a server side by side: many fsyncs at once take little longer than one. Each group of tasks
 * has threads of its own, so that one that hangs holds up no other.
 */
public final class Workers implements AutoCloseable {

    private final ExecutorService threads;
    private final int count;

    /** So many daemon threads of that name for each group. */
    public Workers(String name, int count) {
        this.count = count;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Does all tasks and waits for them. A {@link FileSystemException} is about one file, and the others are done nevertheless. Any other
     * failure may be everybody's, such as a server that is away: what has not begun by then is left.
     *
     * @return their results, in the tasks' order
     * @throws IOException the failure that ended the group, else the first of the others; no task is under way any more
     */
    public <T> List<T> all(List<Callable<T>> tasks) throws IOException {
        Group<T> group = new Group<>(tasks);
        try {
            for (Future<Boolean> ended : threads.invokeAll(group.threads(count))) {
                ended.get();
            }
            return group.results();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the disk", interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
        }
    }

    /** The tasks of one call; each of its threads takes the next one until none is left. */
    private static final class Group<T> {
        private final List<FutureTask<T>> tasks;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<ExecutionException> end = new AtomicReference<>();

        Group(List<Callable<T>> tasks) {
            this.tasks = tasks.stream().map(FutureTask::new).toList();
        }

        List<Callable<Boolean>> threads(int most) {
            return Collections.nCopies(Math.min(most, tasks.size()), this::work);
        }

        private boolean work() throws InterruptedException {
            for (int i = next.getAndIncrement(); i < tasks.size() && !isOver(); i = next.getAndIncrement()) {
                tasks.get(i).run();
                try {
                    tasks.get(i).get();
                } catch (ExecutionException failed) {
                    if (!(failed.getCause() instanceof FileSystemException)) {
                        end.compareAndSet(null, failed);
                    }
                }
            }
            return true;
        }

        private boolean isOver() {
            return end.get() != null || Thread.currentThread().isInterrupted();
        }

        List<T> results() throws ExecutionException, InterruptedException {
            if (end.get() != null) {
                throw end.get();
            }
            List<T> results = new ArrayList<>(tasks.size());
            for (FutureTask<T> task : tasks) {
                results.add(task.get());
            }
            return results;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
