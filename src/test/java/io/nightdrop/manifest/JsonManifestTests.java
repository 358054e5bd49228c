package io.nightdrop.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.manifest.InlineContent.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests in JSON and in JSON Lines, which share their reading of an item. */
class JsonManifestTests {

    private static final Layout LAYOUT =
            new Layout("letters:send", "letters", Set.of("id", "note", "file"), List.of(), Set.of(), "file");
    private static final Layout OTHER = new Layout("stamps:buy", "stamps", Set.of("price"), List.of(), Set.of(), null);

    private static final String ABC = "YWJj";

    @TempDir
    Path folder;

    private final List<ManifestItem> items = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();

    // What is read

    @Test
    void itemsComeInTheirOrderWithTheirPlaces() throws IOException {
        read("{\"letters\":[{\"id\":\"a\"},\n  {\"id\":\"b\"}]}");

        assertThat(items).extracting(ManifestItem::index).containsExactly(0L, 1L);
        assertThat(items)
                .extracting(item -> item.fields().toString())
                .containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
        assertThat(items).extracting(ManifestItem::position).containsExactly(new Position(1, 13), new Position(2, 3));
    }

    @Test
    void everyKindOfValueIsKept() throws IOException {
        read("{\"letters\":[{\"note\":{\"a\":[1,-2.50,true,false,null,\"\\u00e9\\n\"],\"b\":{}}}]}");

        assertThat(items.get(0).fields().toString())
                .isEqualTo("{\"note\":{\"a\":[1,-2.50,true,false,null,\"\u00e9\\n\"],\"b\":{}}}");
    }

    @Test
    void numbersAreKeptDigitByDigit() throws IOException {
        read(
                "{\"letters\":[{\"a\":123456789012345678901234567890,\"b\":0.1234567890123456789012345,\"c\":1e1000000000}]}");

        assertThat(items.get(0).fields().toString())
                .isEqualTo(
                        "{\"a\":123456789012345678901234567890,\"b\":0.1234567890123456789012345,\"c\":1E+1000000000}");
    }

    @Test
    void whatStandsBesideTheItemsIsReadOver() throws IOException {
        read("{\"from\":{\"x\":[1,{}]},\"letters\":[{\"id\":\"a\"}],\"to\":[\"x\"],\"n\":1}");

        assertThat(items).hasSize(1);
    }

    @Test
    void theErrorOfACorrectionsFileIsReadOver() throws IOException {
        readLines("{\"id\":\"a\",\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"m\"}}");

        assertThat(items.get(0).fields().toString()).isEqualTo("{\"id\":\"a\"}");
    }

