package io.nightdrop.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.settings.InboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What is a manifest by its name, whatever an inbox's globs are. */
class ManifestFilterTests {

    @TempDir
    private Path folder;

    private Inbox inbox(Map<String, String> own) {
        return new Inbox(
                "in",
                new Binder(new MapConfigurationPropertySource(own))
                        .bind("i", InboxSettings.class)
                        .get());
    }

    private Inbox withGlobs(String globs) {
        return inbox(Map.of("i.directory", folder.toString(), "i.manifests", globs));
    }

    private Inbox withDefaultGlobs() {
        return inbox(Map.of("i.directory", folder.toString()));
    }

    private boolean isManifest(Inbox inbox, String name) {
        return new ManifestFilter(inbox, folder).isManifest(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transcripts-9f86d081.corrections.csv",
                "transcripts-9f86d081.corrections.tsv",
                "transcripts-9f86d081.corrections.jsonl",
                "transcripts-9f86d081~12.corrections.csv",
                "transcripts-9f86d081884c.corrections.csv",
                "transcripts-9f86d081.corrections-5b8c1f90.corrections.csv",
                "Zeugnisse für März-9f86d081.corrections.csv"
            })
    void aReceiptOfCorrectionsIsAManifestInEveryInbox(String name) {
        assertThat(isManifest(withDefaultGlobs(), name)).isTrue();
        assertThat(isManifest(withGlobs("*.json"), name)).isTrue();
        assertThat(withGlobs("*.json").manifestNames().test(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "corrections.csv",
                "transcripts.corrections.csv",
                "-9f86d081.corrections.csv",
                "transcripts-9f86d08.corrections.csv",
                "transcripts-9f86d0812.corrections.csv",
                "transcripts-9F86D081.corrections.csv",
                "transcripts-9f86d081~.corrections.csv",
                "transcripts-9f86d081.results.csv",
                "transcripts-9f86d081.corrections.json",
                "transcripts-9f86d081.corrections.csv.done",
                "transcripts-9f86d081.correctionsxcsv"
            })
    void whatIsOnlyLikeOneIsNot(String name) {
        assertThat(isManifest(withDefaultGlobs(), name)).isFalse();
    }

    @Test
    void itIsNobodysCompanion() throws IOException {
        String name = "transcripts-9f86d081.corrections.csv";
        Files.createFile(folder.resolve(name));
        assertThat(withDefaultGlobs().companion(folder, name)).isEmpty();
        assertThat(withDefaultGlobs().companionPath("a/manifest.csv", name)).isEmpty();
    }

    @Test
    void underATemporaryNameItIsNotSeen() throws IOException {
        Path file = Files.createFile(folder.resolve("transcripts-9f86d081.corrections.csv"));
        Path unfinished = Files.createFile(folder.resolve(".transcripts-9f86d081.corrections.csv"));
        ManifestFilter filter = new ManifestFilter(withDefaultGlobs(), folder);
        assertThat(filter.accept(file.toFile())).isTrue();
        assertThat(filter.accept(unfinished.toFile())).isFalse();
    }
}
