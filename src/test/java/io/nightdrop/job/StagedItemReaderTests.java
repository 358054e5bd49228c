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

class StagedItemReaderTests {

    @TempDir
    private Path folder;

    private StagedItems staged(long count) throws IOException {
        StagedItems items = new StagedItems(folder);
        try (StagedItems.Writer writer = items.writer()) {
            for (long i = 0; i < count; i++) {
                writer.add(new StagedItem(i, 0, "i" + i, JsonNodeFactory.instance.objectNode(), null, null, null));
            }
            writer.finish();
        }
        return items;
    }

    private StagedItemReader opened(long count, Slices slices) throws IOException {
        StagedItemReader reader = new StagedItemReader(staged(count), () -> slices);
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
