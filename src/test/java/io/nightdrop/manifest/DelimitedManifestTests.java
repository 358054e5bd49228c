package io.nightdrop.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.manifest.Layout.Column;
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

class DelimitedManifestTests {

    private static final Layout LAYOUT = new Layout(
            "letters:send",
            "letters",
            Set.of("id"),
            List.of(
                    Column.of("letterId", true, "id"),
                    Column.of("address.city", false, "city"),
                    new Column(List.of("page"), List.of("pages", "0", "number"), false),
                    new Column(List.of("title"), List.of("pages", "0", "title"), false),
                    Column.of("file", false)),
            Set.of("metadata"),
            "file");
    private static final Layout OTHER = new Layout(
            "stamps:buy",
            "stamps",
            Set.of("price"),
            List.of(Column.of("price", true), Column.of("id", true)),
            Set.of(),
            null);
    private static final Layout WITHOUT_COLUMNS =
            new Layout("bells:ring", "bells", Set.of("tone"), List.of(), Set.of(), null);

    @TempDir
    Path folder;

    private final List<ManifestItem> items = new ArrayList<>();

    // What is read

    @Test
    void columnsFillFieldsByTheirPaths() throws IOException {
        read("letterId,address.city,page,title,metadata.term,metadata.a.b\n007,Rome,1,One,2024,x\n");

        assertThat(fields())
                .containsExactly(
                        "{\"letterId\":\"007\",\"address\":{\"city\":\"Rome\"},"
                                + "\"pages\":[{\"number\":\"1\",\"title\":\"One\"}],\"metadata\":{\"term\":\"2024\",\"a.b\":\"x\"}}");
    }

    @Test
    void anotherNameOfAColumnServesTooInAnyOrder() throws IOException {
        read("city,id\nRome,1\n");

        assertThat(fields()).containsExactly("{\"address\":{\"city\":\"Rome\"},\"letterId\":\"1\"}");
    }

    @Test
    void anEmptyCellIsAnAbsentFieldAndABlankOneIsNot() throws IOException {
        read("id,city\n1,\n,\n2,\"\"\n3, \n");

        assertThat(fields())
                .containsExactly(
                        "{\"letterId\":\"1\"}",
                        "{}",
                        "{\"letterId\":\"2\"}",
                        "{\"letterId\":\"3\",\"address\":{\"city\":\" \"}}");
    }

    @Test
    void quotedCellsHoldSeparatorsQuotesAndLineEnds() throws IOException {
        read("id,city\n\"a,b\",\"He said \"\"no\"\"\"\n\"x\ny\r\nz\",\"\"\"\"\n");

        assertThat(fields())
                .containsExactly(
                        "{\"letterId\":\"a,b\",\"address\":{\"city\":\"He said \\\"no\\\"\"}}",
                        "{\"letterId\":\"x\\ny\\r\\nz\",\"address\":{\"city\":\"\\\"\"}}");
    }

