package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.job.Slices.Slice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is left of a drop, in slices. */
class SlicesTests {

    private static List<Slice> slices(long items, BitSet written, int size) {
        Slices slices = new Slices(items, written, size);
        List<Slice> all = new ArrayList<>();
        for (Slice next = slices.next(); next != null; next = slices.next()) {
            all.add(next);
        }
        assertThat(all).hasSize(slices.count());
        return all;
    }

    private static BitSet batches(int... written) {
        BitSet batches = new BitSet();
        for (int batch : written) {
            batches.set(batch);
        }
        return batches;
    }

    @Test
    void aNewDropIsCutIntoSlicesInOrder() {
        assertThat(slices(120, batches(), 50))
                .containsExactly(new Slice(0, 50), new Slice(50, 100), new Slice(100, 120));
        assertThat(slices(0, batches(), 50)).isEmpty();
    }

    @Test
    void whatWasWrittenIsLeftOutWhateverTheSlicesWereThen() {
        assertThat(slices(260, batches(0, 1, 5, 6, 7), 100)).containsExactly(new Slice(50, 125), new Slice(200, 260));
        assertThat(slices(260, batches(10), 10_000)).containsExactly(new Slice(0, 250));
    }

    /** Each batch that is left is in exactly one slice, and no other is. */
    @Test
    void nothingIsLeftOutAndNothingComesTwice() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            long items = random.nextInt(2000);
            int all = (int) ((items + 24) / 25);
            BitSet written = new BitSet();
            for (int batch = 0; batch < all; batch++) {
                written.set(batch, random.nextInt(3) > 0);
            }
            BitSet covered = new BitSet();
            int size = 25 * (1 + random.nextInt(6));
            for (Slice slice : slices(items, written, size)) {
                assertThat(slice.from() % 25).isZero();
                assertThat(slice.to() - slice.from()).isBetween(1L, (long) size);
                assertThat(slice.to() % 25 == 0 || slice.to() == items).isTrue();
                for (long batch = slice.from() / 25; batch * 25 < slice.to(); batch++) {
                    assertThat(covered.get((int) batch)).isFalse();
                    covered.set((int) batch);
                }
            }
            written.flip(0, all);
            assertThat(covered).isEqualTo(written);
        }
    }
}
