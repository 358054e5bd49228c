package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.manifest.ColumnRule;
import io.nightdrop.manifest.Reading;
import io.nightdrop.settings.InboxSettings.ExtraColumns;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What an inbox says of its sender's columns, characters and names. */
class ColumnSettingsTests {

    private static NightdropSettings all(String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        all.put("nightdrop.inboxes.sis.directory", ".");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("nightdrop." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("nightdrop", NightdropSettings.class)
                .get();
    }

    private static InboxSettings inbox(String... keysAndValues) {
        String[] all = keysAndValues.clone();
        for (int i = 0; i < all.length; i += 2) {
            all[i] = "inboxes.sis." + all[i];
        }
        return all(all).inboxes().values().iterator().next();
    }

    private static void refused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> inbox(keysAndValues)).rootCause().hasMessageContaining(message);
    }

    @Test
    void withoutAnySettingManifestsAreOurOwn() {
        InboxSettings inbox = inbox();
        assertThat(inbox.charset()).isEqualTo(StandardCharsets.UTF_8);
        assertThat(inbox.preset()).isEqualTo(Preset.NONE);
        assertThat(inbox.extraColumns()).isEqualTo(ExtraColumns.METADATA);
        assertThat(inbox.reading()).isEqualTo(Reading.PLAIN);
    }

    @Test
    void aColumnIsRenamedGivenAConstantOrItsValues() {
        InboxSettings inbox = inbox(
                "columns[0].from",
                "Student ID",
                "columns[0].to",
                "externalId",
                "columns[1].to",
                "namespace",
                "columns[1].constant",
                "SIS",
                "columns[2].from",
                "Doc.Type",
                "columns[2].to",
                "documentType",
                "columns[2].values[0]",
                "Official Transcript -> transcript",
                "columns[2].values[1]",
                " ->  none",
                "columns[2].values[2]",
                "N/A->",
                "columns[2].values[3]",
                "* -> other",
                "charset",
                "windows-1252",
                "extra-columns",
                "ignore");

        assertThat(inbox.charset()).isEqualTo(Charset.forName("windows-1252"));
        assertThat(inbox.reading().extrasAreMetadata()).isFalse();
        assertThat(inbox.reading().rules())
                .containsExactly(
                        ColumnRule.rename("Student ID", "externalId"),
                        ColumnRule.constant("SIS", "namespace"),
                        new ColumnRule(
                                "documentType",
                                "Doc.Type",
                                null,
                                Map.of(
                                        "Official Transcript",
                                        "transcript",
                                        "",
                                        "none",
                                        "N/A",
                                        "",
                                        ColumnRule.ANY,
                                        "other"),
                                ColumnRule.Part.WHOLE));
    }

    @Test
    void aColumnSaysWhenceAndWhither() {
        refused("to is required", "columns[0].from", "x");
        refused("to is required", "columns[0].from", "x", "columns[0].to", " ");
        refused("from or constant is required", "columns[0].to", "x");
        refused(
                "from and constant are both set",
                "columns[0].to",
                "x",
                "columns[0].from",
                "y",
                "columns[0].constant",
                "z");
        refused("values are for from", "columns[0].to", "x", "columns[0].constant", "z", "columns[0].values", "a -> b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a - > b", "a -> b -> c", "a => b", "->->"})
    void valuesThatCannotBeReadAreRefused(String value) {
        refused(
                "is not written as 'theirs -> ours'",
                "columns[0].from",
                "x",
                "columns[0].to",
                "y",
                "columns[0].values[0]",
                value);
    }

    @Test
    void aValueStandsThereOnce() {
        refused(
                "values: 'a' stands there twice",
                "columns[0].from",
                "x",
                "columns[0].to",
                "y",
                "columns[0].values[0]",
                "a -> b",
                "columns[0].values[1]",
                "a  -> c");
    }

    @Test
    void anUnknownCharsetIsRefused() {
        assertThatThrownBy(() -> inbox("charset", "windows-9")).hasMessageContaining("sis.charset");
    }

    // Presets

    @ParameterizedTest
    @EnumSource(value = Preset.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aPresetBringsItsNamesUnlessTheInboxSetsThem(Preset preset) {
        assertThat(inbox("preset", preset.toString()).manifests())
                .isEqualTo(preset.manifests())
                .contains("*.zip");
        assertThat(inbox("preset", preset.toString(), "manifests", "x.csv").manifests())
                .containsExactly("x.csv");
        assertThat(inbox("preset", preset.toString(), "operation", preset.operation())
                        .preset())
                .isEqualTo(preset);
    }

    @ParameterizedTest
    @CsvSource({
        "slate-dip, documents:submitBatch",
        "collegevine, documents:submitBatch",
        "onbase-dip, documents:submitBatch",
        "oneroster, users:import",
        "canvas-users, users:import"
    })
    void aPresetIsForOneOperation(String preset, String operation) {
        assertThat(inbox("preset", preset).preset().operation()).isEqualTo(operation);
        refused(
                "nightdrop.inboxes.sis.preset: " + preset + " is for " + operation
                        + ", and this inbox's operation is workflows:import",
                "preset",
                preset,
                "operation",
                "workflows:import");
    }

    @Test
    void aPresetOfUsersIsNotForAPartnerOfDocuments() {
        List<String> partner = List.of(
                "partners.p.type", "pearsana",
                "partners.p.base-url", "https://api.example.com",
                "partners.p.token-url", "https://auth.example.com",
                "partners.p.client-id", "id",
                "partners.p.client-secret", "secret",
                "inboxes.sis.writer", "p");
        List<String> documents = new ArrayList<>(partner);
        documents.addAll(List.of("inboxes.sis.preset", "slate-dip"));
        List<String> users = new ArrayList<>(partner);
        users.addAll(List.of("inboxes.sis.preset", "oneroster"));

        assertThat(all(documents.toArray(String[]::new)).inboxes()).hasSize(1);
        assertThatThrownBy(() -> all(users.toArray(String[]::new)))
                .rootCause()
                .hasMessage("nightdrop.inboxes.sis.preset: oneroster is for users:import, and its partner 'p' is for"
                        + " documents:submitBatch");
    }

    @Test
    void anUnknownPresetIsRefused() {
        assertThatThrownBy(() -> inbox("preset", "slate")).hasMessageContaining("sis.preset");
    }
}
