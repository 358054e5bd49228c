package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.ManifestChecker;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.Preset;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Users;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.FileSystemResource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The sample drops of {@code docs/samples}, each in an inbox as its own configuration sets it, as a folder and as a ZIP. */
abstract class Samples {

    private static final Path SAMPLES = Path.of("docs/samples");

    @Autowired
    private Sender sender;

    @Autowired
    private ManifestChecker checker;

    @Autowired
    private ItemResults results;

    @Autowired
    private DropFiles files;

    @Autowired
    private CorrectionChain chain;

    @Autowired
    private Users users;

    @Autowired
    private JdbcTemplate jdbc;

    /** What the sample's configuration says of the inbox that is about its preset, and what a test says otherwise. */
    private Inbox inbox(String preset, String... otherwise) throws IOException {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new FileSystemResource(SAMPLES.resolve(preset).resolve("config/application.yml")));
        Properties properties = Objects.requireNonNull(yaml.getObject());
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((key, value) -> {
            String[] parts = key.toString().split("\\.", 4);
            if (parts.length == 4 && !parts[2].equals("people") && !parts[3].equals("directory")) {
                settings.put(parts[3], value.toString());
            }
        });
        assertThat(settings).containsEntry("preset", preset);
        settings.put("settle", "0s");
        for (int i = 0; i < otherwise.length; i += 2) {
            settings.put(otherwise[i], otherwise[i + 1]);
        }
        return sender.inbox(settings.entrySet().stream()
                .flatMap(setting -> Stream.of(setting.getKey(), setting.getValue()))
                .toArray(String[]::new));
    }

    private void people(String preset) throws IOException {
        Inbox inbox = sender.inbox();
        sender.putAll(inbox, SAMPLES.resolve(preset).resolve("people"));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    private void put(Inbox inbox, String preset, boolean zipped) throws IOException {
        Path drop = SAMPLES.resolve(preset).resolve("drop");
        if (!zipped) {
            sender.putAll(inbox, drop);
            return;
        }
        try (OutputStream out = Files.newOutputStream(inbox.directory().resolve("export-20260901T0200.zip"));
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> walk = Files.walk(drop)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(
                        "export/" + drop.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
            }
        }
    }

    private Drop run(Inbox inbox, String preset, boolean zipped) throws IOException {
        put(inbox, preset, zipped);
        return sender.runOne(inbox);
    }

    private List<String> told(Drop drop) {
        return StreamSupport.stream(results.all(drop.key()).spliterator(), false)
                .map(item -> item.itemId() + " " + item.status() + (item.succeeded() ? "" : " " + item.code()))
                .toList();
    }

    /** Whose document of which type under which name with which metadata. */
    private List<String> documents(Drop drop) {
        return jdbc.query(
                "SELECT r.NAMESPACE, r.EXTERNAL_ID, d.DOCUMENT_TYPE, d.FILENAME, d.METADATA FROM VAULT_DOCUMENT d"
                        + " JOIN VAULT_USER_REFERENCE r ON r.USER_ID = d.USER_ID WHERE d.DROP_KEY = ? ORDER BY d.ITEM_INDEX",
                (row, number) -> row.getString(1) + "/" + row.getString(2) + " " + row.getString(3) + " "
                        + row.getString(4) + " " + row.getString(5),
                drop.key());
    }

    private String user(String namespace, String externalId) {
        return jdbc.queryForList(
                        "SELECT u.FIRST_NAME || '|' || u.LAST_NAME || '|' || u.EMAIL || '|' || u.ROLE_NAME FROM VAULT_USER u"
                                + " WHERE u.USER_ID = ?",
                        String.class,
                        users.known(new ExternalReference(namespace, externalId))
                                .orElseThrow())
                .get(0);
    }

    private Drop corrected(Inbox inbox, Drop drop, String format, String wrong, String right) throws IOException {
        String corrections = sender.report(drop, "corrections." + format);
        assertThat(corrections).contains(wrong);
        sender.put(inbox, drop.name() + ".corrections." + format, corrections.replace(wrong, right));
        Drop second = sender.runOne(inbox);
        assertThat(chain.of(second)).hasValue(new CorrectionChain.Correction(drop, 1, 1));
        return second;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slateDip(boolean zipped) throws IOException {
        people("slate-dip");

        Drop drop = run(inbox("slate-dip"), "slate-dip", zipped);

        assertThat(told(drop))
                .containsExactly(
                        "408812295_transcript_1.pdf created",
                        "408812295_recommendation_1.pdf created",
                        "408812307_transcript_1.pdf created",
                        "408812999_writing_1.pdf failed NOT_FOUND");
        assertThat(documents(drop))
                .containsExactly(
                        "SLATE/408812295 OFFICIAL_TRANSCRIPT 408812295_transcript_1.pdf"
                                + " {\"type\":\"College Transcript\",\"app ref\":\"731004418\",\"Round\":\"Fall 2026\"}",
                        "SLATE/408812295 other 408812295_recommendation_1.pdf"
                                + " {\"type\":\"Recommendation\",\"app ref\":\"731004418\",\"Round\":\"Fall 2026\"}",
                        "SLATE/408812307 OFFICIAL_TRANSCRIPT 408812307_transcript_1.pdf"
                                + " {\"type\":\"College Transcript\",\"app ref\":\"731004502\",\"Round\":\"Fall 2026\"}");
        assertThat(sender.report(drop, "corrections.tsv"))
                .isEqualTo("app ref\tref\ttype\tFilename\tRound\terror.code\terror.message\n"
                        + "731004761\t408812999\t\"Writing \"\"Sample\"\"\"\t408812999_writing_1.pdf\tFall 2026\tNOT_FOUND\t"
                        + "User not found for external reference SLATE/408812999\n");
    }

    @Test
    void whatSlateCorrectsIsReadAsItsIndexIs() throws IOException {
        people("slate-dip");
        Inbox inbox = inbox("slate-dip");
        Drop first = run(inbox, "slate-dip", false);

        Drop second = corrected(inbox, first, "tsv", "408812999\t", "408812307\t");

        assertThat(documents(second))
                .containsExactly("SLATE/408812307 other 408812999_writing_1.pdf"
                        + " {\"type\":\"Writing \\\"Sample\\\"\",\"app ref\":\"731004761\",\"Round\":\"Fall 2026\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void collegevine(boolean zipped) throws IOException {
        people("collegevine");

        Drop drop = run(inbox("collegevine"), "collegevine", zipped);

        assertThat(told(drop))
                .containsExactly("lindqvist.pdf created", "herrera.pdf created", "vance.pdf failed NOT_FOUND");
        assertThat(documents(drop))
                .containsExactly(
                        "COLLEGEVINE/000731004418 ACADEMIC_TRANSCRIPT lindqvist.pdf {\"school_code\":\"050012\"}",
                        "COLLEGEVINE/000731004502 ACADEMIC_TRANSCRIPT herrera.pdf {\"school_code\":\"050013\"}");
        assertThat(sender.report(drop, "corrections.csv")).isEqualTo("""
                        application_id,filename,school_code,error.code,error.message
                        000731004999,vance.pdf,,NOT_FOUND,User not found for external reference COLLEGEVINE/000731004999
                        """);
    }

    @Test
    void whatCollegevineCorrectsIsReadAsItsIndexIs() throws IOException {
        people("collegevine");
        Inbox inbox = inbox("collegevine");
        Drop first = run(inbox, "collegevine", false);

        Drop second = corrected(inbox, first, "csv", "000731004999,", "000731004418,");

        assertThat(documents(second)).containsExactly("COLLEGEVINE/000731004418 ACADEMIC_TRANSCRIPT vance.pdf null");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onbaseDip(boolean zipped) throws IOException {
        people("onbase-dip");

        Drop drop = run(inbox("onbase-dip"), "onbase-dip", zipped);

        assertThat(told(drop))
                .containsExactly("V1/lindqvist.pdf created", "V1/herrera.pdf created", "V1/vance.pdf failed NOT_FOUND");
        assertThat(documents(drop))
                .containsExactly(
                        "SIS/0041873 OFFICIAL_TRANSCRIPT V1/lindqvist.pdf {\"DocDate\":\"09/01/2026\",\"FileTypeNum\":\"16\","
                                + "\"Student Name\":\"Lindqvist, Maya\",\"Term\":\"2026-1\"}",
                        "SIS/0041902 OFFICIAL_TRANSCRIPT V1/herrera.pdf {\"DocDate\":\"09/01/2026\",\"FileTypeNum\":\"16\","
                                + "\"Student Name\":\"Herrera, Tomás\",\"Term\":\"2026-1; 2026-2\"}");
        assertThat(sender.report(drop, "corrections.csv"))
                .isEqualTo(
                        "DocTypeName,DocDate,FileTypeNum,FileName,Student ID,Student Name,Term,error.code,error.message\n"
                                + "ADM - Correspondence,09/01/2026,16,V1\\vance.pdf,0049999,\"Vance, Zoë\",,NOT_FOUND,"
                                + "User not found for external reference SIS/0049999\n");
    }

    @Test
    void whatOnbaseCorrectsIsATableInUtf8() throws IOException {
        people("onbase-dip");
        Inbox inbox = inbox("onbase-dip");
        Drop first = run(inbox, "onbase-dip", false);

        Drop second = corrected(inbox, first, "csv", "0049999,", "0041902,");

        assertThat(documents(second))
                .containsExactly("SIS/0041902 ADM - Correspondence V1/vance.pdf {\"DocDate\":\"09/01/2026\","
                        + "\"FileTypeNum\":\"16\",\"Student Name\":\"Vance, Zoë\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneroster(boolean zipped) throws IOException {
        Inbox inbox = inbox("oneroster");

        Drop drop = run(inbox, "oneroster", zipped);

        assertThat(results.all(drop.key()))
                .extracting(item -> item.itemId() + " " + item.succeeded())
                .containsExactly("SIS/0041873 true", "SIS/0041902 true", "SIS/T-118 true", "SIS/0041958 false");
        assertThat(sender.report(drop, "results.csv")).contains("SIS/0041958,failed,,VALIDATION_ERROR,identity.email");
        assertThat(user("SIS", "0041902")).isEqualTo("Tomás|Herrera|tomas.herrera@example.edu|student");
        assertThat(user("SIS", "T-118")).isEqualTo("Ana|Kim|ana.kim@example.edu|teacher");
        List<String> companions = new ArrayList<>();
        files.forEach(drop.key(), file -> companions.add(file.name() + (file.there() ? "" : " missing")));
        assertThat(companions).containsExactly("manifest.csv");
        assertThat(drop.removed()).as("its manifest.csv says bulk").isZero();
    }

    @Test
    void aBulkOnerosterUnlinksWhomItLeavesOutAndADeltaWhomItSays() throws IOException {
        Inbox inbox = inbox("oneroster", "removal-limit", "50%");
        put(inbox, "oneroster", false);
        sender.runOne(inbox);
        Path users = inbox.directory().resolve("users.csv");
        String all = Files.readString(users);
        Files.writeString(users, all.replaceAll("(?m)^u-80c1.*\\n", ""));
        assertThat(sender.runOne(inbox).removed()).isEqualTo(1);
        assertThat(users(inbox)).contains("0041873", "0041902").doesNotContain("T-118");

        Path manifest = inbox.directory().resolve("manifest.csv");
        Files.writeString(manifest, Files.readString(manifest).replace("file.users,bulk", "file.users,delta"));
        Files.writeString(
                users,
                all.lines().limit(1).findFirst().orElseThrow() + "\n"
                        + all.lines().skip(2).findFirst().orElseThrow().replace("u-7f3b,,", "u-7f3b,tobedeleted,")
                        + "\n");
        Drop delta = sender.runOne(inbox);
        assertThat(delta.removed()).isNull();
        assertThat(told(delta)).containsExactly("SIS/0041902 unlinked");
        assertThat(users(inbox)).contains("0041873").doesNotContain("0041902", "T-118");
    }

    private List<String> users(Inbox inbox) {
        return jdbc.queryForList(
                "SELECT r.EXTERNAL_ID FROM VAULT_USER_REFERENCE r JOIN NIGHT_DROP d ON d.DROP_KEY = r.NAMED_BY"
                        + " WHERE d.INBOX = ? AND r.UNLINKED_AT IS NULL ORDER BY r.EXTERNAL_ID",
                String.class,
                inbox.name());
    }

    @Test
    void onerostersOwnManifestIsWaitedForAndArchivedWithTheDrop() throws IOException {
        Inbox inbox = inbox("oneroster", "wait-for-companions", "12h", "after", "archive");
        put(inbox, "oneroster", false);
        Path manifest = inbox.directory().resolve("manifest.csv");
        String text = Files.readString(manifest);
        Files.delete(manifest);

        assertThat(sender.look(inbox).waiting()).singleElement().satisfies(waiting -> assertThat(waiting.reason())
                .endsWith("; not there: manifest.csv"));
        Files.writeString(manifest, text);
        Drop drop = sender.runOne(inbox);

        assertThat(drop.succeeded()).isEqualTo(3);
        assertThat(inbox.directory()).isEmptyDirectory();
        Path archive = sender.home().resolve("archive").resolve(inbox.name()).resolve(drop.name());
        assertThat(archive.resolve("companions/manifest.csv")).hasContent(text);
        assertThat(archive.resolve("users.csv")).exists();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void usersThatOnerosterCallsAbsentAreRefused(boolean zipped) throws IOException {
        Path changed = Files.createDirectories(sender.home().resolveSibling("absent-" + zipped));
        Path sample = SAMPLES.resolve("oneroster/drop");
        Files.copy(sample.resolve("users.csv"), changed.resolve("users.csv"));
        Files.writeString(
                changed.resolve("manifest.csv"),
                Files.readString(sample.resolve("manifest.csv")).replace("file.users,bulk", "file.users,absent"));
        Inbox inbox = inbox("oneroster");
        if (zipped) {
            try (OutputStream out = Files.newOutputStream(inbox.directory().resolve("or.zip"));
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                for (String name : List.of("manifest.csv", "users.csv")) {
                    zip.putNextEntry(new ZipEntry(name));
                    Files.copy(changed.resolve(name), zip);
                }
            }
        } else {
            sender.putAll(inbox, changed);
        }
        Path manifest = inbox.directory().resolve(zipped ? "or.zip" : "users.csv");
        ManifestChecker.Forecast forecast = checker.check(inbox, manifest, item -> {});

        Drop drop = sender.runOne(inbox);

        assertThat(drop.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(sender.report(drop, "response.json")).contains("manifest.csv says that there are no users");
        assertThat(forecast.refusal()).isEqualTo(drop.refusal());
    }

    /** Who is deleted there is the roster's business; the others are users. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void canvasUsers(boolean zipped) throws IOException {
        Drop drop = run(inbox("canvas-users"), "canvas-users", zipped);

        assertThat(user("SIS", "0041873")).isEqualTo("Maya|Lindqvist|maya.lindqvist@example.edu|student");
        assertThat(user("SIS", "0041902")).isEqualTo("Tomás Herrera|Vega|tomas.herrera@example.edu|student");
        assertThat(user("SIS", "0041958")).isEqualTo("Aisha|Rahman|aisha.rahman@example.edu|student");
        assertThat(told(drop)).contains("SIS/0042064 failed VALIDATION_ERROR", "SIS/0042017 unlinked");
        assertThat(sender.report(drop, "results.csv")).contains("identity.email is required");
        assertThat(sender.report(drop, "corrections.csv"))
                .contains(
                        "user_id,integration_id,login_id,password,first_name,last_name,full_name,sortable_name,short_name,"
                                + "email,status,error.code,error.message\n",
                        "0042064,,jweber,,Jonas,Weber,,,,,active,VALIDATION_ERROR,identity.email is required\n");
    }

    // What check shows

    @Test
    void checkShowsRowsAsTheyAreReadAndWhatIsNot() throws IOException {
        Path drop = SAMPLES.resolve("canvas-users/drop/users.csv");

        ManifestChecker.Forecast forecast = checker.check(inbox("canvas-users"), drop, item -> {});

        assertThat(forecast.operation()).isEqualTo("users:import");
        assertThat(forecast.rows())
                .hasSize(5)
                .element(3)
                .isEqualTo(Map.of(
                        "namespace", "SIS",
                        "externalId", "0042017",
                        "email", "giulia.marchetti@example.edu",
                        "firstName", "Giulia",
                        "lastName", "Marchetti",
                        "roleName", "student",
                        "status", "tobedeleted"));
        assertThat(forecast.rows().get(2)).containsEntry("status", "active");
        assertThat(forecast.leftover().ignored())
                .containsExactly("integration_id", "login_id", "password", "sortable_name", "short_name");
    }

    @Test
    void checkReadsATaggedIndexUnderAnyName() throws IOException {
        Inbox inbox = inbox("onbase-dip");
        Path odd = inbox.directory().resolve("nightly.out");
        Files.copy(SAMPLES.resolve("onbase-dip/drop/transcripts-index.txt"), odd);

        ManifestChecker.Forecast forecast = checker.check(inbox, odd, item -> {});

        assertThat(forecast.items()).isEqualTo(3);
        assertThat(forecast.rows().get(0))
                .containsEntry("externalReference.externalId", "0041873")
                .containsEntry("documentType", "OFFICIAL_TRANSCRIPT")
                .containsEntry("filename", "V1/lindqvist.pdf")
                .containsEntry("metadata.Term", "2026-1");
        assertThat(forecast.leftover().ignored()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"slate-dip", "collegevine", "onbase-dip", "oneroster", "canvas-users"})
    void aZipIsCheckedAsItWillBeRun(String preset) throws IOException {
        Inbox inbox = inbox(preset);
        put(inbox, preset, true);
        Path zip = inbox.directory().resolve("export-20260901T0200.zip");
        List<String> failing = new ArrayList<>();

        ManifestChecker.Forecast forecast = checker.check(inbox, zip, item -> failing.add(item.itemId()));
        Drop drop = sender.runOne(inbox);

        assertThat(forecast.refusal()).isNull();
        assertThat(forecast.rows()).isNotEmpty();
        assertThat(forecast.items()).isEqualTo(drop.itemCount());
        assertThat(StreamSupport.stream(results.failed(drop.key()).spliterator(), false)
                        .map(ItemResult::itemId))
                .isEqualTo(failing);
    }

    @Test
    void everyPresetHasASampleAndAPage() throws IOException {
        String page = Files.readString(Path.of("docs/manifests.md"));
        for (Preset preset : Preset.values()) {
            if (!preset.manifests().isEmpty()) {
                assertThat(SAMPLES.resolve(preset + "/config/application.yml")).exists();
                assertThat(page).contains("### `" + preset + "`", "samples/" + preset);
            }
        }
    }
}
