package io.nightdrop.partner;

import static io.nightdrop.partner.PartnerFixture.JSON;
import static io.nightdrop.partner.PartnerFixture.NOW;
import static io.nightdrop.partner.PartnerFixture.REQUEST_ID;
import static io.nightdrop.partner.PartnerFixture.document;
import static io.nightdrop.partner.PartnerFixture.file;
import static io.nightdrop.partner.PartnerFixture.object;
import static io.nightdrop.partner.PartnerFixture.pearsana;
import static io.nightdrop.partner.PartnerFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PearsanaRequestTests {

    private static final int TEN_MIB = 10 * 1024 * 1024;

    @TempDir
    private Path folder;

    private final PartnerApi api = pearsana();

    private OutgoingRequest request(SentItem... items) {
        return api.compose(List.of(items), REQUEST_ID, NOW);
    }

    private static JsonNode body(OutgoingRequest request) throws IOException {
        byte[] body = written(request);
        assertThat(body).hasSize((int) request.contentLength());
        return JSON.readTree(body);
    }

    /** Contracts B5. */
    @Test
    void theContractsOwnSampleIsWhatIsSent() throws IOException {
        JsonNode sample = JSON.readTree("""
                {"items":[
                 {"itemId":"t-1","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA",
                  "file":"JVBERi0xLjQKJSVFT0YK","filename":"diploma.pdf"},
                 {"itemId":"t-2","externalReference":{"namespace":"LMS","externalId":"L-12"},"documentType":"HONOR_ROLL",
                  "file":"aGVsbG8gdHJhbnNjcmlwdAo=","verificationIntent":"attest","attestationReferenceId":"ATT-9",
                  "metadata":{"term":"2026-1"},"partnerReferenceId":"P-5"}]}""");
        List<SentItem> items = new ArrayList<>();
        for (JsonNode item : sample.path("items")) {
            ObjectNode fields = ((ObjectNode) item).deepCopy();
            byte[] content = Base64.getDecoder().decode(fields.remove("file").stringValue());
            Path file = file(folder, "c" + items.size(), content);
            ContentFacts facts = ContentFacts.of(file);
            items.add(new SentItem(
                    items.size(),
                    "",
                    item.path("itemId").stringValue(),
                    fields,
                    file,
                    facts.size(),
                    facts.fingerprint()));
        }
        OutgoingRequest request = api.compose(items, REQUEST_ID, NOW);
        assertThat(body(request)).isEqualTo(sample);
        assertThat(request.path()).isEqualTo("/v1/documents:submitBatch");
        assertThat(request.headers())
                .isEqualTo(Map.of(
                        "Content-Type", "application/json",
                        "X-API-Version", "2026-01-30",
                        "X-Request-Id", "8f14e45f-ceea-467f-a5d2-0123456789ab"));
        assertThat(written(request)).as("written again").isEqualTo(written(request));
    }

    /** P-27. */
    @Test
    void onlyWhatTheApiKnowsIsSent() throws IOException {
        Path content = file(folder, "c", new byte[] {1});
        SentItem item = document(0, "a", content, """
                "sha256":"00","student":"Ana","file":null,"filename":null,"verificationIntent":" ","partnerReferenceId":"",
                "metadata":{"a":{"b":[1,2.50,null]}},"verificationMetadata":{},
                "externalReference":{"namespace":"SIS","externalId":"007","name":"Ana"}""");
        assertThat(body(request(item)).path("items").path(0)).isEqualTo(object("""
                {"itemId":"a","externalReference":{"namespace":"SIS","externalId":"007"},"documentType":"DIPLOMA",
                 "file":"AQ==","verificationMetadata":{},"metadata":{"a":{"b":[1,2.50,null]}}}"""));
        assertThat(item.fields().has("sha256")).as("the item is not changed").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 2, 3, 4, 5, 6, 3 * 1024, 48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, 96 * 1024, 100_000, TEN_MIB
            })
    void theLengthIsKnownBeforehandAndTheContentArrives(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        JsonNode sent = body(request(document(0, "a", file(folder, "c", content), "")));
        String file = sent.path("items").path(0).path("file").stringValue();
        assertThat(Base64.getDecoder().decode(file)).isEqualTo(content);
        assertThat(file).isEqualTo(Base64.getEncoder().encodeToString(content));
    }

    @Test
    void namesOfAnyKindArriveAsTheyAre() throws IOException {
        Path content = file(folder, "c", new byte[] {1, 2});
        String name = "Zeugnis \"Ä\" \\ \b\f\n\r\t\u0001\u007f\u2028\u00e9\u4e2d\ud83d\ude00/x.pdf";
        SentItem item = document(0, "id-\"\u0002-\u00df", content, "\"filename\":" + JSON.writeValueAsString(name));
        JsonNode sent = body(request(item)).path("items").path(0);
        assertThat(sent.path("filename").stringValue()).isEqualTo(name);
        assertThat(sent.path("itemId").stringValue()).isEqualTo("id-\"\u0002-\u00df");
    }

    /** 25 items of 10 MiB are about 333 MiB of body. */
    @Test
    void aLargeBodyIsWrittenInSmallPieces() throws IOException {
        Path content = file(folder, "c", new byte[TEN_MIB]);
        SentItem one = document(0, "0", content, "");
        List<SentItem> items = IntStream.range(0, 25)
                .mapToObj(i -> new SentItem(
                        i,
                        "",
                        "" + i,
                        one.fields().deepCopy().put("itemId", "" + i),
                        content,
                        one.size(),
                        one.sha256()))
                .toList();
        OutgoingRequest request = api.compose(items, REQUEST_ID, NOW);
        long[] all = {0};
        int[] largest = {0};
        request.writeTo(new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("byte by byte");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                all[0] += length;
                largest[0] = Math.max(largest[0], length);
            }
        });
        assertThat(all[0]).isEqualTo(request.contentLength()).isGreaterThan(25L * TEN_MIB / 3 * 4);
        assertThat(largest[0]).isEqualTo(64 * 1024);
    }

    @Test
    void aContentThatIsNotWhatWasCheckedBreaksTheRequestOff() throws IOException {
        for (byte[] changed : new byte[][] {{1, 2}, {1, 2, 3, 4}, {3, 2, 1}, {}}) {
            Path content = file(folder, "c", new byte[] {1, 2, 3});
            OutgoingRequest request = request(document(4, "a", content, ""));
            Files.write(content, changed);
            assertThatThrownBy(() -> written(request))
                    .isInstanceOf(ContentLostException.class)
                    .hasMessageContaining("item 5");
        }
        Path content = file(folder, "ana-costa.pdf", new byte[] {1, 2, 3});
        OutgoingRequest request = request(document(4, "a", content, ""));
        Files.delete(content);
        assertThatThrownBy(() -> written(request))
                .isInstanceOf(ContentLostException.class)
                .hasMessage("The content of item 5 cannot be sent: its file cannot be read (NoSuchFileException)");
    }

    @Test
    void whatIsBrokenOffIsShorterThanWasSaid() throws IOException {
        Path content = file(folder, "c", new byte[] {1, 2, 3});
        OutgoingRequest request = request(document(0, "a", content, ""));
        Files.write(content, new byte[] {3, 2, 1});
        List<byte[]> pieces = new ArrayList<>();
        assertThatThrownBy(() -> request.writeTo(new OutputStream() {
                    @Override
                    public void write(int b) {
                        pieces.add(new byte[] {(byte) b});
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        pieces.add(Arrays.copyOfRange(bytes, offset, offset + length));
                    }
                }))
                .isInstanceOf(ContentLostException.class);
        String sent = pieces.stream()
                .map(piece -> new String(piece, StandardCharsets.UTF_8))
                .reduce("", String::concat);
        assertThat(sent).endsWith("\"file\":\"AwIB").hasSizeLessThan((int) request.contentLength());
    }

    @Test
    void nobodysDataIsPrinted() throws IOException {
        SentItem item = document(0, "a", file(folder, "c", new byte[] {1}), "\"filename\":\"ana-costa.pdf\"");
        assertThat(item + " " + request(item)).doesNotContain("ana-costa", "S-77", REQUEST_ID.toString());
    }

    @Test
    void aRequestThatCannotBeIsOurOwnMistake() throws IOException {
        SentItem item = document(0, "a", file(folder, "c", new byte[] {1}), "");
        assertThatThrownBy(() -> request()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> request(item, item)).isInstanceOf(IllegalStateException.class);
        SentItem noType = document("b");
        noType.fields().remove("documentType");
        assertThatThrownBy(() -> request(noType)).isInstanceOf(IllegalStateException.class);
    }

    private List<SentItem> sized(int[] sizes) {
        return IntStream.range(0, sizes.length)
                .mapToObj(i -> {
                    ObjectNode fields = document("item-" + i).fields();
                    return new SentItem(i, "", "item-" + i, fields, folder, sizes[i], null);
                })
                .toList();
    }

    /** Bodies are cut as large as they may be, and never larger unless one item alone is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyListIsCutIntoTheFewestRequestsInOrder(long seed) {
        Random random = new Random(seed);
        int[] sizes = random.ints(random.nextInt(1, 200), 0, 5_000).toArray();
        int mostItems = random.nextInt(1, 40);
        long mostBytes = random.nextInt(100, 30_000);
        List<SentItem> ahead = sized(sizes);
        while (!ahead.isEmpty()) {
            int count = api.cut(ahead, mostItems, mostBytes);
            assertThat(count).isBetween(1, Math.min(25, mostItems));
            long length = api.compose(ahead.subList(0, count), REQUEST_ID, NOW).contentLength();
            if (count > 1) {
                assertThat(length).isLessThanOrEqualTo(mostBytes);
            }
            if (count < ahead.size() && count < Math.min(25, mostItems)) {
                assertThat(api.compose(ahead.subList(0, count + 1), REQUEST_ID, NOW)
                                .contentLength())
                        .isGreaterThan(mostBytes);
            }
            ahead = ahead.subList(count, ahead.size());
        }
        assertThat(api.cut(List.of(), mostItems, mostBytes)).isZero();
    }

    @Test
    void aBodyMayBeExactlyAsLongAsAllowed() {
        List<SentItem> items = sized(new int[] {10, 20, 30});
        long two = api.compose(items.subList(0, 2), REQUEST_ID, NOW).contentLength();
        assertThat(api.cut(items, 25, two)).isEqualTo(2);
        assertThat(api.cut(items, 25, two - 1)).isEqualTo(1);
        assertThat(api.cut(items, 25, 1)).isEqualTo(1);
        assertThat(api.cut(items, 2, Long.MAX_VALUE)).isEqualTo(2);
    }

    @Test
    void oneIdStandsInARequestOnce() {
        assertThat(api.cut(List.of(document("a"), document("b"), document("a"), document("c")), 25, 1 << 20))
                .isEqualTo(2);
    }

    @Test
    void anItemThatIsTooLargeAloneFails() {
        Reply.TooLarge reply = api.tooLarge(60_000_000, 52_428_800);
        assertThat(reply.code()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(reply.message()).contains("60000000", "nightdrop.partners.pearsana-prod.max-body-size", "52428800");
    }
}
