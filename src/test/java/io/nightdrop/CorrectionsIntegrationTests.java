package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.nightdrop.inbox.FileStory;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.CorrectionChain.Correction;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Fates;
import io.nightdrop.result.Fates.Fate;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** Failed items that are corrected and dropped again are on record with the drops in which they failed. */
@NightdropIntegrationTest
class CorrectionsIntegrationTests {

    /** Comparing takes a second or two; item by item it would take minutes. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final String HEADER = "itemId,namespace,externalId,documentType,filename\n";

    @Autowired
    private Sender sender;

    @Autowired
    private CorrectionChain chain;

    @Autowired
    private Drops drops;

    @Autowired
    private ItemResults results;

    @Autowired
    private FileStory story;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TransactionOperations transactions;

    private Inbox inbox;

    @BeforeEach
    void rosterAndFiles() throws IOException {
        sender.roster();
        inbox = sender.inbox();
    }

    private Drop drop(String name, String text) throws IOException {
        sender.put(inbox, "x.pdf", "%PDF-1.4 " + name);
        sender.put(inbox, name, text);
        return sender.runOne(inbox);
    }

    private Drop rejected() throws IOException {
        return drop("docs-manifest.csv", HEADER + """
                good,SIS,S-77,DIPLOMA,x.pdf
                bad,SIS,S-7,DIPLOMA,x.pdf
                worse,SIS,S-8,DIPLOMA,x.pdf
                """);
    }

    @Test
    void theChainGoesFromRejectedOverCorrectedToStored() throws IOException {
        Drop first = rejected();
        Drop second = drop(
                first.name() + ".corrections.csv",
                sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        Drop third = drop(
                second.name() + ".corrections.csv",
                sender.report(second, "corrections.csv").replace("S-8,", "S-77,"));

        assertThat(chain.of(first)).isEmpty();
        assertThat(chain.of(second)).hasValue(new Correction(first, 2, 1));
        assertThat(chain.of(third)).hasValue(new Correction(second, 1, 1));
        assertThat(chain.correcting(first)).containsExactly(new Correction(second, 2, 1));
        assertThat(fates(first))
                .isEqualTo(Map.of("bad", new Fate(second, "created", null), "worse", new Fate(third, "created", null)));
        assertThat(fates(third)).isEmpty();
    }

    private Map<String, Fate> fates(Drop drop) {
        Map<String, Fate> told = new TreeMap<>();
        Fates fates = chain.fates(drop);
        for (ItemResult item : results.all(drop.key())) {
            Fate fate = fates.of(item);
            if (fate != null) {
                told.put(item.itemId(), fate);
            }
        }
        return told;
    }

    @Test
    void theLastDropThatBroughtAnItemHasItsSayWhicheverDropItCorrects() throws IOException {
        Drop first = rejected();
        Drop second = drop(
                first.name() + ".corrections.csv", HEADER + "bad,SIS,S-9,DIPLOMA,x.pdf\nworse,SIS,S-9,DIPLOMA,x.pdf\n");
        Drop third = drop(
                first.name() + ".corrections.csv",
                HEADER + "bad,SIS,S-10,DIPLOMA,x.pdf\nworse,SIS,S-10,DIPLOMA,x.pdf\n");
        Drop fourth = drop(second.name() + ".corrections.csv", HEADER + "bad,SIS,S-77,DIPLOMA,x.pdf\n");
        assertThat(chain.correcting(first)).containsExactly(new Correction(second, 2, 0), new Correction(third, 2, 0));
        assertThat(fates(first))
                .isEqualTo(Map.of(
                        "bad", new Fate(fourth, "created", null), "worse", new Fate(third, "failed", "NOT_FOUND")));
    }

    @Test
    void theNameIsAnIdWhateverIsInTheId() throws IOException {
        Drop first = drop("x.corrections.manifest.csv", HEADER + "bad,SIS,S-7,DIPLOMA,x.pdf\n");
        Drop second = drop(
                first.name() + ".corrections.csv",
                HEADER + "bad,SIS,S-77,DIPLOMA,x.pdf\nanother,SIS,S-77,DIPLOMA,x.pdf\n");
        assertThat(chain.of(second)).hasValue(new Correction(first, 1, 1));
    }

    @Test
    void aRenamedFileIsKnownByItsErrorColumnsAndItems() throws IOException {
        Drop first = rejected();
        drop("other-manifest.csv", HEADER + "else,SIS,S-9,DIPLOMA,x.pdf\n");
        Drop second = drop(
                "mended-manifest.csv", sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        assertThat(chain.of(second)).hasValue(new Correction(first, 2, 1));
    }

    @Test
    void aRenamedFileOfLinesIsKnownByItsNameAndItems() throws IOException {
        Drop first = drop("docs-manifest.json", """
                {"items":[{"itemId":"bad","externalReference":{"namespace":"SIS","externalId":"S-7"},
                  "documentType":"DIPLOMA","filename":"x.pdf"}]}""");
        Drop second = drop(
                "manifest-corrections.jsonl",
                sender.report(first, "corrections.jsonl").replace("\"S-7\"", "\"S-77\""));
        assertThat(chain.of(second)).hasValue(new Correction(first, 1, 1));
    }

    @Test
    void anOrdinaryDropWithTheSameItemsCorrectsNothing() throws IOException {
        Drop first = rejected();
        Drop second = drop("docs-manifest-2.csv", HEADER + "bad,SIS,S-77,DIPLOMA,x.pdf\n");
        assertThat(chain.of(second)).isEmpty();
        assertThat(chain.correcting(first)).isEmpty();
    }

    @Test
    void anItemThatDidNotFailSpeaksAgainstALink() throws IOException {
        rejected();
        assertThat(chain.of(drop("corrections-manifest.csv", HEADER + """
                bad,SIS,S-77,DIPLOMA,x.pdf
                new,SIS,S-77,DIPLOMA,x.pdf
                """))).isEmpty();
        assertThat(chain.of(drop("corrections-manifest.csv", HEADER + """
                bad,SIS,S-77,DIPLOMA,x.pdf
                good,SIS,S-77,DIPLOMA,x.pdf
                """)))
                .as("an item that had succeeded")
                .isEmpty();
    }

    private Drop failing(String name, String... items) throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        List.of(items).forEach(item -> text.append(item).append(",SIS,S-7,DIPLOMA,x.pdf\n"));
        return drop(name, text.toString());
    }

    @Test
    void ofSeveralDropsTheOneIsCorrectedWhoseFailuresTheseAre() throws IOException {
        failing("a-manifest.csv", "bad", "worse");
        Drop fewest = failing("b-manifest.csv", "worse", "bad");
        failing("c-manifest.csv", "bad", "worse", "worst", "hopeless");
        failing("d-manifest.csv", "bad", "hopeless");
        Drop mended = failing("corrections-manifest.csv", "bad", "worse");
        assertThat(chain.of(mended)).as("the newest with no other failure").hasValue(new Correction(fewest, 2, 0));
    }

    private static String user(String reference, String email) {
        return "{" + reference + "\"identity\":{\"email\":\"" + email
                + "\",\"firstName\":\"A\",\"lastName\":\"B\",\"roleName\":\"STUDENT\"}}\n";
    }

    private static String known(String id) {
        return "\"externalReferences\":[{\"namespace\":\"COR\",\"externalId\":\"" + id + "\"}],";
    }

    @Test
    void idsThatAreMadeUpFromPlacesSayNothingOfOtherDrops() throws IOException {
        sender.put(inbox, "users-manifest.jsonl", user("", "a@x") + user(known("1"), "wrong"));
        Drop first = sender.runOne(inbox);
        sender.put(inbox, "users-corrections-manifest.jsonl", user("", "b@x"));
        Drop another = sender.runOne(inbox);
        sender.put(inbox, "users-corrections-manifest.jsonl", user("", "c@x") + user(known("1"), "d@x"));
        Drop mended = sender.runOne(inbox);

        assertThat(first.failed()).isEqualTo(2);
        assertThat(results.failed(first.key())).extracting(ItemResult::itemId).containsExactly("user 1", "COR/1");
        assertThat(chain.of(another)).isEmpty();
        assertThat(chain.of(mended)).hasValue(new Correction(first, 1, 1));
        assertThat(fates(first)).containsOnlyKeys("COR/1");
    }

    @Test
    void itemsOfOneIdCountOnceEach() throws IOException {
        sender.put(
                inbox,
                "users-manifest.jsonl",
                user(known("2"), "wrong") + user(known("2"), "also") + user(known("3"), "no"));
        Drop first = sender.runOne(inbox);
        sender.put(
                inbox,
                first.name() + ".corrections.jsonl",
                user(known("2"), "a@x") + user(known("3"), "b@x") + user(known("3"), "wrong"));
        Drop second = sender.runOne(inbox);
        assertThat(chain.of(second)).hasValue(new Correction(first, 3, 2));
        assertThat(fates(first))
                .isEqualTo(Map.of(
                        "COR/2", new Fate(second, "created", null),
                        "COR/3", new Fate(second, "failed", "VALIDATION_ERROR")));
    }

    /** As if the drop had so many items more: all failed, or every other one succeeded. */
    private void grow(Drop drop, int from, int to, boolean allFailed) {
        List<Object[]> rows = new ArrayList<>();
        for (int i = from; i < to; i++) {
            boolean succeeded = !allFailed && i % 2 == 1;
            rows.add(new Object[] {
                i, "i" + i, succeeded ? "created" : "failed", succeeded, succeeded ? null : "NOT_FOUND", drop.key()
            });
        }
        transactions.executeWithoutResult(status -> jdbc.batchUpdate(
                "INSERT INTO BATCH_ITEM_RESULT (DROP_KEY, ITEM_INDEX, ITEM_ID, STATUS, SUCCEEDED, CODE, STEP_EXECUTION_ID, CREATED_AT)"
                        + " SELECT DROP_KEY, ?, ?, ?, ?, ?, STEP_EXECUTION_ID, CREATED_AT FROM BATCH_ITEM_RESULT"
                        + " WHERE DROP_KEY = ? AND ITEM_INDEX = 0",
                rows));
        jdbc.update("UPDATE NIGHT_DROP SET ITEM_COUNT = ?, FAILED_COUNT = ? WHERE DROP_KEY = ?", to, to, drop.key());
    }

