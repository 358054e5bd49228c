package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerAnswerTests {

    @Test
    void headersAreFoundInAnyCase() {
        PartnerAnswer answer = PartnerFixture.answer(200, "{}", "x-request-ID: r-1");
        assertThat(answer.header("X-Request-Id")).hasValue("r-1");
        assertThat(answer.header("X-Other")).isEmpty();
    }

    @Test
    void aBodyIsReadUpToALimit() {
        byte[] most = new byte[PartnerAnswer.MAX_BODY];
        PartnerAnswer whole = PartnerAnswer.read(200, Map.of(), new ByteArrayInputStream(most), PartnerFixture.NOW);
        assertThat(whole.brokeOff()).isEmpty();
        assertThat(whole.body()).hasSize(most.length);

        byte[] more = new byte[PartnerAnswer.MAX_BODY + 1];
        PartnerAnswer endless = PartnerAnswer.read(200, Map.of(), new ByteArrayInputStream(more), PartnerFixture.NOW);
        assertThat(endless.brokeOff()).hasValue("longer than 2097152 bytes");
    }

    @Test
    void aBodyThatIsCutIsKnown() {
        InputStream half = new ByteArrayInputStream("{\"results\":[".getBytes(StandardCharsets.UTF_8));
        InputStream reset = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
        InputStream cut = new SequenceInputStream(half, reset);
        PartnerAnswer answer = PartnerAnswer.read(201, Map.of(), cut, PartnerFixture.NOW);
        assertThat(answer.brokeOff().orElseThrow()).contains("connection reset");
        assertThat(AnswerBody.of(answer)).isEmpty();
        assertThat(AnswerBody.defect(answer)).contains("broke off", "connection reset");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "{\"results\":[",
                "{\"results\":[]} {}",
                "{\"results\":[],\"results\":[]}",
                "<html></html>",
                "{'a':1}",
                "{\"a\":NaN}",
                "\u0000"
            })
    void aBodyThatIsNoObjectIsNotRead(String body) {
        assertThat(AnswerBody.of(PartnerFixture.answer(200, body))).isEmpty();
    }

    @Test
    void aBodyThatIsNestedWithoutEndIsNotRead() {
        assertThat(AnswerBody.of(PartnerFixture.answer(200, "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000))))
                .isEmpty();
    }

    @Test
    void aSecretThatThePartnerTellsBackIsMasked() {
        PartnerAnswer answer = PartnerFixture.answer(401, "{\"é\":\"Bearer tok-0123456789\"}", "X-Echo: tok-0123456789")
                .without(List.of("tok-0123456789", "short"));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"é\":\"Bearer ***\"}");
        assertThat(answer.header("x-echo")).hasValue("***");
        assertThat(answer.toString()).isEqualTo("PartnerAnswer[status=401, body=19 bytes]");
    }
}
