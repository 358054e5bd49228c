package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nightdrop.operation.StagedItem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class StagedItemReaderTests {

    @TempDir
    private Path folder;

    private StagedItems staged(long count) throws IOException {
        return staged(count, 1);
    }

    private StagedItems staged(long count, int length) throws IOException {
        StagedItems items = new StagedItems(folder);
        try (StagedItems.Writer writer = items.writer()) {
            for (long i = 0; i < count; i++) {
                ObjectNode fields = JsonNodeFactory.instance.objectNode().put("name", "x".repeat(length));
                writer.add(new StagedItem(i, 0, "i" + i, fields, null, null, null));
            }
            writer.finish();
        }
        return items;
    }

    private StagedItemReader opened(long count, Slices slices) throws IOException {
        return opened(staged(count), slices);
    }

    private static StagedItemReader opened(StagedItems items, Slices slices) {
        StagedItemReader reader = new StagedItemReader(() -> items, () -> slices);
        reader.open(new ExecutionContext());
        return reader;
    }

    @ParameterizedTest
    @CsvSource({"0, 500", "1, 500", "24, 25", "25, 25", "250, 500", "251, 500", "1010, 500", "760, 300"})
    void eachItemIsGivenOnceInItsOrderAndIsAmongThoseInHand(long count, int slice) throws IOException {
        StagedItemReader reader = opened(count, new Slices(count, new BitSet(), slice));
        List<Long> given = new ArrayList<>();
        for (StagedItem item = reader.read(); item != null; item = reader.read()) {
            given.add(item.index());
            assertThat(reader.inHand()).contains(item).hasSizeLessThanOrEqualTo(250);
            assertThat(reader.inHand().get(0).index() % 25).isZero();
        }
        assertThat(given).isEqualTo(LongStream.range(0, count).boxed().toList());
        assertThat(reader.read()).as("after the last").isNull();
        reader.close();
    }

    @Test
    void longItemsAreReadTogetherByTheBatch() throws IOException {
        StagedItemReader reader = opened(staged(110, 20_000), new Slices(110, new BitSet(), 500));
        List<Integer> together = new ArrayList<>();
        for (StagedItem item = reader.read(); item != null; item = reader.read()) {
            if (item.index() % 25 == 0) {
                together.add(reader.inHand().size());
            }
        }
        assertThat(together).containsExactly(25, 25, 25, 25, 10);
        reader.close();
    }

    @Test
    void whatHasItsResultsIsNotReadAgain() throws IOException {
        BitSet written = new BitSet();
        written.set(0, 2);
        written.set(3);
        StagedItemReader reader = opened(110, new Slices(110, written, 500));
        List<Long> given = new ArrayList<>();
        for (StagedItem item = reader.read(); item != null; item = reader.read()) {
            given.add(item.index());
        }
        assertThat(given)
                .isEqualTo(LongStream.concat(LongStream.range(50, 75), LongStream.range(100, 110))
                        .boxed()
                        .toList());
        reader.close();
    }

    @Test
    void aFileThatEndsTooEarlyIsNoEndOfTheDrop() throws IOException {
        StagedItemReader reader = opened(30, new Slices(40, new BitSet(), 500));
        assertThatIllegalStateException().isThrownBy(reader::read).withMessageContaining("10");
        reader.close();
    }
}
