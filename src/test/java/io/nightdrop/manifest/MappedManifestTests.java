package io.nightdrop.manifest;

import static io.nightdrop.manifest.ColumnRule.Part.AFTER_LAST_SPACE;
import static io.nightdrop.manifest.ColumnRule.Part.BEFORE_LAST_SPACE;
import static io.nightdrop.manifest.ColumnRule.Part.PATH;
import static io.nightdrop.manifest.ColumnRule.Part.WHOLE;
import static io.nightdrop.manifest.ColumnRule.constant;
import static io.nightdrop.manifest.ColumnRule.part;
import static io.nightdrop.manifest.ColumnRule.rename;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.manifest.Layout.Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Columns with names of their sender's own fill ours by rules. */
class MappedManifestTests {

    private static final Layout LETTERS = new Layout(
            "letters:send",
            "letters",
            Set.of(),
            List.of(
                    Column.of("letterId", true, "id"),
                    Column.of("address.city", true, "city"),
                    Column.of("kind", false),
                    Column.of("file", false)),
            Set.of("metadata"),
            "file");
    private static final Layout STAMPS = new Layout(
            "stamps:buy", "stamps", Set.of(), List.of(Column.of("price", true), Column.of("id", true)), Set.of(), null);

    private static final List<ColumnRule> RULES =
            List.of(rename("No.", "letterId"), rename("Town of birth", "city"), constant("post", "kind"));

    @TempDir
    private Path folder;

    private final List<ManifestItem> items = new ArrayList<>();
    private boolean extrasAreMetadata = true;
    private List<ColumnRule> otherwise = List.of();

    private Manifest manifest(String text, List<ColumnRule> rules) throws IOException {
        Path file = Files.writeString(folder.resolve("m.csv"), text);
        Reading reading = new Reading(StandardCharsets.UTF_8, rules, otherwise, extrasAreMetadata, null);
        return Manifest.of(file, ManifestFormat.CSV, reading, 999, Manifest.Beside.NOTHING);
    }

    /** The defect's message or null. */
    private @Nullable String read(String text, List<ColumnRule> rules) throws IOException {
        items.clear();
        return manifest(text, rules)
                .read(LETTERS, items::add)
                .map(Defect::message)
                .orElse(null);
    }

    private List<ObjectNode> fields() {
        return items.stream().map(ManifestItem::fields).toList();
    }

    private List<String> texts() {
        return items.stream().map(item -> item.fields().toString()).toList();
    }

    @Test
    void columnsAreRenamedAndConstantsAdded() throws IOException {
        assertThat(read("No.,Town of birth\n007,Rome\n", RULES)).isNull();

        assertThat(texts()).containsExactly("{\"letterId\":\"007\",\"address\":{\"city\":\"Rome\"},\"kind\":\"post\"}");
    }

    @Test
    void oneColumnFillsSeveral() throws IOException {
        assertThat(read("X\na b\n", List.of(rename("X", "id"), rename("X", "city"), rename("X", "metadata.x y"))))
                .isNull();

        assertThat(texts())
                .containsExactly(
                        "{\"letterId\":\"a b\",\"address\":{\"city\":\"a b\"},\"metadata\":{\"x y\":\"a b\"}}");
    }

    @Test
    void theSendersValuesBecomeOurs() throws IOException {
        Map<String, String> values = Map.of("Brief", "letter", "-", "", "", "none", ColumnRule.ANY, "other");
        ColumnRule kind = new ColumnRule("kind", "Art", null, values, WHOLE);

        read("id,city,Art\n1,R,Brief\n2,R,brief\n3,R,-\n4,R,\n", List.of(kind));

        assertThat(fields())
                .extracting(fields -> fields.path("kind").asString("absent"))
                .containsExactly("letter", "other", "absent", "none");
    }

