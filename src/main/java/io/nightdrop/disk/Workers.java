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
        return start(tasks).results();
    }

    /** Begins them as {@link #all} does, and waits for none. */
    public <T> Work<T> start(List<Callable<T>> tasks) {
        Group<T> group = new Group<>(tasks);
        return new Work<>(
                group, group.threads(count).stream().map(threads::submit).toList());
    }

    /** Tasks that were begun; somebody has to wait for them. */
    public static final class Work<T> {
        private final Group<T> group;
        private final List<Future<Boolean>> threads;

        private Work(Group<T> group, List<Future<Boolean>> threads) {
            this.group = group;
            this.threads = threads;
        }

        /** Waits for them; as {@link #all}. */
        public List<T> results() throws IOException {
            try {
                await();
                return group.results();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while waiting for the disk", interrupted);
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
            }
        }

        /** Nobody wants the results: what has not begun is left. No task is under way any more when this returns. */
        public void leave() {
            group.left = true;
            try {
                await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed); // tasks keep their failures to themselves
            }
        }

        private void await() throws InterruptedException, ExecutionException {
            try {
                for (Future<Boolean> thread : threads) {
                    thread.get();
                }
            } catch (InterruptedException interrupted) {
                threads.forEach(thread -> thread.cancel(true));
                throw interrupted;
            }
        }
    }

    /** The tasks of one call; each of its threads takes the next one until none is left. */
    private static final class Group<T> {
        private final List<FutureTask<T>> tasks;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<ExecutionException> end = new AtomicReference<>();
        private volatile boolean left;

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
            return left || end.get() != null || Thread.currentThread().isInterrupted();
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