    @Test
    void manyItemsAreComparedWithoutAnIndexOnTheirIds() throws IOException {
        Drop first = failing("a-manifest.csv", "i0");
        Drop second = failing("b-manifest.csv", "other");
        jdbc.update("UPDATE BATCH_ITEM_RESULT SET ITEM_ID = 'i0' WHERE DROP_KEY = ?", second.key());
        jdbc.update("UPDATE NIGHT_DROP SET MANIFEST = 'corrections.csv' WHERE DROP_KEY = ?", second.key());
        grow(first, 1, 20_001, true);

        grow(second, 1, 20_001, false);
        assertThat(noted(second)).as("more than are compared").isEmpty();

        jdbc.update("DELETE FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? AND ITEM_INDEX = 20000", second.key());
        jdbc.update("UPDATE NIGHT_DROP SET ITEM_COUNT = 20000 WHERE DROP_KEY = ?", second.key());
        assertThat(noted(second)).hasValue(new Correction(drops.get(first.key()), 20_000, 10_000));

        grow(first, 20_001, 60_000, true);
        grow(second, 20_000, 60_000, false);
        Drop grown = drops.get(second.key());
        assertTimeoutPreemptively(LONG, () -> {
            assertThat(chain.correcting(first)).containsExactly(new Correction(grown, 60_000, 30_000));
            assertThat(fates(first))
                    .hasSize(60_000)
                    .containsEntry("i59998", new Fate(grown, "failed", "NOT_FOUND"))
                    .containsEntry("i59999", new Fate(grown, "created", null));
        });
    }

