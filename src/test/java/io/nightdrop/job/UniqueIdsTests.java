package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UniqueIdsTests {

    @TempDir
    private Path folder;

    @Test
    void idsThatAreAllDifferentPassInSeveralSlices() throws IOException {
        try (UniqueIds ids = new UniqueIds(folder.resolve("ids.tmp"), 1000)) {
            for (int i = 0; i < 10_500; i++) {
                ids.add("id-" + i, i + 2);
            }
            assertThat(ids.twice()).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anIdThatStandsTwiceFarApartIsNamedWithBothPlaces() throws IOException {
        try (UniqueIds ids = new UniqueIds(folder.resolve("ids.tmp"), 1000)) {
            for (int i = 0; i < 5000; i++) {
                ids.add(i == 4321 ? "id-17" : "id-" + i, i + 2);
            }
            assertThat(ids.twice())
                    .contains(new UniqueIds.Twice("id-17", "item 18 (line 19)", "item 4322 (line 4323)"));
        }
        assertThat(Files.exists(folder.resolve("ids.tmp"))).isFalse();
    }

    @Test
    void idsThatStandThereSeveralTimesAreCountedOnce() throws IOException {
        try (UniqueIds ids = new UniqueIds(folder.resolve("ids.tmp"), 1000)) {
            for (int i = 0; i < 9000; i++) {
                ids.add("id-" + i % 3500, 0);
            }
            assertThat(ids.distinct()).isEqualTo(3500);
        }
        assertThat(folder).isEmptyDirectory();
    }
}
