package io.nightdrop.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.manifest.InlineContent.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictBase64Tests {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 49151, 49152, 49153, 98304, 1_000_000})
    void contentsOfAnyLengthComeBack(int length) throws IOException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Verdict verdict = decode(Base64.getEncoder().encodeToString(content), out, length);

        assertThat(verdict).isEqualTo(Verdict.DECODED);
        assertThat(out.toByteArray()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AA",
                "AAA",
                "A",
                "AB==",
                "AAB=",
                "AA==AA==",
                "AAAA\n",
                "AA\nAA",
                "data:;base64,AAAA",
                "A-_A",
                "====",
                " AAAA"
            })
    void anythingButTheCanonicalFormIsRefused(String text) throws IOException {
        assertThat(decode(text, OutputStream.nullOutputStream(), 1000)).isEqualTo(Verdict.NOT_BASE64);
    }

    @Test
    void paddingInTheMiddleOfALongTextIsRefused() throws IOException {
        String half = Base64.getEncoder().encodeToString(new byte[49151]);
        assertThat(decode(half + half, OutputStream.nullOutputStream(), 1 << 20))
                .isEqualTo(Verdict.NOT_BASE64);
    }

    @Test
    void aContentOverTheLimitIsTooLarge() throws IOException {
        assertThat(decode("AAAA", OutputStream.nullOutputStream(), 2)).isEqualTo(Verdict.TOO_LARGE);
    }

    private static Verdict decode(String text, OutputStream out, long limit) throws IOException {
        return StrictBase64.decode(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), out, limit);
    }
}
