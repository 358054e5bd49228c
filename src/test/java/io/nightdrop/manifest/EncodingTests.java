package io.nightdrop.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bytes of a manifest are: its byte order mark says it, else its inbox. */
class EncodingTests {

    private static final Layout LAYOUT = new Layout(
            "letters:send",
            "letters",
            Set.of(),
            List.of(Layout.Column.of("id", true), Layout.Column.of("city", false)),
            Set.of(),
            null);

    @TempDir
    private Path folder;

    private final List<String> cities = new ArrayList<>();

    private @Nullable String read(String charset, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        Path file = Files.write(folder.resolve("m.csv"), all.toByteArray());
        cities.clear();
        Reading reading = new Reading(Charset.forName(charset), List.of(), List.of(), true, null);
        return Manifest.of(file, ManifestFormat.CSV, reading, 1000, Manifest.Beside.NOTHING)
                .read(LAYOUT, item -> cities.add(item.fields().path("city").asString("")))
                .map(Defect::message)
                .orElse(null);
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes);
    }

    private static byte[] text(String text, String charset) {
        return text.getBytes(Charset.forName(charset));
    }

    @ParameterizedTest
    @CsvSource({
        "windows-1252, Málaga €",
        "ISO-8859-1, Málaga",
        "ISO-8859-15, Málaga €",
        "IBM850, Málaga",
        "Shift_JIS, 東京",
        "UTF-16LE, 東京 \uD83D\uDE00",
        "UTF-16BE, 東京 \uD83D\uDE00",
        "UTF-8, 東京 \uD83D\uDE00"
    })
    void textIsReadAsTheInboxSays(String charset, String city) throws IOException {
        assertThat(read(charset, text("id,city\n1," + city + "\n", charset))).isNull();
        assertThat(cities).containsExactly(city);
    }

    @ParameterizedTest
    @CsvSource({"efbbbf, UTF-8", "fffe, UTF-16LE", "feff, UTF-16BE", "fffe0000, UTF-32LE", "0000feff, UTF-32BE"})
    void aByteOrderMarkDecidesWhateverTheInboxSays(String mark, String charset) throws IOException {
        for (String said : List.of("UTF-8", "windows-1252", "UTF-16", "UTF-16BE")) {
            assertThat(read(said, hex(mark), text("id,city\n1,Málaga €\n", charset)))
                    .as(said)
                    .isNull();
            assertThat(cities).containsExactly("Málaga €");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"81", "8d", "8f", "90", "9d"})
    void bytesThatWindows1252LeavesOutAreRefused(String odd) throws IOException {
        assertThat(read("windows-1252", text("id,city\r\n1,Rome\r\n2,x", "UTF-8"), hex(odd)))
                .isEqualTo("bytes that are not windows-1252 in line 3, at byte 21");
    }

    @Test
    void thePlaceOfWhatMeansNothingIsToldInUtf16() throws IOException {
        byte[] begin = text("id,city\n1,", "UTF-16LE");

        assertThat(read("UTF-8", hex("fffe"), begin, hex("00d8"), text("x\n", "UTF-16LE")))
                .as("half of a pair")
                .isEqualTo("bytes that are not UTF-16LE in line 2, at byte 23");
        assertThat(read("UTF-16LE", begin, hex("41")))
                .as("half of a character")
                .isEqualTo("bytes that are not UTF-16LE in line 2, at byte 21");
    }

    @Test
    void thePlaceIsToldBehindMoreThanIsReadAtOnce() throws IOException {
        String rows = "1,Málaga\n".repeat(30_000);
        byte[] before = ("id,city\n" + rows + "2,").getBytes(UTF_8);

        assertThat(read("UTF-8", before, hex("ff")))
                .isEqualTo("bytes that are not UTF-8 in line 30002, at byte " + (before.length + 1));
        assertThat(cities).hasSizeLessThanOrEqualTo(30_000);
    }

    @Test
    void utf16WithoutAMarkIsRefusedWhereNobodySaysIt() throws IOException {
        assertThat(read("windows-1252", text("id,city\n1,Rome\n", "UTF-16LE")))
                .isEqualTo("the manifest is not windows-1252: it begins like UTF-16 or UTF-32");
        assertThat(read("UTF-8", text("id,city\n1,Rome\n", "UTF-16BE")))
                .isEqualTo("the manifest is not UTF-8: it begins like UTF-16 or UTF-32");
    }

    @Test
    void correctionsAreUtf8AsTheyWereHandedBackWhateverTheInboxSays() throws IOException {
        String corrections = "id,city,error.code,error.message\n1,Málaga,X,y\n";

        for (String said : List.of("windows-1252", "UTF-16", "UTF-16LE")) {
            assertThat(read(said, text(corrections, "UTF-8"))).as(said).isNull();
            assertThat(cities).as(said).containsExactly("Málaga");
        }
        assertThat(read("windows-1252", text(corrections, "windows-1252")))
                .as("saved by its sender as it saves everything")
                .isNull();
        assertThat(cities).containsExactly("Málaga");
    }

    @Test
    void jsonIsUtf8WhateverTheInboxSays() throws IOException {
        Reading reading = new Reading(Charset.forName("windows-1252"), List.of(), List.of(), true, null);
        Path file = Files.writeString(folder.resolve("m.json"), "{\"letters\":[{\"id\":\"1\",\"city\":\"Málaga\"}]}");

        assertThat(Manifest.of(file, ManifestFormat.JSON, reading, 1000, Manifest.Beside.NOTHING)
                        .read(
                                LAYOUT,
                                item -> cities.add(item.fields().path("city").asString())))
                .isEmpty();
        assertThat(cities).containsExactly("Málaga");
    }
}
