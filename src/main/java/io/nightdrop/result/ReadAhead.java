package io.nightdrop.result;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Has another thread read an iterator while what was read before is used: one group of elements is in use, and one in hand. What goes
 * wrong there is thrown here.
 */
final class ReadAhead<T> implements Iterator<T> {

    private final Executor thread;
    private final Iterator<T> source;
    private final int size;
    private Iterator<T> group = List.<T>of().iterator();
    private CompletableFuture<List<T>> next;

    /**
     * Begins at once.
     *
     * @param size of a group
     */
    ReadAhead(Executor thread, Iterator<T> source, int size) {
        this.thread = thread;
        this.source = source;
        this.size = size;
        this.next = read();
    }

    private CompletableFuture<List<T>> read() {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<T> elements = new ArrayList<>(size);
                    while (elements.size() < size && source.hasNext()) {
                        elements.add(source.next());
                    }
                    return elements;
                },
                thread);
    }

    @Override
    public boolean hasNext() {
        if (!group.hasNext()) {
            List<T> elements = await(next);
            if (!elements.isEmpty()) {
                next = read();
            }
            group = elements.iterator();
        }
        return group.hasNext();
    }

    private static <T> List<T> await(CompletableFuture<List<T>> group) {
        try {
            return group.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException failure ? failure : failed;
        }
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return group.next();
    }
}