    @Test
    void aValueThatIsNotListedStaysAsItIs() throws IOException {
        ColumnRule kind = new ColumnRule("kind", "Art", null, Map.of("Brief", "letter"), WHOLE);

        read("id,city,Art\n1,R,Brief\n2,R,Karte\n3,R,\n", List.of(kind));

        assertThat(fields())
                .extracting(fields -> fields.path("kind").asString("absent"))
                .containsExactly("letter", "Karte", "absent");
    }

    @ParameterizedTest
    @CsvSource({
        "Ada King Lovelace, Ada King, Lovelace",
        "Ada  Lovelace, Ada, Lovelace",
        "' Ada Lovelace ', Ada, Lovelace",
        "Cher, Cher, Cher"
    })
    void aFullNameIsCutAtItsLastSpace(String name, String first, String last) throws IOException {
        read(
                "N,city\n" + name + ",R\n",
                List.of(part("N", BEFORE_LAST_SPACE, "id"), part("N", AFTER_LAST_SPACE, "kind")));

        assertThat(fields().get(0).path("letterId").asString()).isEqualTo(first);
        assertThat(fields().get(0).path("kind").asString()).isEqualTo(last);
    }

    @Test
    void aBackslashInAPathIsASlash() throws IOException {
        read("F,city\nV1\\2\\a.pdf,R\n", List.of(part("F", PATH, "id")));

        assertThat(fields().get(0).path("letterId").asString()).isEqualTo("V1/2/a.pdf");
    }

    // Rules beside those of a preset

    @Test
    void anInboxsRuleStandsInThePlaceOfAPresetsUnderWhicheverName() throws IOException {
        otherwise = List.of(rename("No.", "letterId"), constant("post", "kind"), rename("Town", "address.city"));

        read("No.,Nr,Town\n1,2,Rome\n", List.of(rename("Nr", "id"), constant("mail", "kind")));

        assertThat(texts())
                .containsExactly(
                        "{\"letterId\":\"2\",\"kind\":\"mail\",\"address\":{\"city\":\"Rome\"},\"metadata\":{\"No.\":\"1\"}}");
    }

    @Test
    void ofSeveralPresetRulesTheFirstThatGivesATextCounts() throws IOException {
        otherwise = List.of(rename("Town", "city"), rename("Place", "city"), constant("nowhere", "city"));

        read("id,Place,Town\n1,Oslo,Rome\n2,Oslo,\n3,,\n", List.of());

        assertThat(fields())
                .extracting(fields -> fields.path("address").path("city").asString())
                .containsExactly("Rome", "Oslo", "nowhere");
        read("id\n1\n", List.of());
        assertThat(texts()).containsExactly("{\"address\":{\"city\":\"nowhere\"},\"letterId\":\"1\"}");
    }

    // Columns that nothing reads

    @Test
    void extraColumnsFillTheMetadata() throws IOException {
        String text = "No.,Town of birth,Term,a.b, x ,Remark\n1,R,2026,1,2,\n";
        read(text, RULES);

        assertThat(fields().get(0).path("metadata").toString())
                .isEqualTo("{\"Term\":\"2026\",\"a.b\":\"1\",\" x \":\"2\"}");
        assertThat(manifest(text, RULES).leftover(LETTERS)).isEqualTo(Leftover.NONE);
    }

    @Test
    void orTheyAreReadOverAndNamed() throws IOException {
        extrasAreMetadata = false;
        String text = "No.,Town of birth,Term,,Term\n1,R,2026,x,y\n";

        assertThat(read(text, RULES)).isNull();
        assertThat(texts()).containsExactly("{\"letterId\":\"1\",\"address\":{\"city\":\"R\"},\"kind\":\"post\"}");
        assertThat(manifest(text, RULES).leftover(LETTERS))
                .isEqualTo(new Leftover(List.of("Term", "column 4, which has no name", "Term"), List.of()));
    }

