package io.nightdrop.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTests {

    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        thread.shutdown();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 20, 105})
    void allElementsComeInTheirOrder(int count) {
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        List<Integer> read = new ArrayList<>();
        new ReadAhead<>(thread, numbers.iterator(), 10).forEachRemaining(read::add);
        assertThat(read).isEqualTo(numbers);
    }

    @Test
    void noMoreThanTwoGroupsAreInHand() throws Exception {
        AtomicInteger read = new AtomicInteger();
        Iterator<Integer> endless = Stream.generate(read::incrementAndGet).iterator();
        ReadAhead<Integer> ahead = new ReadAhead<>(thread, endless, 10);
        for (int used = 1; used <= 95; used++) {
            ahead.next();
        }
        thread.submit(() -> {}).get(); // behind what it was told to read
        assertThat(read).as("nine groups are used, one is in use, one in hand").hasValue(110);
    }

    @Test
    void whatGoesWrongIsThrownWhereTheElementIsUsed() {
        Iterator<Integer> failing = Stream.of(1, 2, 3)
                .map(number -> {
                    if (number == 3) {
                        throw new IllegalStateException("gone");
                    }
                    return number;
                })
                .iterator();
        ReadAhead<Integer> ahead = new ReadAhead<>(thread, failing, 2);
        assertThat(ahead.next()).isEqualTo(1);
        assertThat(ahead.next()).isEqualTo(2);
        assertThatIllegalStateException().isThrownBy(ahead::hasNext).withMessage("gone");
    }
}
