package io.nightdrop.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.UnixOperatingSystemMXBean;
import io.nightdrop.manifest.ZipBundle.Limits;
import io.nightdrop.manifest.ZipBundle.Opening;
import io.nightdrop.manifest.ZipBundle.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZipBundleTests {

    private static final Limits LIMITS = new Limits(10, 64L * 1024 * 1024, 200);

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;

    @TempDir
    Path folder;

    // What is read

    @Test
    void theManifestAndTheCompanionsBesideItAreReadFromASubFolder() throws IOException {
        byte[] zip = archive("2026-11/night/", "2026-11/night/manifest.csv", "2026-11/night/pdf/a.pdf", "a.pdf");

        try (ZipBundle bundle = opened(zip)) {
            assertThat(bundle.manifestName()).isEqualTo("2026-11/night/manifest.csv");
            assertThat(bundle.manifestFormat()).isEqualTo(ManifestFormat.CSV);
            assertThat(content(bundle, "pdf/a.pdf")).isEqualTo("content of 2026-11/night/pdf/a.pdf");
            assertThat(bundle.companion("a.pdf")).isEmpty();
        }
    }

    @Test
    void theManifestIsExtractedToANewFile() throws IOException {
        Path target = folder.resolve("extracted");

        try (ZipBundle bundle = opened(archive("in/manifest.jsonl"))) {
            assertThat(bundle.extractManifest(target)).isEmpty();
        }

        assertThat(target).hasContent("content of in/manifest.jsonl");
    }

    @Test
    void aFileThatExistsIsNotOverwrittenByTheManifest() throws IOException {
        Path target = Files.writeString(folder.resolve("extracted"), "mine");

        try (ZipBundle bundle = opened(archive("manifest.json"))) {
            assertThatExceptionOfType(FileAlreadyExistsException.class)
                    .isThrownBy(() -> bundle.extractManifest(target));
        }

        assertThat(target).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.pdf", "A.pdf", "../a.pdf", "/in/a.pdf", "./a.pdf", "deep", "deep/", "deep\\b.pdf", ""})
    void aCompanionIsFoundByItsExactNameOnly(String name) throws IOException {
        try (ZipBundle bundle = opened(archive("a.pdf", "in/manifest.json", "in/a.pdf", "in/deep/", "in/deep/b.pdf"))) {
            assertThat(bundle.companion("a.pdf")).isPresent();
            assertThat(bundle.companion(name)).isEmpty();
        }
    }

    @Test
    void aCompanionIsCopiedUpToTheLimitAndNotWrittenAboveIt() throws IOException {
        try (ZipBundle bundle = opened(archive("manifest.json", "a.pdf"))) {
            ZipBundle.Entry companion = bundle.companion("a.pdf").orElseThrow();
            ByteArrayOutputStream copy = new ByteArrayOutputStream();

            assertThat(companion.copyTo(copy, companion.size() - 1)).isEqualTo(Verdict.TOO_LARGE);
            assertThat(copy.size()).isZero();
            assertThat(companion.copyTo(copy, companion.size())).isEqualTo(Verdict.COPIED);
            assertThat(copy.toString(UTF_8)).isEqualTo("content of a.pdf").hasSize((int) companion.size());
        }
    }

    @Test
    void aStreamedArchiveWhoseSizesFollowTheDataIsRead() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
            add(out, "manifest.json");
            add(out, "a.pdf");
        }

        try (ZipBundle bundle = opened(zip.toByteArray())) {
            assertThat(content(bundle, "a.pdf")).isEqualTo("content of a.pdf");
        }
    }

    @Test
    void aZip64ArchiveWithACommentIsRead() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            out.setComment("Registrar's office");
            add(out, "manifest.json");
            add(out, "a.pdf");
        });

        try (ZipBundle bundle = opened(zip)) {
            assertThat(content(bundle, "a.pdf")).isEqualTo("content of a.pdf");
        }
    }

    @Test
    void anEntryThatIsStoredOrPackedWithBzip2IsRead() throws IOException {
        byte[] zip = packed(out -> {
            add(out, "manifest.json", entry -> entry.setMethod(ZipMethod.STORED.getCode()));
            addBzip2(out, "a.pdf");
        });

        try (ZipBundle bundle = opened(zip)) {
            assertThat(bundle.extractManifest(folder.resolve("extracted"))).isEmpty();
            assertThat(content(bundle, "a.pdf")).isEqualTo("content of a.pdf");
        }
    }

    @Test
    void anArchiveInsideOfTheArchiveIsAFileLikeAnyOther() throws IOException {
        byte[] zip = packed(out -> {
            add(out, "manifest.json");
            add(out, "inner-manifest.zip", archive("manifest.json", "../evil"), entry -> {});
        });

        try (ZipBundle bundle = opened(zip)) {
            assertThat(bundle.manifestName()).isEqualTo("manifest.json");
            assertThat(bundle.companion("inner-manifest.zip")).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, true", "UTF-8, false", "IBM437, false"})
    void aNameOutsideOfAsciiIsReadHoweverItIsWritten(String charset, boolean flagged) throws IOException {
        byte[] zip = packed(out -> {
            out.setEncoding(charset);
            out.setUseLanguageEncodingFlag(flagged);
            add(out, "manifest.json");
            add(out, "Müller.pdf");
        });

        try (ZipBundle bundle = opened(zip)) {
            assertThat(content(bundle, "Müller.pdf")).isEqualTo("content of Müller.pdf");
        }
    }

    @Test
    void aNameInAUnicodeFieldStandsBeforeTheNameInAnOldCodePage() throws IOException {
        byte[] zip = packed(out -> {
            out.setEncoding("IBM437");
            out.setCreateUnicodeExtraFields(ZipArchiveOutputStream.UnicodeExtraFieldPolicy.ALWAYS);
            add(out, "manifest.json");
            add(out, "学生.pdf");
        });

        try (ZipBundle bundle = opened(zip)) {
            assertThat(content(bundle, "学生.pdf")).isEqualTo("content of 学生.pdf");
        }
    }

    // Which file is the manifest

    @Test
    void theOnlyFileInAManifestFormatIsTheManifestWhateverItsName() throws IOException {
        try (ZipBundle bundle = opened(archive("readme.txt", "in/students.TSV", "a.pdf"))) {
            assertThat(bundle.manifestName()).isEqualTo("in/students.TSV");
            assertThat(bundle.manifestFormat()).isEqualTo(ManifestFormat.TSV);
        }
    }

    @Test
    void aFileNamedLikeAManifestStandsBeforeOthersInAManifestFormat() throws IOException {
        try (ZipBundle bundle = opened(archive("data.json", "in/manifest.json", "manifest.pdf", "manifest.csv/"))) {
            assertThat(bundle.manifestName()).isEqualTo("in/manifest.json");
        }
    }

    @Test
    void whatMacOsAddsIsNoManifest() throws IOException {
        byte[] zip = archive(
                "__MACOSX/._manifest.json", "__MACOSX/manifest.json", ".DS_Store", "._manifest.csv", "manifest.json");

        try (ZipBundle bundle = opened(zip)) {
            assertThat(bundle.manifestName()).isEqualTo("manifest.json");
        }
    }

    @Test
    void anArchiveWithoutAManifestIsRefused() throws IOException {
        assertThat(refusal(archive("a.pdf", "manifest.pdf"))).isEqualTo("the archive holds no manifest");
    }

    @Test
    void anArchiveWithSeveralManifestsIsRefused() throws IOException {
        assertThat(refusal(archive("a-manifest.json", "b.json", "b-manifest.csv")))
                .isEqualTo("the archive holds several manifests: 'a-manifest.json' and 'b-manifest.csv'");
        assertThat(refusal(archive("a.json", "b.csv"))).contains("several that could be one: 'a.json' and 'b.csv'");
    }

    // Names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.pdf",
                "in/../../x.pdf",
                "..",
                "in/..",
                "/etc/passwd",
                "//host/x",
                "/",
                "C:/x.pdf",
                "c:x.pdf"
            })
    void anEntryThatLeavesTheArchiveIsRefused(String name) throws IOException {
        assertThat(refusal(archive("manifest.json", name)))
                .isEqualTo("the entry '" + name + "' has a name that leaves the archive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..\\x.pdf", "in\\x.pdf", "in/x\\.pdf"})
    void anEntryWithABackslashIsRefused(String name) throws IOException {
        byte[] zip = archive("manifest.json", name.replace('\\', '#'));

        assertThat(refusal(renamed(zip, name.replace('\\', '#'), name)))
                .isEqualTo("the entry '" + name + "' has a backslash in its name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"./a.pdf", "in//a.pdf", "in/./a.pdf", "."})
    void anEntryThatIsNoPlainPathIsRefused(String name) throws IOException {
        assertThat(refusal(archive("manifest.json", name))).contains("'" + name + "'", "is no plain path");
    }

    @Test
    void anEntryWithANameTooLongIsRefusedWithTheBeginningOfItsName() throws IOException {
        assertThat(refusal(archive("manifest.json", "a".repeat(1001))))
                .startsWith("the entry '" + "a".repeat(200) + "…'")
                .endsWith("at most 1000 characters");
    }

    @ParameterizedTest
    @CsvSource({"0, u0000", "10, u000a", "27, u001b", "127, u007f"})
    void anEntryWithAControlCharacterIsRefusedAndNamedWithoutIt(int control, String shown) throws IOException {
        byte[] zip = renamed(archive("manifest.json", "a#b.pdf"), "a#b.pdf", "a" + (char) control + "b.pdf");

        assertThat(refusal(zip)).isEqualTo("the entry 'a\\" + shown + "b.pdf' has a control character in its name");
    }

    @Test
    void anEntryWithoutANameIsRefused() throws IOException {
        assertThat(refusal(archive("manifest.json", ""))).isEqualTo("the entry '' has no name");
    }

    @Test
    void anEntryWhoseNameIsNotTheUtf8ThatItSaysIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "é.pdf");
        replace(zip, "é".getBytes(UTF_8), new byte[] {(byte) 0xFF, 'x'});

        assertThat(refusal(zip)).contains("'\uFFFDx.pdf'", "not UTF-8");
    }

    @Test
    void twoEntriesOfOneNameAreRefused() throws IOException {
        byte[] zip = renamed(archive("manifest.json", "a.pdf", "b.pdf"), "b.pdf", "a.pdf");

        assertThat(refusal(zip)).startsWith("the entries 'a.pdf' and 'a.pdf' have the same name");
    }

    @ParameterizedTest
    @CsvSource({"a.pdf, A.PDF", "in/a.pdf, IN/a.pdf", "\u00e9.pdf, e\u0301.pdf", "É.pdf, é.pdf", "in, in/"})
    void twoEntriesThatSomeFileSystemsTakeForOneAreRefused(String one, String other) throws IOException {
        assertThat(refusal(archive("manifest.json", one, other))).startsWith("the entries '" + one + "' and '" + other);
    }

    // Kinds of entries

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        assertThat(refusal(withLink())).isEqualTo("the entry 'a.pdf' is a symbolic link");
    }

    @Test
    void aSymbolicLinkInAnArchiveThatIsNotFromUnixIsRefused() throws IOException {
        byte[] zip = withLink();
        zip[at(zip, CENTRAL, 1) + 5] = 0;

        assertThat(refusal(zip)).isEqualTo("the entry 'a.pdf' is a symbolic link");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 | 1 << 6, 1 << 6, 1 << 13})
    void anEncryptedEntryIsRefused(int flags) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, LOCAL, 1) + 6, flags);
        putShort(zip, at(zip, CENTRAL, 1) + 8, flags);

        assertThat(refusal(zip)).isEqualTo("the entry 'a.pdf' is encrypted");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 14, 93, 95, 97, 98, 99, 12345})
    void anEntryPackedWithAnotherMethodIsRefused(int method) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, LOCAL, 1) + 8, method);
        putShort(zip, at(zip, CENTRAL, 1) + 10, method);

        assertThat(refusal(zip)).startsWith("the entry 'a.pdf' is packed with method " + method);
    }

    // Sizes

    @Test
    void anArchiveWithTooManyEntriesIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "in/", "in/a.pdf");

        assertThat(refusal(zip, new Limits(2, 1000, 200))).isEqualTo("the archive holds more than 2 entries");
        opened(zip, new Limits(3, 1000, 200)).close();
    }

    @Test
    void anArchiveThatUnpacksToTooMuchIsRefused() throws IOException {
        byte[] zip = packed(out -> {
            add(out, "manifest.json", new byte[600], entry -> {});
            add(out, "a.pdf", new byte[401], entry -> {});
        });

        assertThat(refusal(zip, new Limits(10, 1000, 200)))
                .isEqualTo("the entry 'a.pdf' brings the archive over the allowed 1000 unpacked bytes");
        opened(zip, new Limits(10, 1001, 200)).close();
    }

    @Test
    void sizesWhoseSumIsTooLargeForANumberAreRefused() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            add(out, "manifest.json");
            add(out, "a.pdf");
        });
        for (int entry = 0; entry < 2; entry++) {
            int sizes = zip64Field(zip, entry) + 4;
            ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putLong(sizes, Long.MAX_VALUE);
            ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putLong(sizes + 8, Long.MAX_VALUE);
        }

        assertThat(refusal(zip, new Limits(10, Long.MAX_VALUE, 200)))
                .startsWith("the entry 'a.pdf' brings the archive");
    }

    @Test
    void anEntryOfMoreThanTenMegabytesThatIsPackedTooTightlyIsRefused() throws IOException {
        int free = (int) ZipBundle.RATIO_FREE_BYTES;

        opened(withZeros(free)).close();
        assertThat(refusal(withZeros(free + 1)))
                .isEqualTo("the entry 'a.pdf' unpacks to more than 200 times its packed size");
    }

    @Test
    void anEntryWhoseDataWouldGoOnBehindTheArchivesIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putInt(zip, at(zip, LOCAL, 1) + 18, 100);
        putInt(zip, at(zip, CENTRAL, 1) + 20, 100);

        assertThat(refusal(zip)).isEqualTo("the entry 'a.pdf' lies outside of the archive's data");
    }

    @Test
    void anEntryThatBeginsBehindTheArchivesDataIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putInt(zip, at(zip, CENTRAL, 1) + 42, at(zip, CENTRAL, 0) - 10);

        assertThat(refusal(zip)).isEqualTo("the entry 'a.pdf' lies outside of the archive's data");
    }

    @Test
    void entriesThatShareBytesAreRefused() throws IOException {
        byte[] quoted = archive("b.pdf");
        byte[] zip = packed(out -> {
            add(out, "manifest.json");
            add(out, "a.pdf", quoted, entry -> entry.setMethod(ZipMethod.STORED.getCode()));
            add(out, "b.pdf");
        });
        putInt(zip, lastAt(zip, CENTRAL) + 42, dataAt(zip, 1));

        assertThat(refusal(zip)).isEqualTo("the entries 'a.pdf' and 'b.pdf' overlap: they share bytes of the archive");
    }

    // Local headers

    @Test
    void aLocalHeaderWithAnotherNameIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        zip[at(zip, LOCAL, 1) + 30] = 'b';

        assertThat(refusal(zip))
                .isEqualTo("the entry 'a.pdf' is not what the archive's directory says: its own header differs");
    }

    @ParameterizedTest
    @CsvSource({
        "0, signature",
        "6, encrypted",
        "7, UTF-8",
        "8, method",
        "14, CRC-32",
        "18, packed size",
        "22, size",
        "26, name length"
    })
    void aLocalHeaderThatTellsAnotherStoryIsRefused(int offset, String field) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        int bit = field.equals("UTF-8") ? 8 : 1;

        assertThat(refusal(changed(zip, at(zip, LOCAL, 1) + offset, bit)))
                .startsWith("the entry 'a.pdf' is not what the archive's directory says");
    }

    // The archive as a whole

    @Test
    void aFileThatIsNoArchiveIsRefused() throws IOException {
        assertThat(refusal(new byte[0])).isEqualTo("the archive is empty");
        assertThat(refusal("PK, but no archive".repeat(10_000).getBytes(UTF_8)))
                .isEqualTo("not a readable ZIP archive: its end is missing");
    }

    @Test
    void anArchiveThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");

        for (int length = 1; length < zip.length; length++) {
            assertThat(refusal(Arrays.copyOf(zip, length))).startsWith("not a readable ZIP archive: ");
        }
    }

    @Test
    void anArchiveWithoutEntriesIsRefused() throws IOException {
        assertThat(refusal(archive())).isEqualTo("the archive is empty");
    }

    @Test
    void bytesBehindTheEndAreRefused() throws IOException {
        assertThat(refusal(joined(archive("manifest.json"), new byte[1])))
                .isEqualTo("not a readable ZIP archive: it does not end where it says");
    }

    @Test
    void bytesBeforeTheFirstEntryAreRefused() throws IOException {
        byte[] zip = archive("manifest.json");

        assertThat(refusal(joined(new byte[4], zip))).contains("a part may be missing or added");
        assertThat(refusal(moved(new byte[4], zip)))
                .isEqualTo("not a plain ZIP archive: something else stands before its first entry, 'manifest.json'");
    }

    @Test
    void theMarkOfAnArchiveThatWasNotSplitAfterAllIsFine() throws IOException {
        opened(moved("PK00".getBytes(UTF_8), archive("manifest.json"))).close();
    }

    @Test
    void anArchiveInTheCommentOfAnArchiveIsRefused() throws IOException {
        byte[] inner = archive("manifest.json");
        byte[] zip = joined(archive("manifest.json", "a.pdf"), inner);
        putShort(zip, at(zip, END, 0) + 20, inner.length);

        assertThat(refusal(zip)).contains("a part may be missing or added");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anEndThatCountsOtherEntriesThanThereAreIsRefused(int count) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, END, 0) + 8, count);
        putShort(zip, at(zip, END, 0) + 10, count);

        assertThat(refusal(zip)).startsWith("not a readable ZIP archive: ");
    }

    @Test
    void anEndWhoseDirectoryHasAnotherLengthIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");

        assertThat(refusal(changed(zip, at(zip, END, 0) + 12, 1))).contains("a part may be missing or added");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 8})
    void aPartOfASplitArchiveIsRefused(int field) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, END, 0) + field, 1);

        assertThat(refusal(zip)).isEqualTo("the archive is split over several files");
    }

    @Test
    void anEntryInAnotherPartOfASplitArchiveIsRefused() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, CENTRAL, 1) + 34, 1);

        assertThat(refusal(zip)).isEqualTo("the entry 'a.pdf' stands in another part of a split archive");
    }

    @Test
    void aZip64ArchiveWhoseEndsDisagreeIsRefused() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            add(out, "manifest.json");
        });

        assertThat(refusal(changed(zip, at(zip, END, 0) + 10, 1))).contains("a part may be missing or added");
        assertThat(refusal(changed(zip, at(zip, END64, 0) + 4, 1))).contains("a part may be missing or added");
        assertThat(refusal(changed(zip, at(zip, END64, 0) + 48, 1))).contains("a part may be missing or added");
        assertThat(refusal(changed(zip, at(zip, LOCATOR64, 0) + 8, 1))).contains("a part may be missing or added");
        assertThat(refusal(changed(zip, at(zip, LOCATOR64, 0) + 15, 1))).contains("a part may be missing or added");
        assertThat(refusal(changed(zip, at(zip, LOCATOR64, 0) + 17, 1))).contains("split over several files");
    }

    @Test
    void aZip64ArchiveWhoseDirectoryBeginsBeforeTheFileIsRefused() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            add(out, "manifest.json");
        });
        putInt(zip, at(zip, END, 0) + 16, -1);

        opened(zip).close();
        assertThat(refusal(changed(zip, at(zip, END64, 0) + 55, 0x80))).contains("a part may be missing or added");
    }

    @Test
    void anEntryThatTheLibraryCannotReadIsRefused() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            add(out, "manifest.json");
        });
        int sizeOfField = zip64Field(zip, 0) + 2;
        putShort(zip, sizeOfField, 1000);

        assertThat(refusal(zip)).startsWith("not a readable ZIP archive: ");
    }

    @Test
    void everyChangedByteIsReadRefusedOrCorruptButNeverAnException() throws IOException {
        byte[] zip = packed(out -> {
            out.setUseZip64(Zip64Mode.Always);
            add(out, "manifest.json");
            addBzip2(out, "a.pdf");
        });

        for (int at = 0; at < zip.length; at++) {
            for (int change : new int[] {0x01, 0x80, 0xFF}) {
                readAll(changed(zip, at, change));
            }
        }
    }

    // Contents

    @Test
    void aCompanionWithAnotherChecksumIsCorrupt() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putInt(zip, at(zip, LOCAL, 1) + 14, 42);
        putInt(zip, at(zip, CENTRAL, 1) + 16, 42);

        assertThat(verdict(zip)).isEqualTo(Verdict.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 1000})
    void aCompanionThatUnpacksToAnotherSizeIsCorruptAndWritesNoMoreThanItSays(int size) throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putInt(zip, at(zip, LOCAL, 1) + 22, size);
        putInt(zip, at(zip, CENTRAL, 1) + 24, size);

        try (ZipBundle bundle = opened(zip)) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            assertThat(bundle.companion("a.pdf").orElseThrow().copyTo(copy, 10_000))
                    .isEqualTo(Verdict.CORRUPT);
            assertThat(copy.size()).isLessThanOrEqualTo(size);
        }
    }

    @Test
    void aCompanionThatCannotBeUnpackedIsCorrupt() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");

        assertThat(verdict(changed(zip, dataAt(zip, 1), 7))).isEqualTo(Verdict.CORRUPT);
    }

    @Test
    void aCompanionPackedWithDeflate64IsReadAndItsDamageIsSeen() throws IOException {
        byte[] zip = archive("manifest.json", "a.pdf");
        putShort(zip, at(zip, LOCAL, 1) + 8, ZipMethod.ENHANCED_DEFLATED.getCode());
        putShort(zip, at(zip, CENTRAL, 1) + 10, ZipMethod.ENHANCED_DEFLATED.getCode());

        assertThat(verdict(zip)).isEqualTo(Verdict.COPIED);
        assertThat(verdict(changed(zip, dataAt(zip, 1), 4))).isEqualTo(Verdict.CORRUPT);
    }

    @Test
    void aCorruptManifestIsADefectAndLeavesNoFile() throws IOException {
        byte[] zip = archive("manifest.json");
        putInt(zip, at(zip, LOCAL, 0) + 14, 42);
        putInt(zip, at(zip, CENTRAL, 0) + 16, 42);
        Path target = folder.resolve("extracted");

        try (ZipBundle bundle = opened(zip)) {
            assertThat(bundle.extractManifest(target).orElseThrow().message())
                    .startsWith("the manifest 'manifest.json' is corrupt");
        }

        assertThat(target).doesNotExist();
    }

    // The world

    @Test
    void aFileThatIsNotThereIsAnException() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> ZipBundle.open(folder.resolve("none.zip"), LIMITS, name -> true, ManifestFormat::of));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRefusedArchiveIsClosed() throws IOException {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        byte[] zip = archive("a.pdf");
        refusal(zip);
        long before = system.getOpenFileDescriptorCount();

        for (int i = 0; i < 200; i++) {
            refusal(zip);
        }

        assertThat(system.getOpenFileDescriptorCount()).isLessThan(before + 100);
    }

    @Test
    void aFaultOfTheFileIsNotTheArchivesFault() throws IOException {
        try (ZipBundle bundle = opened(archive("manifest.json", "a.pdf"))) {
            ZipBundle.Entry companion = bundle.companion("a.pdf").orElseThrow();
            // An interrupted thread closes the file's channel under the library's hands.
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(ClosedByInterruptException.class)
                    .isThrownBy(() -> companion.copyTo(OutputStream.nullOutputStream(), 1000));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aFaultOfTheCopyIsNotTheCompanionsFault() throws IOException {
        OutputStream full = OutputStream.nullOutputStream();
        full.close();

        try (ZipBundle bundle = opened(archive("manifest.json", "a.pdf"))) {
            ZipBundle.Entry companion = bundle.companion("a.pdf").orElseThrow();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> companion.copyTo(full, 1000));
        }
    }

    // Reading

    private Opening open(byte[] zip, Limits limits) throws IOException {
        Path file = Files.write(folder.resolve("drop.zip"), zip);
        return ZipBundle.open(
                file, limits, name -> name.contains("manifest") && !name.contains("/"), ManifestFormat::of);
    }

    private ZipBundle opened(byte[] zip) throws IOException {
        return opened(zip, LIMITS);
    }

    private ZipBundle opened(byte[] zip, Limits limits) throws IOException {
        Opening opening = open(zip, limits);
        assertThat(opening.defect()).isNull();
        return requireNonNull(opening.bundle());
    }

    private String refusal(byte[] zip) throws IOException {
        return refusal(zip, LIMITS);
    }

    private String refusal(byte[] zip, Limits limits) throws IOException {
        Opening opening = open(zip, limits);
        assertThat(opening.bundle()).isNull();
        return requireNonNull(opening.defect()).message();
    }

    private static String content(ZipBundle bundle, String name) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        assertThat(bundle.companion(name).orElseThrow().copyTo(copy, 1000)).isEqualTo(Verdict.COPIED);
        return copy.toString(UTF_8);
    }

    private Verdict verdict(byte[] zip) throws IOException {
        try (ZipBundle bundle = opened(zip)) {
            return bundle.companion("a.pdf").orElseThrow().copyTo(OutputStream.nullOutputStream(), 1000);
        }
    }

    private void readAll(byte[] zip) throws IOException {
        try (ZipBundle bundle = open(zip, LIMITS).bundle()) {
            if (bundle != null) {
                Path target = folder.resolve("extracted");
                bundle.extractManifest(target);
                Files.deleteIfExists(target);
                if (bundle.companion("a.pdf").isPresent()) {
                    bundle.companion("a.pdf").get().copyTo(OutputStream.nullOutputStream(), 1000);
                }
            }
        }
    }

    // Packing

    private interface Packing {
        void into(ZipArchiveOutputStream out) throws IOException;
    }

    private byte[] packed(Packing packing) throws IOException {
        Path file = folder.resolve("packed.zip");
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            packing.into(out);
        }
        return Files.readAllBytes(file);
    }

    private byte[] archive(String... names) throws IOException {
        return packed(out -> {
            for (String name : names) {
                add(out, name);
            }
        });
    }

    private byte[] withLink() throws IOException {
        return packed(out -> {
            add(out, "manifest.json");
            add(out, "a.pdf", entry -> entry.setUnixMode(UnixStat.LINK_FLAG | 0777));
        });
    }

    private byte[] withZeros(int count) throws IOException {
        return packed(out -> {
            add(out, "manifest.json");
            add(out, "a.pdf", new byte[count], entry -> {});
        });
    }

    private static void add(ZipArchiveOutputStream out, String name) throws IOException {
        add(out, name, entry -> {});
    }

    private static void add(ZipArchiveOutputStream out, String name, Consumer<ZipArchiveEntry> change)
            throws IOException {
        add(out, name, ("content of " + name).getBytes(UTF_8), change);
    }

    private static void add(ZipArchiveOutputStream out, String name, byte[] content, Consumer<ZipArchiveEntry> change)
            throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        change.accept(entry);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private static void addBzip2(ZipArchiveOutputStream out, String name) throws IOException {
        byte[] content = ("content of " + name).getBytes(UTF_8);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (BZip2CompressorOutputStream bzip2 = new BZip2CompressorOutputStream(packed)) {
            bzip2.write(content);
        }
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipMethod.BZIP2.getCode());
        entry.setSize(content.length);
        entry.setCompressedSize(packed.size());
        entry.setCrc(crc.getValue());
        out.addRawArchiveEntry(entry, new ByteArrayInputStream(packed.toByteArray()));
    }

    // Changing what was packed

    private static byte[] renamed(byte[] zip, String name, String other) {
        byte[] changed = zip.clone();
        replace(changed, name.getBytes(UTF_8), other.getBytes(UTF_8));
        return changed;
    }

    private static void replace(byte[] zip, byte[] bytes, byte[] others) {
        for (int at = 0; at + bytes.length <= zip.length; at++) {
            if (Arrays.equals(zip, at, at + bytes.length, bytes, 0, bytes.length)) {
                System.arraycopy(others, 0, zip, at, others.length);
            }
        }
    }

    private static byte[] changed(byte[] zip, int at, int bits) {
        byte[] changed = zip.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    /** An archive of one entry behind something else, which its offsets know of. */
    private static byte[] moved(byte[] before, byte[] zip) {
        byte[] moved = joined(before, zip);
        putInt(moved, at(moved, CENTRAL, 0) + 42, before.length);
        putInt(moved, at(moved, END, 0) + 16, at(moved, CENTRAL, 0));
        return moved;
    }

    /** Where the record of that signature begins that has so many before it. */
    private static int at(byte[] zip, int signature, int before) {
        int found = -1;
        for (int at = 0; at + 4 <= zip.length; at++) {
            if (intAt(zip, at) == signature && ++found == before) {
                return at;
            }
        }
        throw new IllegalStateException("no such record");
    }

    private static int lastAt(byte[] zip, int signature) {
        int at = zip.length - 4;
        while (intAt(zip, at) != signature) {
            at--;
        }
        return at;
    }

    private static int dataAt(byte[] zip, int entry) {
        int header = at(zip, LOCAL, entry);
        return header + 30 + shortAt(zip, header + 26) + shortAt(zip, header + 28);
    }

    /** Where the ZIP64 field of an entry of the directory begins; it is the first of its extra fields. */
    private static int zip64Field(byte[] zip, int entry) {
        int header = at(zip, CENTRAL, entry);
        return header + 46 + shortAt(zip, header + 28);
    }

    private static int shortAt(byte[] zip, int at) {
        return intAt(zip, at) & 0xFFFF;
    }

    private static int intAt(byte[] zip, int at) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static void putShort(byte[] zip, int at, int value) {
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) value);
    }

    private static void putInt(byte[] zip, int at, int value) {
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }
}