    @Test
    void theHandlerCanEndTheReading() throws IOException {
        Manifest manifest = manifest("m.json", "{\"letters\":[{\"id\":\"a\"},{\"id\":\"b\"},oops".getBytes(UTF_8));

        Optional<Defect> defect = manifest.read(LAYOUT, item -> {
            items.add(item);
            return false;
        });

        assertThat(defect).isEmpty();
        assertThat(items).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\n\n\r\n \t\n"})
    void linesEndInAnyWayAndBlankOnesDoNotCount(String end) throws IOException {
        readLines("{\"id\":\"a\"}" + end + "{\"id\":\"b\"}" + end);

        assertThat(items)
                .extracting(item -> item.fields().path("id").asString())
                .containsExactly("a", "b");
        assertThat(items.get(1).position().line()).isEqualTo(end.strip().isEmpty() && end.length() > 2 ? 5 : 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.json", "m.jsonl"})
    void aByteOrderMarkIsReadOverAndTheContentBehindItIsFound(String name) throws IOException {
        String item = "{\"id\":\"a\",\"file\":\"" + ABC + "\"}";
        String text = name.equals("m.json") ? "{\"letters\":[" + item + "]}" : item;

        assertThat(read(name, ("\uFEFF" + text).getBytes(UTF_8))).isNull();

        assertThat(contents).containsExactly("DECODED abc");
    }

    // Which operation it is

    @Test
    void theKeyOfTheListTellsTheOperationWhereverItStands() throws IOException {
        assertThat(recognised("m.json", "{\"x\":{\"stamps\":[]},\"letters\":[]}"))
                .contains(LAYOUT);
        assertThat(recognised("m.json", "{\"stamps\":3}")).contains(OTHER);
        assertThat(recognised("m.json", "{\"other\":[]}")).isEmpty();
        assertThat(recognised("m.json", "[]")).isEmpty();
        assertThat(recognised("m.json", "{\"letters")).isEmpty();
        assertThat(recognised("m.json", "")).isEmpty();
    }

    @Test
    void theKeysOfTheFirstLineTellTheOperation() throws IOException {
        assertThat(recognised("m.jsonl", "{\"x\":1,\"price\":1}")).contains(OTHER);
        assertThat(recognised("m.jsonl", "{\"price\":1,\"id\":\"a\",\"note\":[{\"price\":1}]}\n{\"price\":1}"))
                .contains(LAYOUT);
        assertThat(recognised("m.jsonl", "{\"x\":1}\n{\"price\":1}")).isEmpty();
        assertThat(recognised("m.jsonl", "[{\"price\":1}]")).isEmpty();
        assertThat(recognised("m.jsonl", "")).isEmpty();
    }

    // Content

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"file\":\"YWJj\",\"id\":\"a\",\"note\":{\"x\":1}}",
                "{\"id\":\"a\",\"file\":\"YWJj\",\"note\":{\"x\":1}}",
                "{\"id\":\"a\",\"note\":{\"x\":1},\"file\":\"YWJj\"}",
                "{ \"id\" : \"a\" , \"note\":{\"x\":1},\n \"file\"  :\n  \"YWJj\" }",
                "{\"\\u0066ile\":\"YWJj\",\"id\":\"a\",\"note\":{\"x\":1}}"
            })
    void contentStandsAnywhereInItsItemAndIsNoField(String item) throws IOException {
        read("{\"letters\":[" + item + "," + item + "]}");

        assertThat(contents).containsExactly("DECODED abc", "DECODED abc");
        assertThat(items.get(1).fields().toString()).isEqualTo("{\"id\":\"a\",\"note\":{\"x\":1}}");
    }

    @Test
    void contentBehindLettersOfSeveralBytesIsFound() throws IOException {
        read("{\"letters\":[{\"id\":\"\u00e9\u6587\uD83D\uDCC4\",\"file\":\"" + ABC + "\"}]}");

        assertThat(contents).containsExactly("DECODED abc");
    }

    @Test
    void contentDeeperInAnItemIsAFieldLikeAnyOther() throws IOException {
        read("{\"letters\":[{\"note\":{\"file\":\"" + ABC + "\"}}]}");

        assertThat(contents).containsExactly("none");
        assertThat(items.get(0).fields().toString()).isEqualTo("{\"note\":{\"file\":\"YWJj\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "[\"YWJj\"]", "{\"a\":\"YWJj\"}"})
    void contentThatIsNoStringIsAFieldLikeAnyOther(String value) throws IOException {
        read("{\"letters\":[{\"file\":" + value + "}]}");

        assertThat(contents).containsExactly("none");
        assertThat(items.get(0).fields().toString()).isEqualTo("{\"file\":" + value + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "YWJj | DECODED abc",
                "\\u0059\\u0057Jj | DECODED abc",
                "Pz8\\/ | DECODED ???",
                "Pj4\\u002b | DECODED >>>",
                "Y\\u0057Jj\\u0059\\u0057\\u004a\\u006a | DECODED abcabc",
                "YW\\nJj | NOT_BASE64",
                "YWJj\\n | NOT_BASE64",
                "YWJj\\u0000 | NOT_BASE64",
                "YW\\u00e9j | NOT_BASE64",
                "YW\\ud800 | NOT_BASE64",
                "YW\\b\\f | NOT_BASE64",
                "YW\\\\j | NOT_BASE64",
                "YW\\\"j | NOT_BASE64",
                "YW\u00e9 | NOT_BASE64",
                "YWI | NOT_BASE64",
                "YWJ= | NOT_BASE64",
                "YWI=YWI= | NOT_BASE64"
            })
    void escapesInAContentAreResolved(String text, String content) throws IOException {
        assertThat(read("{\"letters\":[{\"file\":\"" + text + "\",\"id\":\"a\"}]}"))
                .isNull();

        assertThat(contents).containsExactly(content);
    }

    @Test
    void anEmptyContentIsDecodedToNothing() throws IOException {
        read("{\"letters\":[{\"file\":\"\",\"note\":\"x\"}]}");

        assertThat(contents).containsExactly("DECODED ");
    }

    @Test
    void aContentThatIsLargerThanABufferComesWhole() throws IOException {
        String text = "0123456789abcdef".repeat(20_000);
        String base64 = Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));

        read("{\"letters\":[{\"file\":\"" + base64 + "\"},{\"file\":\"" + base64.replace("M", "\\u004d") + "\"}]}");

        assertThat(contents).containsExactly("DECODED " + text, "DECODED " + text);
    }

