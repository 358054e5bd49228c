package io.nightdrop.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTests {

    private final AtomicInteger done = new AtomicInteger();

    private int count() {
        return done.incrementAndGet();
    }

    private static Integer failing(IOException failure) throws IOException {
        throw failure;
    }

    @Test
    void resultsComeInTheOrderOfTheTasks() throws IOException {
        List<Callable<Integer>> tasks = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int number = i;
            numbers.add(number);
            tasks.add(() -> number);
        }
        try (Workers workers = new Workers("test", 8)) {
            assertThat(workers.all(tasks)).isEqualTo(numbers);
            assertThat(workers.all(List.<Callable<Integer>>of())).isEmpty();
        }
    }

    @Test
    void asManyAsAllowedRunSideBySide() throws IOException {
        CyclicBarrier all = new CyclicBarrier(8);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Callable<Integer> task = () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            all.await(20, TimeUnit.SECONDS);
            return now.decrementAndGet();
        };
        try (Workers workers = new Workers("test", 8)) {
            workers.all(Collections.nCopies(24, task));
        }
        assertThat(most).hasValue(8);
    }

    @Test
    void aGroupThatHangsHoldsUpNoOther() throws Exception {
        CountDownLatch hanging = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService callers = Executors.newSingleThreadExecutor();
        try (Workers workers = new Workers("test", 2)) {
            Callable<Integer> hangs = () -> {
                hanging.countDown();
                end.await();
                return count();
            };
            Future<List<Integer>> slow = callers.submit(() -> workers.all(List.of(hangs, hangs, hangs)));
            hanging.await();

            assertThat(workers.all(List.of(this::count, this::count))).containsExactlyInAnyOrder(1, 2);

            end.countDown();
            assertThat(slow.get()).hasSize(3);
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void afterAFailureThatIsNotOfOneFileTheRestIsLeft() {
        IOException away = new IOException("the server is away");
        try (Workers workers = new Workers("test", 1)) {
            assertThatThrownBy(() -> workers.all(List.of(this::count, () -> failing(away), this::count)))
                    .isSameAs(away);
        }
        assertThat(done).hasValue(1);
    }

    @Test
    void aFailureOfOneFileIsThrownWhenTheOthersAreDone() {
        IOException first = new NoSuchFileException("first");
        try (Workers workers = new Workers("test", 1)) {
            assertThatThrownBy(() -> workers.all(List.of(
                            () -> failing(first), this::count, () -> failing(new NoSuchFileException("second")))))
                    .isSameAs(first);
        }
        assertThat(done).hasValue(1);
    }

    @Test
    void whatEndsAGroupIsThrownAlsoWhenAFileFailedBefore() {
        IOException away = new IOException("the server is away");
        try (Workers workers = new Workers("test", 1)) {
            assertThatThrownBy(() -> workers.all(
                            List.of(() -> failing(new NoSuchFileException("file")), () -> failing(away), this::count)))
                    .isSameAs(away);
        }
        assertThat(done).hasValue(0);
    }

    @Test
    void whatWasBegunAndIsLeftIsOverWhenThatReturns() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Callable<Integer> task = () -> {
            begun.countDown();
            end.await();
            return count();
        };
        try (Workers workers = new Workers("test", 2)) {
            Workers.Work<Integer> work = workers.start(Collections.nCopies(500, task));
            begun.await();
            Thread leaving = new Thread(work::leave);
            leaving.start();
            while (leaving.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            end.countDown();
            leaving.join();
        }
        assertThat(done).as("those that were under way").hasValue(2);
    }
}