    private Optional<Correction> noted(Drop drop) {
        return assertTimeoutPreemptively(LONG, () -> {
            chain.note(drops.get(drop.key()));
            return chain.of(drops.get(drop.key()));
        });
    }

    @Test
    void theDropsOfAnotherInboxAreNotCorrected() throws IOException {
        Drop first = rejected();
        String corrections = sender.report(first, "corrections.csv").replace("S-7,", "S-77,");
        inbox = sender.inbox();
        assertThat(chain.of(drop(first.name() + ".corrections.csv", corrections)))
                .as("another inbox's drop")
                .isEmpty();
    }

    private void zip(String name, Map<String, String> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(inbox.directory().resolve(name));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private Drop zipped() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("list.csv", HEADER + "good,SIS,S-77,DIPLOMA,a.pdf\nbad,SIS,S-7,DIPLOMA,x.pdf\n");
        files.put("a.pdf", "%PDF-1.4 a " + inbox.name());
        files.put("x.pdf", "%PDF-1.4 x " + inbox.name());
        zip("transcripts.zip", files);
        return sender.runOne(inbox);
    }

    @Test
    void theCorrectionsOfAZipComeBackUnderTheNameThatTheReceiptHas() throws IOException {
        Drop first = zipped();
        assertThat(first.standing()).isEqualTo("COMPLETED_WITH_FAILURES");
        String name = first.name() + ".corrections.csv";
        assertThat(name).matches("transcripts-[0-9a-f]{8}\\.corrections\\.csv");

        sender.put(inbox, "x.pdf", "%PDF-1.4 x " + inbox.name());
        sender.put(inbox, name, sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        assertThat(story.tell(inbox, name))
                .containsExactly("A manifest that nobody has looked at yet: 'run' or 'watch' will.");
        assertThat(sender.look(inbox).waiting()).isEmpty();
        Drop second = sender.runOne(inbox);

        assertThat(second.standing()).isEqualTo("COMPLETED");
        assertThat(second.manifest()).isEqualTo(name);
        assertThat(chain.of(second)).hasValue(new Correction(first, 1, 1));
        assertThat(fates(first)).isEqualTo(Map.of("bad", new Fate(second, "created", null)));
        assertThat(sender.run(inbox)).isEmpty();
    }

    @Test
    void correctionsThatComeInAZipAreItsManifest() throws IOException {
        Drop first = zipped();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("grades.csv", "a,b\n1,2\n");
        files.put(
                first.name() + ".corrections.csv",
                sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        files.put("x.pdf", "%PDF-1.4 x " + inbox.name());
        zip("corrections.zip", files);
        Drop second = sender.runOne(inbox);
        assertThat(second.standing()).isEqualTo("COMPLETED");
        assertThat(chain.of(second)).hasValue(new Correction(first, 1, 1));
    }
}