    @Test
    void aContentOverTheLimitIsTooLarge() throws IOException {
        String base64 = Base64.getEncoder().encodeToString(new byte[1_000_001]);

        read("{\"letters\":[{\"file\":\"" + base64 + "\"}]}");

        assertThat(contents).containsExactly("TOO_LARGE");
    }

    @Test
    void contentDoesNotCountForTheSizeOfAnItem() throws IOException {
        String base64 = Base64.getEncoder().encodeToString(new byte[600_000]);
        String note = "x".repeat(Manifest.MAX_ITEM_BYTES - 1000);

        assertThat(read("{\"letters\":[{\"file\":\"" + base64 + "\",\"note\":\"" + note + "\",\"n\":1}]}"))
                .isNull();
        assertThat(read("{\"letters\":[{\"note\":\"" + note + "\",\"file\":\"" + base64 + "\",\"n\":1}]}"))
                .isNull();
    }

    // What is refused, and where

    @Test
    void aManifestThatIsCutOffAnywhereIsRefused() throws IOException {
        String whole = "{\"a\":[1],\"letters\":[{\"id\":\"a\",\"file\":\"YWJj\",\"note\":{\"x\":[true,1.5]}}]}";

        for (int length = 1; length < whole.length(); length++) {
            assertThat(read(whole.substring(0, length)))
                    .as(whole.substring(0, length))
                    .startsWith("unreadable JSON at line 1, ");
        }
        assertThat(read(whole)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"letters\":[{\"id\":\"a\"},]} | unreadable JSON at line 1, column 24: ",
                "{\"letters\":[{\"id\":\"a\",}]} | unreadable JSON at line 1, column 23: ",
                "{\"letters\":[{id:\"a\"}]} | unreadable JSON at line 1, column 14: ",
                "{\"letters\":[{'id':\"a\"}]} | unreadable JSON at line 1, column 14: ",
                "{\"letters\":[{\"id\":NaN}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[{\"id\":01}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[/**/]} | unreadable JSON at line 1, column 13: ",
                "{\"letters\":[{\"id\":\"a\tb\"}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[{\"id\":\"\\x\"}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[1]} | item 1 must be an object, at line 1, column 13",
                "{\"letters\":[{},[]]} | item 2 must be an object, at line 1, column 16",
                "{\"letters\":{}} | 'letters' must be an array, at line 1, column 12",
                "{\"letters\":null} | 'letters' must be an array, at line 1, column 12",
                "{\"stamps\":[]} | 'letters' is missing",
                "{} | 'letters' is missing",
                "[] | the manifest must be a JSON object with an array 'letters'",
                "\"letters\" | the manifest must be a JSON object with an array 'letters'",
                "{\"letters\":[]} {} | unreadable JSON: something follows its end at line 1, column 16",
                "{\"letters\":[]}x | unreadable JSON at line 1, column 15: ",
                "{\"letters\":[]}] | unreadable JSON at line 1, column 15: "
            })
    void whatIsWrongIsSaidWithItsPlace(String text, String message) throws IOException {
        assertThat(read(text)).startsWith(message).doesNotContain("tools.jackson", "StreamRead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesAreCountedWhateverEndsThem(String end) throws IOException {
        String text = String.join(end, "{\"letters\":[", "{\"id\":\"a\"},", "{\"id\":oops}]}");

        assertThat(read(text)).startsWith("unreadable JSON at line 3, column ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"letters\":[{\"id\":\"a\",\"id\":\"b\"}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[{\"file\":\"YWJj\",\"file\":\"YWJj\"}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[{\"note\":{\"a\":1,\"\\u0061\":2}}]} | unreadable JSON at line 1, column ",
                "{\"letters\":[],\"letters\":[]} | unreadable JSON at line 1, column ",
                "{\"x\":1,\"x\":2,\"letters\":[]} | unreadable JSON at line 1, column "
            })
    void aKeyThatStandsTwiceIsRefused(String text, String message) throws IOException {
        assertThat(read(text)).startsWith(message).contains("Duplicate Object property");
    }

    @Test
    void nestingGoesTo64Levels() throws IOException {
        String note = "[".repeat(61) + "]".repeat(61);

        assertThat(read("{\"letters\":[{\"note\":" + note + "}]}")).isNull();
        assertThat(read("{\"letters\":[{\"note\":[" + note + "]}]}"))
                .startsWith("unreadable JSON at line 1, column 82: ")
                .contains("nesting depth (65) exceeds the maximum allowed (64)");
        assertThat(read("{\"x\":" + "[".repeat(64) + "]".repeat(64) + ",\"letters\":[]}"))
                .contains("nesting depth (65)");
    }

    @Test
    void anItemIsAtMost256KibibytesLargeBesideItsContent() throws IOException {
        String note = "x".repeat(200 * 1024);

        assertThat(read("{\"letters\":[{\"a\":\"" + note + "\",\"b\":\"" + note + "\",\n\"c\":1}]}"))
                .isEqualTo("an item of more than 262144 bytes beside its content at line 2, column 5");
        assertThat(read("{\"letters\":[{\"a\":\"" + note + "\"},{\"b\":\"" + note + "\"},{\"c\":1}]}"))
                .isNull();
        assertThat(read("{\"letters\":[\n{\"a\":\"" + "x".repeat(256 * 1024 + 1) + "\"}]}"))
                .startsWith("unreadable JSON at line 2, column ")
                .contains("exceeds the maximum allowed (262144)");
    }

    @Test
    void anItemHasAtMostTenThousandValues() throws IOException {
        String most = IntStream.range(0, 9_998).mapToObj(i -> "1").collect(Collectors.joining(","));

        assertThat(read("{\"letters\":[{\"a\":[" + most + "],\"b\":1},{\"a\":[" + most + "],\"b\":1}]}"))
                .isNull();
        assertThat(read("{\"letters\":[{\"a\":[" + most + "],\"b\":1,\n\"c\":1}]}"))
                .isEqualTo("an item of more than 10000 values at line 2, column 5");
    }

    @Test
    void besideTheItemsStandsNotMoreThanOneItemMayHave() throws IOException {
        String many =
                IntStream.range(0, 40_000).mapToObj(i -> "\"k" + i + "\":1,").collect(Collectors.joining());

        assertThat(read("{" + many + "\"letters\":[]}"))
                .startsWith("more than 262144 bytes beside the items at line 1, ");
        assertThat(read("{\"x\":{" + many + "\"y\":1},\"letters\":[]}"))
                .startsWith("more than 262144 bytes beside the items ");
        assertThat(recognised("m.json", "{" + many + "\"letters\":[]}")).isEmpty();
        String letters =
                IntStream.range(0, 40_000).mapToObj(i -> "{\"id\":\"a\"}").collect(Collectors.joining(","));
        assertThat(read("{\"x\":1,\"letters\":[" + letters + "],\"y\":1,\"z\":2}"))
                .isNull();
    }

    @Test
    void namesAndNumbersHaveALength() throws IOException {
        assertThat(read("{\"letters\":[{\"" + "n".repeat(256) + "\":1}]}")).isNull();
        assertThat(read("{\"letters\":[{\"" + "n".repeat(300) + "\":1}]}"))
                .startsWith("unreadable JSON at line 1, column ")
                .contains("maximum allowed (256)");
        assertThat(read("{\"letters\":[{\"n\":" + "9".repeat(100) + "}]}")).isNull();
        assertThat(read("{\"letters\":[{\"n\":" + "9".repeat(101) + "}]}"))
                .startsWith("unreadable JSON at line 1, column ")
                .contains("maximum allowed (100)");
        assertThat(read("{\"letters\":[{\"n\":1e99999999999}]}"))
                .isEqualTo("a number beyond all limits at line 1, column 18");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800"})
    void aTextThatNoDatabaseKeepsIsRefused(String text) throws IOException {
        assertThat(read("{\"letters\":[\n{\"id\":\"" + text + "\"}]}"))
                .isEqualTo("a text with a NUL character or half of a surrogate pair at line 2, column 7");
        assertThat(read("{\"letters\":[\n{\"note\":[{\"a\":\"" + text + "\"}]}]}"))
                .endsWith(" at line 2, column 15");
        assertThat(read("{\"letters\":[\n{\"note\":{\"" + text + "\":1}}]}")).contains(" at line 2, column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"letters\":[\n{\"id\":\"%s\"}]}",
                "{\"letters\":[\n{\"file\":\"%s\"}]}",
                "{\"letters\":[],\n\"x\":\"%s\"}"
            })
    void bytesThatAreNotUtf8AreRefused(String frame) throws IOException {
        for (String bytes : List.of("\u00e9", "\u00ff")) {
            String defect = read("m.json", frame.formatted(bytes).getBytes(ISO_8859_1));

            assertThat(defect)
                    .as(bytes)
                    .startsWith("unreadable JSON at line 2, column ")
                    .contains("UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void anotherEncodingIsRefused(String charset) throws IOException {
        String text = "{\"letters\":[{\"id\":\"a\"}]}";

        assertThat(read("m.json", text.getBytes(charset))).startsWith("the manifest is not UTF-8");
        assertThat(read("m.jsonl", text.getBytes(charset))).startsWith("the manifest is not UTF-8");
    }

    @Test
    void anEmptyManifestIsRefusedAsEmpty() throws IOException {
        assertThat(read("m.json", new byte[0])).isEqualTo("the manifest is empty");
        assertThat(read("m.jsonl", new byte[0])).isEqualTo("the manifest is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a\"} {\"id\":\"b\"} | a second JSON object on one line at line 1, column 12",
                "{\"id\":\"a\"}{} | a second JSON object on one line at line 1, column 11",
                "{\"id\":\"a\"} x | unreadable JSON at line 1, column ",
                "{\"id\":\"a\"}, | unreadable JSON at line 1, column ",
                "[{\"id\":\"a\"}] | each line must be a JSON object, but not at line 1, column 1",
                "{\"id\":\"a\"} 1 | each line must be a JSON object, but not at line 1, column 12",
                "{\"id\":\"a\",\"id\":\"a\"} | unreadable JSON at line 1, column ",
                "{\"id\":\"a\" | unreadable JSON at line 1, column "
            })
    void aLineIsOneObject(String line, String message) throws IOException {
        assertThat(readLines(line)).startsWith(message);
        assertThat(readLines("{}\n\n" + line)).startsWith(message.replace("line 1", "line 3"));
    }

    @Test
    void anObjectDoesNotGoOnOverLines() throws IOException {
        assertThat(readLines("{}\n{\"id\":\n\"a\"}"))
                .isEqualTo("a JSON object that goes on over several lines, from line 2, column 1");
    }

    // How it is read

    private @Nullable String read(String text) throws IOException {
        return read("m.json", text.getBytes(UTF_8));
    }

    private @Nullable String readLines(String text) throws IOException {
        return read("m.jsonl", text.getBytes(UTF_8));
    }

    /** Reads it to its end; the defect's message or null. */
    private @Nullable String read(String name, byte[] bytes) throws IOException {
        items.clear();
        contents.clear();
        return manifest(name, bytes)
                .read(LAYOUT, item -> {
                    items.add(item);
                    contents.add(content(item.content()));
                    return true;
                })
                .map(Defect::message)
                .orElse(null);
    }

    private Optional<Layout> recognised(String name, String text) throws IOException {
        return manifest(name, text.getBytes(UTF_8)).recognise(List.of(OTHER, LAYOUT));
    }

    private Manifest manifest(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        return Manifest.of(
                file, ManifestFormat.of(name).orElseThrow(), Reading.PLAIN, 1_000_000, Manifest.Beside.NOTHING);
    }

    private static String content(@Nullable InlineContent content) throws IOException {
        if (content == null) {
            return "none";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Verdict verdict = Objects.requireNonNull(content.decodeTo(out, 1_000_000));
        return verdict == Verdict.DECODED ? "DECODED " + out.toString(UTF_8) : verdict.name();
    }
}
