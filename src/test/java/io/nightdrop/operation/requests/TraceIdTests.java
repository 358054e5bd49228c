package io.nightdrop.operation.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The trace id: {@code trc_} and 22 letters or digits, another for each request, the same each time. */
class TraceIdTests {

    private static Drop drop(long key, String fingerprint) {
        return new Drop(
                key,
                "sis",
                "id",
                "m.json",
                fingerprint,
                null,
                "vault",
                DropState.RUNNING,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH,
                null,
                null);
    }

    @Test
    void everyRequestHasItsOwn() {
        List<String> ids = LongStream.range(0, 10_000)
                .mapToObj(index -> TraceId.of(drop(7, "ab"), index))
                .toList();
        assertThat(ids).allSatisfy(id -> assertThat(id).matches("trc_[0-9A-Za-z]{22}"));
        assertThat(ids.stream().collect(Collectors.toSet())).hasSize(10_000);
    }

    @Test
    void itIsMadeOfTheDropAndThePlace() {
        assertThat(TraceId.of(drop(7, "ab"), 3)).isEqualTo(TraceId.of(drop(7, "ab"), 3));
        assertThat(TraceId.of(drop(7, "ab"), 3)).isNotEqualTo(TraceId.of(drop(8, "ab"), 3));
        assertThat(TraceId.of(drop(7, "ab"), 3)).isNotEqualTo(TraceId.of(drop(7, "ac"), 3));
    }
}
