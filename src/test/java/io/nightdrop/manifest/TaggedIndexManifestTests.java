package io.nightdrop.manifest;

import static io.nightdrop.manifest.ColumnRule.constant;
import static io.nightdrop.manifest.ColumnRule.rename;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaggedIndexManifestTests {

    private static final String MAGIC = ">>>>Self Configuring Tagged DIP<<<<\n";

    private static final Layout LAYOUT = new Layout(
            "documents:file",
            "documents",
            Set.of(),
            List.of(
                    Layout.Column.of("name", true),
                    Layout.Column.of("owner", true),
                    Layout.Column.of("type", false),
                    Layout.Column.of("source", false)),
            Set.of("metadata"),
            null);

    private static final List<ColumnRule> RULES = List.of(
            rename("FileName", "name"),
            rename("Student ID", "owner"),
            rename("DocTypeName", "type"),
            constant("DIP", "source"));

    @TempDir
    private Path folder;

    private final List<ManifestItem> items = new ArrayList<>();

    private Manifest manifest(byte[] bytes, String charset) throws IOException {
        Path file = Files.write(folder.resolve("index.txt"), bytes);
        Reading reading = new Reading(Charset.forName(charset), RULES, List.of(), true, null);
        return Manifest.of(file, ManifestFormat.TAGGED, reading, 1000, Manifest.Beside.NOTHING);
    }

    private Manifest manifest(String text) throws IOException {
        return manifest(text.getBytes(StandardCharsets.UTF_8), "UTF-8");
    }

    /** The defect's message or null. */
    private @Nullable String read(String text) throws IOException {
        items.clear();
        return manifest(text).read(LAYOUT, items::add).map(Defect::message).orElse(null);
    }

    private List<String> texts() {
        return items.stream().map(item -> item.fields().toString()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void aBlockIsAnItem(String end) throws IOException {
        assertThat(read((MAGIC + """
                BEGIN:
                >>DocTypeName: ADM Transcript
                >>DocDate: 09/01/2026
                >>FileTypeNum: 16
                >>FileName: 0041873.pdf
                Student ID: 0041873

                >>Term:2026: fall
                END:

                BEGIN:
                >>DocTypeName:ADM Letter
                >>FileName:b.pdf
                Student ID:   7
                END:
                """).replace("\n", end))).isNull();

        assertThat(texts())
                .containsExactly(
                        "{\"name\":\"0041873.pdf\",\"owner\":\"0041873\",\"type\":\"ADM Transcript\",\"source\":\"DIP\","
                                + "\"metadata\":{\"DocDate\":\"09/01/2026\",\"FileTypeNum\":\"16\",\"Term\":\"2026: fall\"}}",
                        "{\"name\":\"b.pdf\",\"owner\":\"7\",\"type\":\"ADM Letter\",\"source\":\"DIP\"}");
        assertThat(items).extracting(item -> item.position().toString()).containsExactly("line 2", "line 12");
    }

    @Test
    void theHeaderHasTheKeywordsOfAllBlocks() throws IOException {
        String text = MAGIC
                + "BEGIN:\n>>FileName: a\nStudent ID: 1\nEND:\nBEGIN:\nTerm: x\n>>FileName: b\nStudent ID: 2\nEND:\n";

        assertThat(manifest(text).header()).containsExactly("FileName", "Student ID", "Term");
        assertThat(read(text)).isNull();
        assertThat(items)
                .extracting(item -> String.valueOf(item.row()))
                .containsExactly("[\"a\",\"1\",\"\"]", "[\"b\",\"2\",\"x\"]");
        assertThat(manifest(text).recognise(List.of(LAYOUT))).hasValue(LAYOUT);
    }

    @Test
    void severalValuesOfAKeywordAreOneText() throws IOException {
        read(MAGIC + "BEGIN:\n>>FileName: a\nStudent ID: 1\nCourse: x\nCourse:\nCourse: y\nEND:\n");

        assertThat(items.get(0).fields().path("metadata").path("Course").asString())
                .isEqualTo("x; y");
    }

    @Test
    void eachFileOfABlockIsAnItem() throws IOException {
        assertThat(read(MAGIC + "BEGIN:\n>>FileName: a.tif\n>>FileName: b.tif\nStudent ID: 1\nEND:\n"))
                .isNull();

        assertThat(items)
                .extracting(item -> item.fields().path("name").asString())
                .containsExactly("a.tif", "b.tif");
        assertThat(items)
                .extracting(item -> item.fields().path("owner").asString())
                .containsExactly("1", "1");
        assertThat(items).extracting(ManifestItem::index).containsExactly(0L, 1L);
    }

    @Test
    void ofABlockWithVeryManyFilesNobodyCanSayWhatItIs() throws IOException {
        assertThat(read(MAGIC + "BEGIN:\n" + ">>FileName: a\n".repeat(101) + "Student ID: 1\nEND:\n"))
                .isEqualTo("line 103: a block of more than 100 files");
    }

    @Test
    void aBlockWithoutAFileIsAnItemWithoutAName() throws IOException {
        assertThat(read(MAGIC + "BEGIN:\n>>FileName:\nStudent ID: 1\nEND:\n")).isNull();

        assertThat(texts()).containsExactly("{\"owner\":\"1\",\"source\":\"DIP\"}");
    }

    @Test
    void theFirstLineMayBeMissing() throws IOException {
        assertThat(read("\n>>BEGIN:\n>>FileName: a\nStudent ID: 1\n>>END:\n")).isNull();

        assertThat(items).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'BEGIN:', 'line 2: a block without its END:; perhaps the file is cut off'",
        "'BEGIN:|>>FileName: a', 'line 2: a block without its END:; perhaps the file is cut off'",
        "'BEGIN:|a: 1|BEGIN:|END:', 'line 4: BEGIN: before the END: of the block in line 2'",
        "'BEGIN:|no colon|END:', 'line 3: no ''keyword: value'', and neither BEGIN: nor END:'",
        "'BEGIN:|>>: x|END:', 'line 3: no ''keyword: value'', and neither BEGIN: nor END:'"
    })
    void whatIsNoBlockIsRefusedWithItsLine(String text, String message) throws IOException {
        assertThat(read(MAGIC + text.replace('|', '\n') + "\n")).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Some text\nBEGIN:\nEND:\n",
                ">>>>Self Configuring Tagged DIP<<<<\nSome text\nBEGIN:\nEND:\n",
                ">>>>Self Configuring Tagged DIP<<<<\n>>>>Self Configuring Tagged DIP<<<<\nBEGIN:\nEND:\n",
                "BEGIN:\nEND:\nEND:\n",
                "begin:\nend:\n",
                "app ref\tref\ttype\tFilename\n"
            })
    void textOutsideOfBlocksIsRefused(String text) throws IOException {
        assertThat(read(text)).contains(": neither BEGIN: nor, at the top, >>>>Self Configuring Tagged DIP<<<<");
    }

    @Test
    void aRequiredKeywordThatNoBlockHasIsNamed() throws IOException {
        assertThat(read(MAGIC + "BEGIN:\n>>FileName: a\nEND:\n"))
                .isEqualTo("the keyword 'Student ID' is missing, from which 'owner' is taken");
        assertThat(read(MAGIC)).isEqualTo("the keyword 'FileName' is missing, from which 'name' is taken");
        assertThat(read("")).isEqualTo("the manifest is empty");
    }

    @Test
    void nothingInItGrowsWithoutABound() throws IOException {
        assertThat(read(MAGIC + "BEGIN:\nx: " + "y".repeat(300_000)))
                .isEqualTo("line 3 has more than 262144 characters");
        assertThat(read(MAGIC + "BEGIN:\n" + ("x: " + "y".repeat(1000) + "\n").repeat(300)))
                .startsWith("line 2: a block of more than 262144 characters or 10000 lines");
        assertThat(read(MAGIC + "BEGIN:\n" + "\n".repeat(20_000)))
                .startsWith("line 2: a block of more than 262144 characters or 10000 lines");
        StringBuilder keywords = new StringBuilder(MAGIC + "BEGIN:\n");
        for (int i = 0; i < 5000; i++) {
            keywords.append("keyword").append(i).append(": x\n");
        }
        assertThat(read(keywords + "END:\n")).isEqualTo("line 1: a header of more than 16000 characters");
    }

    @Test
    void bytesThatMeanNothingAreRefusedWithTheirPlace() throws IOException {
        byte[] latin = (MAGIC + "BEGIN:\nName: Jos\u00e9\n>>FileName: a\nStudent ID: 1\nEND:\n")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(manifest(latin, "UTF-8").read(LAYOUT, items::add).map(Defect::message))
                .hasValue("bytes that are not UTF-8 in line 3, at byte " + (MAGIC.length() + 17));
        assertThat(manifest(latin, "windows-1252").read(LAYOUT, items::add)).isEmpty();
        assertThat(items.get(0).fields().path("metadata").path("Name").asString())
                .isEqualTo("Jos\u00e9");
    }
}
