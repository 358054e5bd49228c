package io.nightdrop.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A roster, and the file beside it that says whether it lists everybody. */
class DeclaredManifestTests {

    private static final Layout LAYOUT =
            new Layout("users:list", "users", Set.of(), List.of(Layout.Column.of("id", true)), Set.of(), null);

    @TempDir
    private Path folder;

    private final List<ManifestItem> items = new ArrayList<>();

    private Manifest roster(@Nullable String declaration, String roster) throws IOException {
        Path users = Files.writeString(folder.resolve("users.csv"), roster);
        Path manifest = folder.resolve("manifest.csv");
        if (declaration != null) {
            Files.writeString(manifest, "propertyName,value\nmanifest.version,1.0\n" + declaration);
        }
        Reading reading = new Reading(StandardCharsets.UTF_8, List.of(), List.of(), true, "manifest.csv");
        return Manifest.of(users, ManifestFormat.CSV, reading, 1000, name -> Optional.of(folder.resolve(name))
                .filter(Files::exists));
    }

    @ParameterizedTest
    @CsvSource({"bulk, true", "delta, false", "Bulk, true"})
    void itSaysWhetherItListsEverybody(String value, boolean everybody) throws IOException {
        Manifest roster = roster("file.orgs,absent\nfile.users," + value + "\n", "id\n1\n");

        assertThat(roster.listsEverybody()).hasValue(everybody);
        assertThat(roster.companions()).containsExactly("manifest.csv");
        assertThat(roster.read(LAYOUT, items::add)).isEmpty();
        assertThat(items).hasSize(1);
    }

    @Test
    void withoutAWordItDoesNotSay() throws IOException {
        assertThat(roster(null, "id\n1\n").listsEverybody()).isEmpty();
        assertThat(roster("file.orgs,bulk\n", "id\n1\n").listsEverybody()).isEmpty();
        assertThat(roster("file.orgs,bulk\n", "id\n1\n").read(LAYOUT, items::add))
                .isEmpty();
    }

    @Test
    void correctionsHaveNoSuchFile() throws IOException {
        Manifest corrections = roster("file.users,bulk\n", "id,error.code\n1,X\n");

        assertThat(corrections.companions()).isEmpty();
        assertThat(corrections.listsEverybody()).isEmpty();
        assertThat(corrections.read(LAYOUT, items::add)).isEmpty();
    }

    private String refusal(String declaration) throws IOException {
        Manifest roster = roster(declaration, "id\n1\n");
        assertThat(roster.listsEverybody()).isEmpty();
        return roster.read(LAYOUT, items::add).map(Defect::message).orElseThrow();
    }

    @Test
    void usersThatAreThereAndSaidToBeAbsentAreRefused() throws IOException {
        assertThat(refusal("file.users,absent\n"))
                .isEqualTo(
                        "manifest.csv says that there are no users (file.users is absent), and here they are: one of the"
                                + " two is of another day");
        assertThat(items).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file.users,weekly\n", "file.users,\n", "file.users,bulk\nfile.users,delta\n"})
    void anotherWordIsRefused(String declaration) throws IOException {
        assertThat(refusal(declaration))
                .startsWith("manifest.csv: file.users must be one of bulk, delta, absent, once; it is '");
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        assertThat(refusal("file.users,bulk,x\n")).isEqualTo("manifest.csv: line 3 has 3 cells where the header has 2");
        assertThat(refusal("\"file.users,bulk\n")).startsWith("manifest.csv: ");
    }
}
