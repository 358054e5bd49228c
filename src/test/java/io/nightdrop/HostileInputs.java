package io.nightdrop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.TakeIn;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.vault.Vault;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a sender must not be able to do, whatever it drops: each input ends in a drop that is done, with an error that a
 * person can act on; nothing of a refused drop is in the vault; nothing outside home and inbox is touched; and the drop
 * that lies next to it in the same inbox runs as if nothing had been there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HostileInputs {

    private static final String HEADER = "itemId,namespace,externalId,documentType,filename\n";
    private static final String PDF = "%PDF-1.4 a transcript";
    private static final String FILE = "\"file\":\"" + base64(PDF) + "\"";

    /** More than a sender's 200 MB may cost the thread that reads it, in all that it ever allocates. */
    private static final long FLAT = 100L * 1024 * 1024;

    private static final int HUGE = 200 * 1024 * 1024;

    @Autowired
    private Sender sender;

    @Autowired
    private TakeIn takeIn;

    @Autowired
    private InboxClaims claims;

    @Autowired
    private Vault vault;

    @Autowired
    private NightdropSettings settings;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private JsonMapper json;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    // JSON that is broken or bottomless

    @ParameterizedTest
    @CsvSource({"json", "jsonl"})
    void jsonThatIsCutOffIsRefusedWithThePlace(String format) throws IOException {
        String whole = format.equals("json") ? items(item("t-1", FILE), item("t-2", FILE)) : item("t-1", FILE);

        Drop drop = drop("a-manifest." + format, whole.substring(0, whole.length() - 5));

        assertRefused(drop, "unreadable JSON at line 1, column ", "Unexpected end-of-input");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[{\"itemId\":\"t-1\",\"metadata\":%s}]}",
                "{\"comment\":%s,\"items\":[]}",
                "{\"items\":[{\"itemId\":\"t-1\"}],\"comment\":%s}"
            })
    void aHundredThousandLevelsOfNestingAreRefusedWithThePlace(String frame) throws IOException {
        String deep = "{\"a\":[".repeat(50_000) + "]}".repeat(50_000);

        Drop drop = drop("a-manifest.json", frame.formatted(deep));

        assertRefused(
                drop, "unreadable JSON at line 1, column ", "nesting depth (65) exceeds the maximum allowed (64)");
    }

    @Test
    void aHundredThousandOpeningBracketsAreRefused() throws IOException {
        assertRefused(drop("a-manifest.json", "[".repeat(100_000)), "must be a JSON object with an array 'items'");
    }

    @Test
    void aKeyThatStandsTwiceInAnItemIsRefusedWithThePlace() throws IOException {
        String twice = "{\"itemId\":\"t-1\",\n\"documentType\":\"DIPLOMA\",\n\"itemId\":\"t-2\"}";

        assertRefused(drop("a-manifest.json", items(twice)), "at line 3, column ", "\"itemId\"");
    }

    @Test
    void aSecondListOfItemsIsRefusedAndTheFirstOneIsNotStored() throws IOException {
        String list = "\"items\":[" + item("t-1", FILE) + "]";

        Drop drop = drop("a-manifest.json", "{" + list + ",\n" + list + "}");

        assertRefused(drop, "at line 2, column ", "Duplicate", "\"items\"");
    }

    @Test
    void aContentOf200MegabytesFailsItsItemAloneAndIsNeverHeld() throws IOException {
        Inbox inbox = sender.inbox();
        write(inbox, "a-manifest.json", out -> {
            out.write(("{\"items\":[" + item("t-1", FILE) + ",{\"file\":\"").getBytes(UTF_8));
            fill(out, 'A', HUGE);
            out.write(("\"," + item("t-2", "\"filename\":\"huge.pdf\"").substring(1)).getBytes(UTF_8));
            out.write(("," + item("t-3", FILE) + "]}").getBytes(UTF_8));
        });

        Drop drop = assertFlat(() -> runFirst(inbox));

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertFailed(drop, "t-2", "file is larger than the limit of 10485760 bytes");
        assertThat(created(drop)).containsExactly("t-1", "t-3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[{\"itemId\":\"t-1\",\"documentType\":\"%s\"}]}",
                "{\"items\":[{\"itemId\":\"t-1\",\"metadata\":{\"%s\":1}}]}",
                "{\"items\":[{\"itemId\":\"t-1\",\"n\":1%s}]}"
            })
    void aTextANameOrANumberOf200MegabytesIsRefusedAndNeverHeld(String frame) throws IOException {
        int at = frame.indexOf("%s");
        Inbox inbox = sender.inbox();
        write(inbox, "a-manifest.json", out -> {
            out.write(frame.substring(0, at).getBytes(UTF_8));
            fill(out, '1', HUGE);
            out.write(frame.substring(at + 2).getBytes(UTF_8));
        });

        assertRefused(assertFlat(() -> runFirst(inbox)), "unreadable JSON at line 1", "exceeds the maximum allowed");
    }

    @Test
    void anItemThatIsLargeBesideItsContentIsRefusedWithThePlace() throws IOException {
        String fields = IntStream.range(0, 2000)
                .mapToObj(i -> "\"f" + i + "\":\"" + "x".repeat(200) + "\"")
                .collect(Collectors.joining(","));

        Drop drop = drop("a-manifest.json", items(item("t-1", fields)));

        assertRefused(drop, "an item of more than 262144 bytes beside its content at line 1, column ");
    }

    @Test
    void manyKeysBesideTheItemsAreRefused() throws IOException {
        String fields =
                IntStream.range(0, 500_000).mapToObj(i -> "\"f" + i + "\":" + i).collect(Collectors.joining(","));

        Drop drop = drop("a-manifest.json", "{" + fields + ",\"items\":[" + item("t-1", FILE) + "]}");

        assertRefused(drop, "more than 262144 bytes beside the items at line 1, column ");
    }

    @Test
    void anItemOfAHundredThousandTinyValuesIsRefused() throws IOException {
        String values = IntStream.range(0, 100_000).mapToObj(i -> "1").collect(Collectors.joining(","));

        Drop drop = drop("a-manifest.json", items(item("t-1", FILE + ",\"metadata\":{\"a\":[" + values + "]}")));

        assertRefused(drop, "an item of more than 10000 values at line 1, column ");
    }

    @Test
    void aThousandUnknownFieldsAreReadOver() throws IOException {
        String fields =
                IntStream.range(0, 1000).mapToObj(i -> "\"f" + i + "\":" + i).collect(Collectors.joining(","));

        Drop drop = drop("a-manifest.json", items(item("t-1", fields + "," + FILE)));

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(created(drop)).containsExactly("t-1");
    }

    // Characters

    @Test
    void aByteThatIsNotUtf8InAFieldIsRefusedWithThePlace() throws IOException {
        String text = items(item("t-1", FILE), "\n" + item("t-2", "\"filename\":\"caf\u00e9.pdf\""));

        Drop drop = drop("a-manifest.json", text.getBytes(ISO_8859_1));

        assertRefused(drop, "unreadable JSON at line 2, column ", "UTF-8");
    }

    @Test
    void aByteThatIsNotUtf8InAContentIsRefusedWithThePlace() throws IOException {
        String text = items(item("t-1", FILE), "\n" + item("t-2", "\"file\":\"JVBE\u00e9RjE\""));

        Drop drop = drop("a-manifest.json", text.getBytes(ISO_8859_1));

        assertRefused(drop, "unreadable JSON at line 2, column ", "UTF-8");
    }

    @Test
    void aByteThatIsNotUtf8InACellIsRefusedWithItsLine() throws IOException {
        String rows = IntStream.range(2, 1000)
                .mapToObj(line -> row("t-" + line, "x.pdf"))
                .collect(Collectors.joining());

        Drop drop = drop("a-manifest.csv", (HEADER + rows + row("t-1000", "caf\u00e9.pdf")).getBytes(ISO_8859_1));

        assertRefused(drop, "bytes that are not UTF-8 in line 1000, at byte ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00 x", "\\ud800\\ud800", "a\\u0000b"})
    void anEscapeThatIsNoCharacterIsRefusedWithThePlace(String escape) throws IOException {
        for (String field : List.of("itemId", "documentType", "filename", "partnerReferenceId")) {
            Drop drop = drop("a-manifest.json", "{\"items\":[\n{\"" + field + "\":\"" + escape + "\"}]}");

            assertRefused(drop, "a text with a NUL character or half of a surrogate pair at line 2, column ");
        }
        Drop drop = drop("a-manifest.json", items("{\"itemId\":\"t-1\",\n\"metadata\":{\"" + escape + "\":[1]}}"));
        assertRefused(drop, " at line 2, column ");
    }

    @Test
    void anEscapeThatIsNoCharacterFailsTheContentThatItStandsIn() throws IOException {
        Drop drop = drop("a-manifest.json", items(item("t-1", "\"file\":\"JVBE\\ud800\\u0000\""), item("t-2", FILE)));

        assertFailed(drop, "t-1", "file is not valid Base64");
        assertThat(created(drop)).containsExactly("t-2");
    }

    @Test
    void aNulInACellIsRefusedWithItsLine() throws IOException {
        Drop drop = drop("a-manifest.csv", HEADER + row("t-1", "x.pdf") + row("t-\0", "y.pdf"));

        assertRefused(drop, "line 3: a NUL character in 'itemId'");
    }

    @Test
    void aNulInTheHeaderIsRefused() throws IOException {
        assertRefused(drop("a-manifest.csv", "itemId,name\0space\n"), "line 1: unknown column 'name", "'namespace'");
    }

    @ParameterizedTest
    @CsvSource({"json", "jsonl", "csv"})
    void aByteOrderMarkIsReadOver(String format) throws IOException {
        String text =
                switch (format) {
                    case "json" -> items(item("t-1", FILE));
                    case "jsonl" -> item("t-1", FILE);
                    default -> "itemId,namespace,externalId,documentType,file\nt-1,SIS,S-77,DIPLOMA," + base64(PDF);
                };

        Drop drop = drop("a-manifest." + format, "\uFEFF" + text);

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(created(drop)).containsExactly("t-1");
    }

    @ParameterizedTest
    @CsvSource({"json, UTF-16LE", "json, UTF-16BE", "jsonl, UTF-32LE", "jsonl, UTF-32BE", "csv, UTF-16LE"})
    void anotherEncodingIsRefusedEvenBehindAByteOrderMark(String format, String charset) throws IOException {
        byte[] bytes = items(item("t-1", FILE)).getBytes(charset);

        assertRefused(drop("a-manifest." + format, bytes), "not UTF-8");
        assertRefused(drop("a-manifest." + format, concat("\uFEFF".getBytes(UTF_8), bytes)), "not UTF-8");
    }

    @Test
    void aSecondByteOrderMarkIsRefused() throws IOException {
        assertRefused(drop("a-manifest.json", "\uFEFF\uFEFF" + items(item("t-1", FILE))), "byte order mark");
    }

    // Numbers

    @Test
    void numbersOfAnySizeAreKeptAsTheyAre() throws IOException {
        String metadata =
                "{\"a\":1e1000000000,\"b\":-0,\"c\":1234567890123456789012345.6789012345678901,\"d\":-1E-400}";

        Drop drop = drop("a-manifest.json", items(item("t-1", FILE + ",\"metadata\":" + metadata)));

        assertThat(created(drop)).containsExactly("t-1");
        String kept =
                jdbc.queryForObject("SELECT METADATA FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", String.class, drop.key());
        assertThat(kept)
                .isEqualTo(
                        "{\"a\":1E+1000000000,\"b\":0,\"c\":1234567890123456789012345.6789012345678901,\"d\":-1E-400}");
    }

    @Test
    void aNumberThatIsNoDoubleComesBackWithTheCorrections() throws IOException {
        String metadata = "\"metadata\":{\"a\":1E+1000000000,\"b\":0.12345678901234567890123}";

        Drop drop = drop("a-manifest.json", items(item("t-1", metadata)));

        assertFailed(drop, "t-1", "file is required (base64 encoded content)");
        assertThat(sender.report(drop, "corrections.jsonl")).contains(metadata);
    }

    @Test
    void metadataFullOfHugeNumbersFitsWhereItIsKept() throws IOException {
        String numbers = IntStream.range(0, 2300).mapToObj(i -> "9e999").collect(Collectors.joining(","));

        Drop drop = drop("a-manifest.json", items(item("t-1", FILE + ",\"metadata\":{\"a\":[" + numbers + "]}")));

        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(created(drop)).containsExactly("t-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999", "1e2147483648"})
    void aNumberBeyondAllLimitsIsRefusedWithThePlace(String number) throws IOException {
        Drop drop = drop("a-manifest.json", items(item("t-1", FILE + ",\n\"metadata\":{\"a\":" + number + "}")));

        assertRefused(drop, "a number beyond all limits at line 2, column ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "0x10", "01", "+1", "1.", ".5"})
    void whatIsNoNumberIsRefusedWithThePlace(String number) throws IOException {
        Drop drop = drop("a-manifest.json", items(item("t-1", FILE + ",\n\"metadata\":{\"a\":" + number + "}")));

        assertRefused(drop, "unreadable JSON at line 2, column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"items\":[\n{\"itemId\":\"t-1\",\"n\":%s}]}", "{\n\"n\":%s,\"items\":[{\"itemId\":\"t-1\"}]}"
            })
    void aNumberOfTenThousandDigitsIsRefusedWithThePlace(String frame) throws IOException {
        Drop drop = drop("a-manifest.json", frame.formatted("9".repeat(10_000)));

        assertRefused(drop, "unreadable JSON at line 2, column ", "exceeds the maximum allowed (100)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "-0", "123"})
    void aNumberIsNoItemId(String number) throws IOException {
        assertRefused(
                drop("a-manifest.json", items("{\"itemId\":" + number + "}")),
                "item 1 (line 1, column 11): itemId is required and must be a string");
    }

    // CSV

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "itemId,namespace,externalId,documentTyp | line 1: unknown column 'documentTyp'; did you mean 'documentType'?",
                "itemId,namespace,externalId | line 1: the column 'documentType' is missing",
                "itemId,itemId,namespace,externalId,documentType | line 1: the column 'itemId' stands there twice",
                "itemId;namespace;externalId;documentType | line 1: unknown column 'itemId;namespace",
                "%PDF-1.4 | line 1: unknown column '%PDF-1.4'"
            })
    void aWrongHeaderIsRefused(String header, String message) throws IOException {
        assertRefused(drop("a-manifest.csv", header + "\nt-1,SIS,S-77,DIPLOMA\n"), message);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "t-2,SIS,S-77,DIPLOMA,x.pdf,more | line 3 has 6 cells where the header has 5",
                "t-2,SIS,S-77,DIPLOMA | line 3 has 4 cells where the header has 5",
                "t-2,SIS,S-77,DIPLOMA,x\".pdf | line 3: a quote inside a cell that is not quoted",
                "t-2,SIS,S-77,DIPLOMA,\"x\".pdf | the row after line 2 cannot be read: Unexpected character",
                "t-2,SIS,S-77,DIPLOMA,\"x.pdf | a quote that is never closed, in the row of line 3",
                "\" | a quote that is never closed, in the row of line 3"
            })
    void aRowThatIsWrongRefusesTheDropWithItsLine(String row, String message) throws IOException {
        assertRefused(drop("a-manifest.csv", HEADER + row("t-1", "x.pdf") + row + "\n"), message);
    }

    @Test
    void aThousandUnknownColumnsAreRefusedWithTheFirst() throws IOException {
        String columns = IntStream.range(0, 1000).mapToObj(i -> ",f" + i).collect(Collectors.joining());

        assertRefused(drop("a-manifest.csv", HEADER.strip() + columns + "\n"), "line 1: unknown column 'f0'");
    }

    @ParameterizedTest
    @CsvSource({
        "300, line 1: unknown column 'xxx",
        "10000, line 1: unknown column 'xxx",
        "100000, line 1: a header of more than 16000 characters",
        "1000000, line 1: a header of more than 16000 characters"
    })
    void aHeaderNameOfAnyLengthIsRefusedInAFewWords(int length, String message) throws IOException {
        Drop drop = drop("a-manifest.csv", HEADER.strip() + "," + "x".repeat(length) + "\n");

        assertRefused(drop, message);
        assertThat(message(drop)).hasSizeLessThan(300);
    }

    @Test
    void aHeaderOfAMillionCellsIsRefused() throws IOException {
        assertRefused(
                drop("a-manifest.csv", HEADER.strip() + ",".repeat(1_000_000)), "line 1 has more than 10000 cells");
    }

    @Test
    void aRowOfAMillionCellsIsRefused() throws IOException {
        Drop drop = drop("a-manifest.csv", HEADER + row("t-1", "x.pdf") + ",".repeat(1_000_000));

        assertRefused(drop, "line 3 has more than 10000 cells");
    }

    @Test
    void aCellOf200MegabytesIsRefusedWithItsLineAndNeverHeld() throws IOException {
        Inbox inbox = sender.inbox();
        write(inbox, "a-manifest.csv", out -> {
            out.write((HEADER + row("t-1", "x.pdf") + "t-2,SIS,S-77,DIPLOMA,").getBytes(UTF_8));
            fill(out, 'A', HUGE);
        });

        assertRefused(assertFlat(3 * FLAT, () -> runFirst(inbox)), "the row after line 2 has a cell of more than ");
    }

    @ParameterizedTest
    @CsvSource({"2000000, A", "200000, '\u0001'", "300000, \u00e9"})
    void anItemThatIsLargeBesideItsContentIsRefusedInCsvToo(int length, String character) throws IOException {
        String text = character.repeat(length);

        Drop drop =
                drop("a-manifest.csv", HEADER.strip() + ",metadata.note\nt-1,SIS,S-77,DIPLOMA,x.pdf," + text + "\n");

        assertRefused(drop, "line 2: an item of more than 262144 bytes beside its content");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "jsonl", "csv", "tsv", "zip"})
    void anEmptyFileIsRefusedAsEmpty(String format) throws IOException {
        assertRefused(drop("a-manifest." + format, ""), "is empty");
    }

    // Companions

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a large drop, not one that could hang
    void aCompanionThatIsNamedAHundredThousandTimesIsKeptOnce() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "x.pdf", PDF);
        write(inbox, "a-manifest.csv", out -> {
            out.write(HEADER.getBytes(UTF_8));
            for (int i = 0; i < 100_000; i++) {
                out.write(row("t-" + i, "x.pdf").getBytes(UTF_8));
            }
        });

        Drop drop = runFirst(inbox);

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(drop.succeeded()).isEqualTo(100_000);
        assertThat(documents(drop)).isEqualTo(100_000);
        assertThat(count("SELECT COUNT(DISTINCT FINGERPRINT) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", drop))
                .isEqualTo(1);
        assertThat(count("SELECT COUNT(*) FROM NIGHT_DROP_FILE WHERE DROP_KEY = ?", drop))
                .isEqualTo(1);
        assertThat(vault.path(DigestUtils.sha256Hex(PDF))).hasContent(PDF);
    }

    static List<String> namesThatLeadNowhere() {
        return List.of(
                "../../etc/passwd",
                "../canary/canary.pdf",
                "..",
                ".",
                "./x.pdf",
                "sub/../x.pdf",
                "/etc/passwd",
                "//x.pdf",
                "C:\\x",
                "C:x.pdf",
                "\\\\server\\share\\x.pdf",
                "..\\canary\\canary.pdf",
                "file:///etc/passwd",
                "https://example.edu/x.pdf",
                "%2e%2e/x",
                "%2e%2e%2fcanary/canary.pdf",
                "..%c0%afcanary.pdf",
                "x.pdf/",
                "x.pdf\n",
                "x\u001b[31m.pdf",
                "x.pdf\u0085",
                "x.pdf ",
                "x.pdf.",
                " x.pdf",
                "X.PDF",
                "x\u202efdp.exe",
                "x.pdf\u200b",
                "~/x.pdf",
                "$HOME/x.pdf",
                "*.pdf",
                "x.pdf:stream",
                "-x.pdf",
                "CON");
    }

    @Test
    void aNameThatLeadsNowhereFailsItsItemAlone() throws IOException {
        List<String> names = namesThatLeadNowhere();
        Inbox inbox = sender.inbox();
        sender.put(inbox, "x.pdf", PDF);
        List<String> items = new ArrayList<>(List.of(item("t-0", "\"filename\":\"x.pdf\"")));
        names.forEach(name -> items.add(item("t-" + items.size(), "\"filename\":" + json.writeValueAsString(name))));
        sender.put(inbox, "a-manifest.json", items(items.toArray(String[]::new)));

        Drop drop = runFirst(inbox);

        assertThat(created(drop)).containsExactly("t-0");
        for (int i = 0; i < names.size(); i++) {
            assertFailed(drop, "t-" + (i + 1), "file '" + names.get(i) + "' is not in the drop");
        }
    }

    @Test
    void aNameOfFiveThousandCharactersFailsItsItemAlone() throws IOException {
        Drop drop = drop(
                "a-manifest.json",
                items(
                        item("t-1", "\"filename\":\"" + "x".repeat(5000) + ".pdf\""),
                        item("t-2", "\"filename\":\"" + "\uD83D\uDCC4".repeat(2500) + ".pdf\""),
                        item("t-3", "\"filename\":\"" + "y/".repeat(2500) + ".pdf\""),
                        item("t-4", "\"filename\":\"" + "z".repeat(255) + "\""),
                        item("t-5", FILE)));

        for (String id : List.of("t-1", "t-2", "t-3")) {
            assertFailed(drop, id, "filename is longer than 255 characters");
            assertThat(result(drop, id).path("error").path("message").asString())
                    .hasSizeLessThanOrEqualTo(4000)
                    .doesNotContain("?");
        }
        assertFailed(drop, "t-4", "is not in the drop");
        assertThat(created(drop)).containsExactly("t-5");
    }

    @Test
    void namesThatDifferInCaseOnlyAreDifferentFiles() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "x.pdf", PDF + " small");
        sender.put(inbox, "X.PDF", PDF + " large");
        sender.put(inbox, "invoice\u202efdp.exe", "reversed");
        sender.put(inbox, "caf\u00e9.pdf", PDF + " composed");
        sender.put(inbox, "cafe\u0301.pdf", PDF + " decomposed");
        List<String> names = List.of("x.pdf", "X.PDF", "invoice\u202efdp.exe", "caf\u00e9.pdf", "cafe\u0301.pdf");
        sender.put(
                inbox,
                "a-manifest.json",
                items(names.stream()
                        .map(name -> item("t-" + names.indexOf(name), "\"filename\":\"" + name + "\""))
                        .toArray(String[]::new)));

        Drop drop = runFirst(inbox);

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(fingerprint(drop, "t-0")).isEqualTo("sha256:" + DigestUtils.sha256Hex(PDF + " small"));
        assertThat(fingerprint(drop, "t-1")).isEqualTo("sha256:" + DigestUtils.sha256Hex(PDF + " large"));
        assertThat(fingerprint(drop, "t-3")).isEqualTo("sha256:" + DigestUtils.sha256Hex(PDF + " composed"));
        assertThat(fingerprint(drop, "t-4")).isEqualTo("sha256:" + DigestUtils.sha256Hex(PDF + " decomposed"));
        assertThat(inbox.directory()).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCompanionThatIsNoRegularFileIsNotThere() throws Exception {
        Inbox inbox = sender.inbox();
        Path folder = inbox.directory();
        Path canary = canary(inbox);
        Files.createSymbolicLink(folder.resolve("link.pdf"), canary);
        Files.createSymbolicLink(folder.resolve("linked"), canary.resolveSibling("."));
        Files.createSymbolicLink(folder.resolve("dangling.pdf"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("itself.pdf"), Path.of("itself.pdf"));
        Files.createDirectories(folder.resolve("folder.pdf"));
        makePipe(folder.resolve("pipe.pdf"));
        List<String> names =
                List.of("link.pdf", "linked/canary.pdf", "dangling.pdf", "itself.pdf", "folder.pdf", "pipe.pdf");
        sender.put(
                inbox,
                "a-manifest.json",
                items(Stream.concat(
                                names.stream().map(name -> item("t-" + name, "\"filename\":\"" + name + "\"")),
                                Stream.of(item("t-good", FILE)))
                        .toArray(String[]::new)));

        Drop drop = runFirst(inbox);

        for (String name : names) {
            assertFailed(drop, "t-" + name, "file '" + name + "' is not in the drop");
        }
        assertThat(created(drop)).containsExactly("t-good");
        assertThat(folder.resolve("link.pdf")).isSymbolicLink();
        assertThat(folder.resolve("pipe.pdf")).exists();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCompanionWithASecondNameElsewhereIsCopiedAndTheOtherNameIsLeftAlone() throws IOException {
        Inbox inbox = sender.inbox();
        Path canary = canary(inbox);
        Files.createLink(inbox.directory().resolve("x.pdf"), canary);
        sender.put(inbox, "a-manifest.json", items(item("t-1", "\"filename\":\"x.pdf\"")));

        Drop drop = runFirst(inbox);

        assertThat(created(drop)).containsExactly("t-1");
        assertThat(Files.getAttribute(canary, "unix:nlink")).isEqualTo(1);
        assertThat(canary).hasContent(PDF + " that is not in the inbox");
    }

    @Test
    void aManifestIsNoCompanionOfAnother() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(
                inbox,
                "a-manifest.json",
                items(
                        item("t-1", "\"filename\":\"z-manifest.json\""),
                        item("t-2", "\"filename\":\"a-manifest.json\""),
                        item("t-3", FILE)));

        Drop drop = runFirst(inbox);

        assertFailed(drop, "t-1", "file 'z-manifest.json' is not in the drop");
        assertFailed(drop, "t-2", "file 'a-manifest.json' is not in the drop");
        assertThat(created(drop)).containsExactly("t-3");
    }

    @Test
    void missingCompanionsWithLongNamesMakeTheirOwnManifestWaitAndNoOther() throws IOException {
        Inbox inbox = sender.inbox("wait-for-companions", "1h");
        String items = IntStream.range(0, 10)
                .mapToObj(i -> item("t-" + i, "\"filename\":\"" + "long/".repeat(180) + i + ".pdf\""))
                .collect(Collectors.joining(","));
        sender.put(inbox, "a-manifest.json", "{\"items\":[" + items + "]}");
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));

        assertThat(sender.run(inbox)).extracting(Drop::manifest).containsExactly("z-manifest.json");

        assertThat(jdbc.queryForObject(
                        "SELECT REASON FROM INBOX_MANIFEST WHERE INBOX = ? AND PATH = 'a-manifest.json'",
                        String.class,
                        inbox.name()))
                .startsWith("waits for companions until ")
                .contains("not there: long/long/");
    }

    // What lies in an inbox

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aManifestThatIsNoRegularFileIsNeverTaken() throws Exception {
        Inbox inbox = sender.inbox();
        Path folder = inbox.directory();
        Path elsewhere = Files.writeString(canary(inbox).resolveSibling("b-manifest.json"), items(item("t-1", FILE)));
        Files.createSymbolicLink(folder.resolve("a-link-manifest.json"), elsewhere);
        Files.createSymbolicLink(folder.resolve("a-dangling-manifest.json"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("a-round-manifest.json"), Path.of("a-round-manifest.json"));
        Files.createSymbolicLink(folder.resolve("a-linked-folder"), elsewhere.resolveSibling("."));
        Files.createDirectories(folder.resolve("a-folder-manifest.json"));
        makePipe(folder.resolve("a-pipe-manifest.csv"));
        makePipe(folder.resolve("a-pipe.zip"));
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));
        Map<String, String> outside = outside(inbox);

        List<Drop> ended = sender.run(inbox);

        assertThat(ended).extracting(Drop::manifest).containsExactly("z-manifest.json");
        assertThat(outside(inbox)).isEqualTo(outside);
        assertThat(folder.resolve("a-link-manifest.json")).isSymbolicLink();
        assertThat(folder.resolve("a-pipe-manifest.csv")).exists();
        assertThat(sender.run(inbox)).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aManifestThatBecameALinkAfterTheLookIsNotFollowed() throws IOException {
        Inbox inbox = sender.inbox();
        Path manifest = sender.put(inbox, "a-manifest.json", items(item("t-1", FILE)));
        Path secret = Files.writeString(canary(inbox).resolveSibling("secret.json"), items(item("secret", FILE)));
        assertThat(sender.look(inbox).ready())
                .containsExactly(inbox.relative(manifest).orElseThrow());
        Files.delete(manifest);
        Files.createSymbolicLink(manifest, secret);

        takeInQuietly(inbox, manifest);

        assertNothingIsStuck(inbox);
        assertThat(manifest).isSymbolicLink();
        assertThat(count("SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE ITEM_ID = 'secret' AND DROP_KEY > ?", 0L))
                .isZero();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aManifestThatBecameAPipeAfterTheLookHoldsNothingUp() throws Exception {
        Inbox inbox = sender.inbox();
        Path manifest = sender.put(inbox, "a-manifest.json", items(item("t-1", FILE)));
        assertThat(sender.look(inbox).ready())
                .containsExactly(inbox.relative(manifest).orElseThrow());
        Files.delete(manifest);
        makePipe(manifest);

        takeInQuietly(inbox, manifest);

        assertNothingIsStuck(inbox);
    }

    @Test
    void aManifestThatItsSenderTookBackAfterTheLookLeavesNothingBehind() throws IOException {
        Inbox inbox = sender.inbox();
        Path manifest = sender.put(inbox, "a-manifest.json", items(item("t-1", FILE)));
        assertThat(sender.look(inbox).ready())
                .containsExactly(inbox.relative(manifest).orElseThrow());
        Files.delete(manifest);

        takeInQuietly(inbox, manifest);

        assertNothingIsStuck(inbox);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aManifestsNameMayBeAsLongAsTheFileSystemAllows() throws IOException {
        String wide = "a" + "\u6587".repeat(80) + "manifest.csv";
        String pairs = "m" + "\uD840\uDC00".repeat(59) + "manifest.csv";
        String narrow = "n".repeat(243) + "manifest.csv";
        for (String name : List.of(wide, pairs, narrow)) {
            Drop drop =
                    drop(name, "itemId,namespace,externalId,documentType,file\nt-1,SIS,S-77,DIPLOMA," + base64(PDF));

            assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(created(drop)).containsExactly("t-1");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aManifestsNameWithOddCharactersIsTakenAndReportedUnderAPlainOne() throws IOException {
        for (String name : List.of(
                "a\nmanifest.json",
                "a\u001b[31mmanifest.json",
                "a\u202emanifest.json",
                "-rf manifest.json",
                "a'\"<script>alert(1)<;script>manifest.json",
                "=cmd|manifest.json")) {
            Drop drop = drop(name, items(item("t-1", FILE)));

            assertThat(drop.outcome()).as(name).isEqualTo(Outcome.COMPLETED);
            assertThat(drop.name())
                    .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}<>'\"=|;:/\\\\]")
                    .doesNotStartWith("-");
            assertThat(sender.report(drop, "report.html")).doesNotContain("<script");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aNameThatIsNotUtf8IsNotTakenAndHoldsNothingUp() throws Exception {
        Inbox inbox = sender.inbox();
        shell(inbox.directory(), "echo '{\"items\":[]}' > \"$(printf 'a\\377manifest.json')\"");
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));

        assertThat(sender.run(inbox)).extracting(Drop::manifest).containsExactly("z-manifest.json");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPathThatIsTooLongForTheDatabaseHoldsNothingUp() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, deep('d', 6) + "/a-manifest.json", items(item("t-1", FILE)));
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));

        assertThat(sender.run(inbox)).extracting(Drop::manifest).contains("z-manifest.json");
        assertThat(states(inbox)).containsOnly("DONE");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPathThatIsTooLongForTheSystemHoldsNothingUp() throws IOException {
        Inbox inbox = sender.inbox();
        Path upper = inbox.directory().resolve(deep('u', 17));
        Files.createDirectories(upper);
        sender.put(inbox, deep('l', 17) + "/a-manifest.json", items(item("t-1", FILE)));
        Path lower = inbox.directory().resolve("l".repeat(200));
        Files.move(lower, upper.resolve("l"));
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));

        try {
            assertThat(sender.run(inbox)).extracting(Drop::manifest).contains("z-manifest.json");
            assertThat(states(inbox)).containsOnly("DONE");
        } finally {
            Files.move(upper.resolve("l"), lower);
        }
    }

    private static String deep(char letter, int levels) {
        return String.join(
                "/", Collections.nCopies(levels, String.valueOf(letter).repeat(200)));
    }

    @Test
    void aManifestWithTheNameTheSizeAndTheTimeOfTheLastOneIsTakenAllTheSame() throws IOException {
        Inbox inbox = sender.inbox();
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        for (String id : List.of("t-1", "t-2")) {
            Files.setLastModifiedTime(sender.put(inbox, "a-manifest.json", items(item(id, FILE))), time);

            assertThat(created(sender.runOne(inbox))).containsExactly(id);
        }
    }

    @Test
    void aFolderWithADoneFilesNameIsLeftAlone() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "a-manifest.json.done/keep.txt", "mine");

        Drop drop = drop(inbox, "a-manifest.json", items(item("t-1", FILE)).getBytes(UTF_8));

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(inbox.directory().resolve("a-manifest.json.done/keep.txt")).hasContent("mine");
    }

    // ZIP

    @Test
    void aZipBombIsRefusedAndNeverUnpacked() throws IOException {
        byte[] zip = zip(out -> {
            entry(
                    out,
                    "manifest.json",
                    items(item("t-1", "\"filename\":\"bomb.pdf\"")).getBytes(UTF_8));
            entry(out, "bomb.pdf", new byte[64 * 1024 * 1024]);
        });
        Inbox inbox = sender.inbox();
        Files.write(inbox.directory().resolve("a.zip"), zip);

        assertRefused(
                assertFlat(() -> runFirst(inbox)),
                "the entry 'bomb.pdf' unpacks to more than 200 times its packed size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../canary/canary.pdf", "a/../../x.pdf", "/etc/x.pdf", "C:/x.pdf", "..\\x.pdf", "..", "a/.."})
    void aZipWithAnEntryThatLeavesItIsRefused(String name) throws IOException {
        byte[] zip = zip(out -> {
            entry(out, "manifest.json", items(item("t-1", FILE)).getBytes(UTF_8));
            entry(out, name, PDF.getBytes(UTF_8));
        });

        assertRefused(drop("a.zip", zip), "the entry '" + name + "' ");
    }

    @Test
    void anEncryptedZipIsRefused() throws IOException {
        byte[] zip =
                zip(out -> entry(out, "manifest.json", items(item("t-1", FILE)).getBytes(UTF_8)));
        int directory = new String(zip, ISO_8859_1).indexOf("PK\u0001\u0002");
        zip[6] |= 1;
        zip[directory + 8] |= 1;

        assertRefused(drop("a.zip", zip), "the entry 'manifest.json' is encrypted");
    }

    @Test
    void aZipThatIsNoneIsRefused() throws IOException {
        assertRefused(drop("a.zip", items(item("t-1", FILE))), "not a readable ZIP archive: ");
        assertRefused(drop("a.zip", "PK\u0003\u0004" + "x".repeat(100)), "not a readable ZIP archive: ");
    }

    @Test
    void aZipThatIsCutOffIsRefused() throws IOException {
        byte[] zip =
                zip(out -> entry(out, "manifest.json", items(item("t-1", FILE)).getBytes(UTF_8)));

        assertRefused(drop("a.zip", Arrays.copyOf(zip, zip.length - 10)), "not a readable ZIP archive: ");
    }

    @Test
    void aZipInAZipIsAFileLikeAnyOther() throws IOException {
        byte[] inner = zip(out -> {
            entry(out, "manifest.json", items(item("inner", FILE)).getBytes(UTF_8));
            entry(out, "bomb.bin", new byte[9 * 1024 * 1024]);
        });
        byte[] outer = zip(out -> {
            entry(
                    out,
                    "manifest.json",
                    items(item("t-1", "\"filename\":\"inner.zip\"")).getBytes(UTF_8));
            entry(out, "inner.zip", inner);
        });

        Drop drop = drop("a.zip", outer);

        assertThat(created(drop)).containsExactly("t-1");
        assertThat(documents(drop)).isEqualTo(1);
        assertThat(vault.path(DigestUtils.sha256Hex(inner))).hasBinaryContent(inner);
    }

    @Test
    void aZipOfZipsHasNoManifest() throws IOException {
        byte[] inner = zip(
                out -> entry(out, "manifest.json", items(item("inner", FILE)).getBytes(UTF_8)));

        assertRefused(drop("a.zip", zip(out -> entry(out, "inner.zip", inner))), "the archive holds no manifest");
    }

    @Test
    void theManifestInAZipIsReadAsStrictlyAsAnyOther() throws IOException {
        byte[] zip = zip(out -> entry(out, "manifest.csv", (HEADER + row("t-1", "x\".pdf")).getBytes(UTF_8)));

        assertRefused(drop("a.zip", zip), "line 2: a quote inside a cell that is not quoted");
    }

    // What comes back

    static List<String> textsThatWouldRun() {
        return List.of(
                "=HYPERLINK(\"http://example.edu\")",
                "+1+1",
                "-2+3",
                "@SUM(A1)",
                "'=1",
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "{{id}}{{{message}}}",
                "\u202egnp.exe",
                "a,b\";c");
    }

    @Test
    void noTextOfAnItemRunsInItsReports() throws IOException {
        List<String> texts = textsThatWouldRun();
        List<String> items = new ArrayList<>();
        for (String text : texts) {
            String quoted = json.writeValueAsString(text);
            items.add("{\"itemId\":" + quoted + ",\"externalReference\":{\"namespace\":" + quoted + ",\"externalId\":"
                    + quoted + "},\"documentType\":" + quoted + "," + FILE + "}");
            items.add("{\"itemId\":" + json.writeValueAsString(text + "2")
                    + ",\"externalReference\":{\"namespace\":\"SIS\","
                    + "\"externalId\":\"S-77\"},\"documentType\":\"DIPLOMA\",\"filename\":" + quoted + "}");
            items.add("{\"itemId\":" + json.writeValueAsString(text + "3")
                    + ",\"externalReference\":{\"namespace\":\"SIS\"," + "\"externalId\":\"S-77\"},\"documentType\":"
                    + quoted + "," + FILE + "}");
        }

        Drop drop = drop("a-manifest.json", items(items.toArray(String[]::new)));

        for (String text : texts) {
            assertFailed(drop, text, "User not found for external reference " + text + "/" + text);
            assertFailed(drop, text + "2", "file '" + text + "' is not in the drop");
        }
        assertThat(created(drop)).hasSize(texts.size());
        String csv = sender.report(drop, "results.csv");
        assertThat(csv)
                .contains("0,\"'=HYPERLINK(\"\"http://example.edu\"\")\",failed,")
                .contains(",'+1+1,failed,", ",'-2+3,failed,", ",'@SUM(A1),failed,", ",''=1,failed,")
                .doesNotContainPattern("(^|,|\n)\"?[=+@\t]");
        assertThat(page(drop))
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .contains("{{id}}{{{message}}}")
                .doesNotContain("<script", "<img", "onerror=alert(1)>");
    }

    @Test
    void noTextOfARefusalRunsInItsReports() throws IOException {
        Drop drop = drop("a-manifest.csv", "itemId,<script>alert(1)</script>\n");

        assertRefused(drop, "line 1: unknown column '<script>alert(1)</script>'");
        assertThat(page(drop)).contains("&lt;script&gt;alert(1)&lt;/script&gt;").doesNotContain("<script");
    }

    @Test
    void noFormulaOfACsvRunsInItsCorrections() throws IOException {
        Drop drop = drop("a-manifest.csv", HEADER + row("=1+1", "@x.pdf") + row("'=2", "-x.pdf"));

        assertFailed(drop, "=1+1", "file '@x.pdf' is not in the drop");
        assertThat(sender.report(drop, "corrections.csv"))
                .contains("\n'=1+1,SIS,S-77,DIPLOMA,'@x.pdf,")
                .doesNotContainPattern("(^|,|\n)\"?[=+@\t]");
    }

    // The contract that all of them keep

    private Drop drop(String name, String text) throws IOException {
        return drop(name, text.getBytes(UTF_8));
    }

    private Drop drop(String name, byte[] bytes) throws IOException {
        return drop(sender.inbox(), name, bytes);
    }

    private Drop drop(Inbox inbox, String name, byte[] bytes) throws IOException {
        Files.write(inbox.directory().resolve(name), bytes);
        return runFirst(inbox);
    }

    /** Runs what lies there and a good drop behind it; the first one, which is done. */
    private Drop runFirst(Inbox inbox) throws IOException {
        canary(inbox);
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));
        Map<String, String> outside = outside(inbox);
        Map<String, String> system = Map.of("passwd", hash(Path.of("/etc/passwd")));

        List<Drop> ended = sender.run(inbox);

        assertThat(ended).as("drops").hasSize(2);
        Drop hostile = ended.get(0);
        Drop next = ended.get(1);
        assertThat(hostile.state()).as("state; trouble: " + hostile.trouble()).isEqualTo(DropState.DONE);
        assertThat(next.manifest()).isEqualTo("z-manifest.json");
        assertThat(next.outcome()).as("the next drop's outcome").isEqualTo(Outcome.COMPLETED);
        assertThat(outside(inbox)).as("files outside of home and inbox").isEqualTo(outside);
        assertThat(Map.of("passwd", hash(Path.of("/etc/passwd")))).isEqualTo(system);
        assertThat(settings.work().resolve(Long.toString(hostile.key()))).doesNotExist();
        return hostile;
    }

    /** Refused whole, with a message that holds all of the parts, and without a trace in the vault. */
    private void assertRefused(Drop drop, String... parts) throws IOException {
        assertThat(drop.outcome()).isEqualTo(Outcome.REJECTED);
        JsonNode error = json.readTree(sender.report(drop, "response.json")).path("error");
        assertThat(error.path("code").asString()).isEqualTo("VALIDATION_ERROR");
        assertThat(error.path("message").asString())
                .contains(parts)
                .hasSizeLessThan(2000)
                .doesNotContain(
                        "Exception",
                        "StreamRead",
                        "jackson",
                        "java.",
                        settings.home().toString());
        JsonNode summary = json.readTree(sender.report(drop, "summary.json"));
        assertThat(summary.path("httpStatus").intValue()).isEqualTo(400);
        assertThat(summary.path("counts").path("total").intValue()).isZero();
        assertThat(documents(drop)).as("documents of a refused drop").isZero();
        assertThat(count("SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ?", drop))
                .isZero();
        assertThat(page(drop)).contains("VALIDATION_ERROR").doesNotContain("\tat ", "Exception");
    }

    private String message(Drop drop) throws IOException {
        return json.readTree(sender.report(drop, "response.json"))
                .path("error")
                .path("message")
                .asString();
    }

    private void assertFailed(Drop drop, String itemId, String part) throws IOException {
        JsonNode result = result(drop, itemId);
        assertThat(result.path("status").asString()).as("status of " + itemId).isEqualTo("failed");
        assertThat(result.path("error").path("message").asString())
                .as("error of " + itemId)
                .contains(part);
        assertThat(result.path("error").path("code").asString()).isIn("VALIDATION_ERROR", "NOT_FOUND");
    }

    private JsonNode result(Drop drop, String itemId) throws IOException {
        JsonNode result = results(drop).get(itemId);
        assertThat(result).as("result of " + itemId).isNotNull();
        return Objects.requireNonNull(result);
    }

    private List<String> created(Drop drop) throws IOException {
        List<String> ids = results(drop).values().stream()
                .filter(result -> result.path("status").asString().equals("created"))
                .map(result -> result.path("itemId").asString())
                .toList();
        assertThat(documents(drop)).as("documents").isEqualTo(ids.size());
        return ids;
    }

    private String fingerprint(Drop drop, String itemId) throws IOException {
        return result(drop, itemId)
                .path("document")
                .path("documentFingerprintId")
                .asString();
    }

    private Map<String, JsonNode> results(Drop drop) throws IOException {
        Map<String, JsonNode> results = new LinkedHashMap<>();
        ObjectNode body = (ObjectNode) json.readTree(sender.report(drop, "response.json"));
        body.path("results").forEach(result -> results.put(result.path("itemId").asString(), result));
        return results;
    }

    /** The page without its own style sheet, which no sender has a word in. */
    private String page(Drop drop) throws IOException {
        return sender.report(drop, "report.html").replaceFirst("(?s)<style>.*?</style>", "");
    }

    private long documents(Drop drop) {
        return count("SELECT COUNT(*) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", drop);
    }

    private long count(String query, Drop drop) {
        return count(query, drop.key());
    }

    private long count(String query, Object argument) {
        Long count = jdbc.queryForObject(query, Long.class, argument);
        return count == null ? -1 : count;
    }

    /** Takes in as a run does that looked a while ago; a fault is told, not thrown. */
    private void takeInQuietly(Inbox inbox, Path manifest) {
        try (InboxClaims.Claim ours = claims.claim(inbox.name()).orElseThrow()) {
            assertThat(ours.inbox()).isEqualTo(inbox.name());
            Optional<Drop> claimed =
                    takeIn.claim(inbox, inbox.relative(manifest).orElseThrow());
            if (claimed.isPresent()) {
                takeIn.resume(inbox, claimed.get());
            }
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("manifest");
        }
    }

    /** Whatever was left in the middle, the next drop runs, nothing waits for an operator, and no thread hangs. */
    private void assertNothingIsStuck(Inbox inbox) throws IOException {
        sender.put(inbox, "z-manifest.json", items(item("next", FILE)));
        assertThat(sender.run(inbox)).extracting(Drop::manifest).contains("z-manifest.json");
        assertThat(states(inbox)).containsOnly("DONE");
    }

    private List<String> states(Inbox inbox) {
        return jdbc.queryForList("SELECT STATE FROM NIGHT_DROP WHERE INBOX = ?", String.class, inbox.name());
    }

    // Memory

    @FunctionalInterface
    private interface Run {
        Drop run() throws IOException;
    }

    private static Drop assertFlat(Run run) throws IOException {
        return assertFlat(FLAT, run);
    }

    /** What a thread never allocates it cannot hold. */
    private static Drop assertFlat(long most, Run run) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Drop drop = run.run();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("allocated bytes")
                .isLessThan(most);
        return drop;
    }

    // Files

    /** A file beside the inbox that a sender might like to reach. */
    private static Path canary(Inbox inbox) throws IOException {
        Path canary = inbox.directory().resolveSibling("canary").resolve("canary.pdf");
        Files.createDirectories(canary.getParent());
        return Files.exists(canary) ? canary : Files.writeString(canary, PDF + " that is not in the inbox");
    }

    /** All files beside home and inbox, with their hashes. */
    private Map<String, String> outside(Inbox inbox) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Path base = Objects.requireNonNull(settings.home().toAbsolutePath().getParent());
        Files.walkFileTree(base, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean ours = folder.equals(settings.home().toAbsolutePath()) || folder.equals(inbox.directory());
                return ours ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                files.put(file.toString(), attributes.isRegularFile() ? hash(file) : "not a file");
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static String hash(Path file) throws IOException {
        return Files.exists(file) ? DigestUtils.sha256Hex(Files.readAllBytes(file)) : "-";
    }

    private static void makePipe(Path path) throws Exception {
        Process process = new ProcessBuilder("mkfifo", path.toString()).start();
        assertThat(process.waitFor()).isZero();
    }

    private static void shell(Path folder, String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private static void write(Inbox inbox, String name, Body body) throws IOException {
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(inbox.directory().resolve(name)), 1024 * 1024)) {
            body.writeTo(out);
        }
    }

    private static void fill(OutputStream out, char character, int length) throws IOException {
        byte[] block = new byte[1024 * 1024];
        Arrays.fill(block, (byte) character);
        for (int left = length; left > 0; left -= block.length) {
            out.write(block, 0, Math.min(left, block.length));
        }
    }

    @FunctionalInterface
    private interface Packing {
        void pack(ZipOutputStream out) throws IOException;
    }

    private static byte[] zip(Packing packing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            packing.pack(out);
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static String items(String... items) {
        return "{\"items\":[" + String.join(",", items) + "]}";
    }

    private static String item(String id, String more) {
        return "{\"itemId\":\"" + id + "\",\"externalReference\":{\"namespace\":\"SIS\",\"externalId\":\"S-77\"},"
                + "\"documentType\":\"DIPLOMA\"," + more + "}";
    }

    private static String row(String id, String filename) {
        return id + ",SIS,S-77,DIPLOMA," + filename + "\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