    @Test
    void ofExtraColumnsOfOneNameTheFirstIsKept() throws IOException {
        String text = "No.,Town of birth,Term,Term\n1,R,a,b\n";

        assertThat(read(text, RULES)).isNull();
        assertThat(fields().get(0).path("metadata").toString()).isEqualTo("{\"Term\":\"a\"}");
        assertThat(manifest(text, RULES).leftover(LETTERS).ignored()).containsExactly("Term");
    }

    @Test
    void aColumnOfOurNameThatARuleFillsIsAnExtraOne() throws IOException {
        read("No.,Town of birth,kind\n1,R,theirs\n", RULES);

        assertThat(fields().get(0).path("kind").asString()).isEqualTo("post");
        assertThat(fields().get(0).path("metadata").path("kind").asString()).isEqualTo("theirs");
    }

    @Test
    void withoutRulesAnUnknownColumnIsTheErrorThatItWas() throws IOException {
        assertThat(read("id,city,Term\n1,R,2026\n", List.of())).startsWith("line 1: unknown column 'Term'");
    }

    @Test
    void whatARuleTakesAndTheManifestHasNotIsTold() throws IOException {
        List<ColumnRule> rules = new ArrayList<>(RULES);
        rules.add(rename("Color", "metadata.color"));

        assertThat(read("No.,Town of birth\n1,R\n", rules)).isNull();
        assertThat(manifest("No.,Town of birth\n", rules).leftover(LETTERS).absent())
                .containsExactly("Color");
    }

    // Refusals

    @Test
    void aRequiredColumnThatIsNotThereIsNamedAsItsSenderCallsIt() throws IOException {
        assertThat(read("No.,Town\n1,R\n", RULES))
                .isEqualTo("line 1: the column 'Town of birth' is missing, from which 'address.city' is taken");
        otherwise = List.of(rename("A", "city"), rename("B", "city"));
        assertThat(read("id\n1\n", List.of()))
                .isEqualTo("line 1: the column 'A' or 'B' is missing, from which 'address.city' is taken");
        assertThat(read("A\n1\n", List.of())).isEqualTo("line 1: the column 'letterId' is missing");
    }

    @Test
    void aRequiredColumnThatIsThereButForBlanksOrCapitalsIsShown() throws IOException {
        assertThat(read("No., town of birth\n1,R\n", RULES))
                .isEqualTo("line 1: the column 'Town of birth' is missing, from which 'address.city' is taken;"
                        + " there is ' town of birth', which is another name");
        otherwise = List.of(rename("A", "city"));
        assertThat(read("A, ID\n1,2\n", List.of())).startsWith("line 1: the column 'letterId' is missing");
    }

    @Test
    void aColumnThatARuleTakesMayNotStandThereTwice() throws IOException {
        assertThat(read("No.,Town of birth,No.\n1,R,2\n", RULES))
                .isEqualTo("line 1: the column 'No.' stands there twice");
    }