    @Test
    void tabsSeparateCellsInATsv() throws IOException {
        assertThat(read("m.tsv", "id\tcity\n1,2\tRome\n\"a\tb\"\t\"x\"\"y\"\n".getBytes(UTF_8)))
                .isNull();

        assertThat(fields())
                .containsExactly(
                        "{\"letterId\":\"1,2\",\"address\":{\"city\":\"Rome\"}}",
                        "{\"letterId\":\"a\\tb\",\"address\":{\"city\":\"x\\\"y\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesEndInAnyWayAndAreCounted(String end) throws IOException {
        read(String.join(end, "id,city", "1,Rome", "", "\"2" + end + "2\",Oslo", "3,Bern"));

        assertThat(items).extracting(item -> item.position().toString()).containsExactly("line 2", "line 4", "line 6");
        assertThat(items).extracting(ManifestItem::index).containsExactly(0L, 1L, 2L);
        assertThat(read(String.join(end, "id,city", "1,Rome", "", "2", "")))
                .isEqualTo("line 4 has 1 cells where the header has 2");
    }

    @Test
    void blankLinesDoNotCount() throws IOException {
        read("\n\nid,city\n\n1,Rome\n\n\n");

        assertThat(items).hasSize(1);
    }

    @Test
    void aByteOrderMarkIsReadOver() throws IOException {
        assertThat(read("\uFEFFid\n1\n")).isNull();
        assertThat(read("\uFEFF\"id\"\n1\n")).isNull();
        assertThat(items).hasSize(1);
    }

    @Test
    void contentIsDecodedAndIsNoField() throws IOException {
        String large = Base64.getEncoder().encodeToString(new byte[1000]);
        read("id,file,city\n1,YWJj,Rome\n2,YWI,Rome\n3,,Rome\n4," + large + ",Rome\n");

        assertThat(items)
                .extracting(item -> content(item.content()))
                .containsExactly("DECODED abc", "NOT_BASE64 ", "none", "TOO_LARGE ");
        assertThat(items.get(0).fields().toString()).isEqualTo("{\"letterId\":\"1\",\"address\":{\"city\":\"Rome\"}}");
    }

    @Test
    void theColumnsOfACorrectionsFileAreReadOverAndItsApostrophesTakenOff() throws IOException {
        read("id,city,error.code,error.message\n'=1,'Rome,NOT_FOUND,'-m\n''=1,''x,,\n");

        assertThat(fields())
                .containsExactly(
                        "{\"letterId\":\"=1\",\"address\":{\"city\":\"'Rome\"}}",
                        "{\"letterId\":\"'=1\",\"address\":{\"city\":\"''x\"}}");
        read("id\n'=1\n");
        assertThat(fields()).containsExactly("{\"letterId\":\"'=1\"}");
    }

    @Test
    void theHeaderIsTheSendersOwn() throws IOException {
        assertThat(manifest("m.csv", "\uFEFF\"city\",id\n1,2\n".getBytes(UTF_8)).header())
                .containsExactly("city", "id");
        assertThat(manifest("m.csv", new byte[0]).header()).isEmpty();
        assertThat(manifest("m.csv", "i\u00e9d\n".getBytes(ISO_8859_1)).header())
                .isEmpty();
    }

    @Test
    void theHeaderTellsTheOperation() throws IOException {
        assertThat(recognised("id,city\n")).contains(LAYOUT);
        assertThat(recognised("price,id\n")).contains(OTHER);
        assertThat(recognised("x,y\n")).isEmpty();
        assertThat(recognised("")).isEmpty();
    }

    @Test
    void theHandlerCanEndTheReading() throws IOException {
        Optional<Defect> defect = manifest("m.csv", "id\n1\n2,3\n".getBytes(UTF_8))
                .read(LAYOUT, item -> {
                    items.add(item);
                    return false;
                });

        assertThat(defect).isEmpty();
        assertThat(items).hasSize(1);
    }

    // A header that is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,ctiy | line 1: unknown column 'ctiy'; did you mean 'city'?",
                "id,CITY | line 1: unknown column 'CITY'; did you mean 'city'?",
                "id,adress.city | line 1: unknown column 'adress.city'; did you mean 'address.city'?",
                "id,' city' | line 1: unknown column ' city'; did you mean 'city'?",
                "id, | line 1: unknown column ''; did you mean 'id'?",
                "id;city | line 1: unknown column 'id;city'; did you mean 'city'?",
                "letter_id | line 1: unknown column 'letter_id'; did you mean 'letterId'?",
                "id,metadata | line 1: unknown column 'metadata'",
                "id,metadata. | line 1: unknown column 'metadata.'",
                "id,.term | line 1: unknown column '.term'",
                "id,id | line 1: the column 'id' stands there twice",
                "id,letterId | line 1: the column 'letterId' stands there twice",
                "id,metadata.a,metadata.a | line 1: the column 'metadata.a' stands there twice",
                "city | line 1: the column 'letterId' is missing"
            })
    void aWrongHeaderIsRefusedWithAHint(String header, String message) throws IOException {
        assertThat(read(header.replace("'", "") + "\n1,2\n")).startsWith(message);
        assertThat(items).isEmpty();
    }

    @Test
    void aFileWithoutAHeaderIsRefused() throws IOException {
        assertThat(read("m.csv", new byte[0])).isEqualTo("the manifest is empty");
        assertThat(read("\n\n")).isEqualTo("the manifest has no header row");
        assertThat(read("\uFEFF")).isEqualTo("the manifest has no header row");
    }

    @Test
    void aLongNameIsCutInTheMessage() throws IOException {
        assertThat(read("id," + "\uD83D\uDCC4".repeat(500) + "\n"))
                .startsWith("line 1: unknown column '" + "\uD83D\uDCC4".repeat(100) + "\u2026'; did you mean");
    }

    @Test
    void aHeaderHasALength() throws IOException {
        String columns =
                IntStream.range(0, 2000).mapToObj(i -> ",metadata.a" + i).collect(Collectors.joining());

        assertThat(read("id" + columns + "\n")).isEqualTo("line 1: a header of more than 16000 characters");
        assertThat(manifest("m.csv", ("id" + columns + "\n").getBytes(UTF_8)).header())
                .isEmpty();
        assertThat(read("id" + ",metadata.x" + "\n")).isNull();
    }

    @Test
    void anOperationWithoutColumnsTakesNoCsv() throws IOException {
        Optional<Defect> defect = manifest("m.csv", "tone\n1\n".getBytes(UTF_8)).read(WITHOUT_COLUMNS, item -> true);

        assertThat(defect).contains(new Defect("bells:ring takes no CSV or TSV manifest, only JSON and JSON Lines"));
    }

    // Rows that are refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2 | line 3 has 1 cells where the header has 2",
                "2,3,4 | line 3 has 3 cells where the header has 2",
                "2,Ro\"me | line 3: a quote inside a cell that is not quoted",
                "2,Rome\" | line 3: a quote inside a cell that is not quoted",
                "2, \"Rome\" | line 3: a quote inside a cell that is not quoted",
                "2,\"Rome\" x | the row after line 2 cannot be read: Unexpected character after closing quote",
                "2,\"Rome | a quote that is never closed, in the row of line 3",
                "2,\"Rome\"\" | a quote that is never closed, in the row of line 3",
                "\"2,Rome | a quote that is never closed, in the row of line 3"
            })
    void aWrongRowIsRefusedWithItsLine(String row, String message) throws IOException {
        assertThat(read("id,city\n1,Rome\n" + row + "\n")).startsWith(message);
        assertThat(items.get(0).position().line()).isEqualTo(2);
    }

    @Test
    void aQuoteThatIsNeverClosedIsSaidThoughItSwallowsTheRest() throws IOException {
        String rest = "7,Bern\n".repeat(30_000);

        assertThat(read("id,city,page\n1,Rome,1\n2,\"Oslo,2\n" + rest))
                .isEqualTo("a quote that is never closed, in the row of line 3");
    }

    @Test
    void aCellHasALength() throws IOException {
        assertThat(read("id,city\n1,\"" + "7,Bern\n".repeat(100_000)))
                .isEqualTo(
                        "the row after line 1 has a cell of more than 262144 characters; perhaps a quote is never closed");
    }

    @Test
    void aRowHasALength() throws IOException {
        assertThat(read("id,city\n1,Rome\n" + ",".repeat(20_000) + "\n")).isEqualTo("line 3 has more than 10000 cells");
    }

    @Test
    void anItemHasALengthBesideItsContent() throws IOException {
        String half = "x".repeat(140_000);

        assertThat(read("id,city,metadata.a\n1," + half + ",a\n")).isNull();
        assertThat(read("id,city,metadata.a\n1," + half + "," + half + "\n"))
                .isEqualTo("line 2: an item of more than 262144 bytes beside its content");
        assertThat(read("id,city\n1," + "\u00e9".repeat(140_000) + "\n"))
                .isEqualTo("line 2: an item of more than 262144 bytes beside its content");
        assertThat(read("id,city\n1," + "\u0001".repeat(50_000) + "\n"))
                .isEqualTo("line 2: an item of more than 262144 bytes beside its content");
    }

    @Test
    void aNulIsRefusedWithItsLineAndColumn() throws IOException {
        assertThat(read("id,city\n1,Rome\n2,Ro\0me\n")).isEqualTo("line 3: a NUL character in 'address.city'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void bytesThatAreNotUtf8AreRefusedWithTheirPlace(String end) throws IOException {
        String rows =
                IntStream.range(2, 5000).mapToObj(line -> line + ",Rome" + end).collect(Collectors.joining());
        String before = "id,city" + end + rows + "x,caf";

        assertThat(read("m.csv", ("id,city" + end + "1,\u00e9").getBytes(ISO_8859_1)))
                .isEqualTo("bytes that are not UTF-8 in line 2, at byte " + (10 + end.length()));
        assertThat(read("m.csv", (before + "\u00e9" + end).getBytes(ISO_8859_1)))
                .isEqualTo("bytes that are not UTF-8 in line 5000, at byte " + (before.length() + 1));
        assertThat(read("m.csv", "id,c\u00e9".getBytes(ISO_8859_1)))
                .isEqualTo("bytes that are not UTF-8 in line 1, at byte 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void anotherEncodingIsRefusedWithoutAByteOrderMark(String charset) throws IOException {
        assertThat(read("m.csv", "id,city\n".getBytes(charset))).startsWith("the manifest is not UTF-8");
    }

    // How it is read

    private @Nullable String read(String text) throws IOException {
        return read("m.csv", text.getBytes(UTF_8));
    }

    /** Reads it to its end; the defect's message or null. */
    private @Nullable String read(String name, byte[] bytes) throws IOException {
        items.clear();
        return manifest(name, bytes)
                .read(LAYOUT, item -> {
                    items.add(item);
                    return true;
                })
                .map(Defect::message)
                .orElse(null);
    }

    private List<String> fields() {
        return items.stream().map(item -> item.fields().toString()).toList();
    }

    private Optional<Layout> recognised(String text) throws IOException {
        return manifest("m.csv", text.getBytes(UTF_8)).recognise(List.of(OTHER, LAYOUT, WITHOUT_COLUMNS));
    }

    private Manifest manifest(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        return Manifest.of(file, ManifestFormat.of(name).orElseThrow(), Reading.PLAIN, 999, Manifest.Beside.NOTHING);
    }

    private static String content(@Nullable InlineContent content) throws IOException {
        if (content == null) {
            return "none";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InlineContent.Verdict verdict = Objects.requireNonNull(content.decodeTo(out, 999));
        return verdict + " " + out.toString(UTF_8);
    }
}