    @Test
    void hostileNamesEndInARefusalOrInTheMetadata() throws IOException {
        assertThat(read("No.,Town of birth,a\0b\n1,R,x\n", RULES))
                .isEqualTo("line 1: the column has a NUL character in its name");
        assertThat(read("No.,Town of birth,\"a\u001b[2J\nb\"\n1,R,x\n", RULES)).isNull();
        assertThat(fields().get(0).path("metadata").path("a\u001b[2J\nb").asString())
                .isEqualTo("x");
        String many = IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        assertThat(read("No.,Town of birth," + many + "\n", RULES)).isEqualTo("line 1 has more than 10000 cells");
        String wide = IntStream.range(0, 5000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        assertThat(read("No.,Town of birth," + wide + "\n", RULES))
                .isEqualTo("line 1: a header of more than 16000 characters");
    }

    @Test
    void anIgnoredCellMayNotBeLargerThanAnItem() throws IOException {
        extrasAreMetadata = false;
        String half = "x".repeat(Manifest.MAX_ITEM_BYTES / 2);
        assertThat(read("No.,Town of birth,X,Y\n1,R," + half + "," + half + "\n", RULES))
                .isEqualTo("line 2: an item of more than 262144 bytes beside its content");
        assertThat(read("No.,Town of birth,X\n1,R,a\0b\n", RULES)).isEqualTo("line 2: a NUL character in 'X'");
    }

    // The operation

    @Test
    void theOperationIsKnownByTheNamesThatRulesGive() throws IOException {
        List<ColumnRule> rules = List.of(rename("Kosten", "price"), rename("Nr", "id"));

        assertThat(manifest("Nr,Kosten,Term\n", rules).recognise(List.of(LETTERS, STAMPS)))
                .hasValue(STAMPS);
        assertThat(manifest("Nr,city,kind\n", rules).recognise(List.of(LETTERS, STAMPS)))
                .hasValue(LETTERS);
        assertThat(manifest("Term\n", rules).recognise(List.of(LETTERS, STAMPS)))
                .isEmpty();
    }

    @Test
    void aRuleForAnotherOperationDoesNotCount() throws IOException {
        assertThat(read("id,city,Kosten\n1,R,5\n", List.of(rename("Kosten", "price"))))
                .isNull();
        assertThat(fields().get(0).path("metadata").path("Kosten").asString()).isEqualTo("5");
    }

    // What comes back

    @Test
    void theRowStaysWithTheItemWithoutItsContent() throws IOException {
        read(
                "Blob,No.,Town of birth,X\nYWJj,007, R ,\"a \"\"b\"\"\"\n",
                List.of(rename("Blob", "file"), rename("No.", "id"), rename("Town of birth", "city")));

        assertThat(String.valueOf(items.get(0).row())).isEqualTo("[null,\"007\",\" R \",\"a \\\"b\\\"\"]");
        read("id,city\n1,R\n", List.of());
        assertThat(items.get(0).row()).as("says no more than the fields").isNull();
    }

    @Test
    void theRowOfCorrectionsIsTheSendersOwnAgain() throws IOException {
        read("No.,Town of birth,error.code,X\n'=1,R,NOT_FOUND,'-\n", RULES);

        assertThat(String.valueOf(items.get(0).row())).isEqualTo("[\"=1\",\"R\",\"-\"]");
        assertThat(fields().get(0).path("letterId").asString()).isEqualTo("=1");
    }

    /** Whatever the order of the columns, the items are the same. */
    @Test
    void columnsAreKnownByTheirNamesNotByTheirPlaces() throws IOException {
        List<String> names = List.of("No.", "Town of birth", "Term", "kind", "Blob", "Art", "a,b");
        List<ColumnRule> rules = new ArrayList<>(RULES);
        rules.add(rename("Blob", "file"));
        rules.add(new ColumnRule("metadata.art", "Art", null, Map.of("v2", "two"), WHOLE));
        Random random = new Random(20260901);
        List<ObjectNode> expected = List.of();
        for (int round = 0; round < 50; round++) {
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, names.size()).boxed().toList());
            if (round > 0) {
                Collections.shuffle(order, random);
            }
            StringBuilder text = new StringBuilder(row(order, names::get));
            for (int item = 0; item < 5; item++) {
                int number = item;
                text.append(
                        row(order, column -> column == 4 ? "YWJj" : "v" + number + (column == 5 ? "" : "-" + column)));
            }
            assertThat(read(text.toString(), rules)).isNull();
            assertThat(items).hasSize(5).allSatisfy(item -> assertThat(item.content())
                    .isNotNull());
            expected = round == 0 ? List.copyOf(fields()) : expected;
            assertThat(fields()).isEqualTo(expected);
        }
    }

    private static String row(List<Integer> order, IntFunction<String> cell) {
        return order.stream()
                .map(column -> "\"" + cell.apply(column) + "\"")
                .collect(Collectors.joining(",", "", "\n"));
    }
}
