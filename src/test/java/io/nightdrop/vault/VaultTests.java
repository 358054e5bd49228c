package io.nightdrop.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.NotifySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTests {

    @TempDir
    private Path home;

    private Vault vault;

    @BeforeEach
    void anEmptyVault() {
        vault = new Vault(new NightdropSettings(home, Map.of(), NotifySettings.NONE));
    }

    private Vault.Incoming incoming(String name, String text) throws IOException {
        Path file = Files.writeString(home.resolve(name), text);
        return new Vault.Incoming(ContentFacts.of(file).fingerprint(), file);
    }

    @Test
    void contentsAreMovedToWhereTheirFingerprintSays() throws IOException {
        Vault.Incoming one = incoming("1", "one");
        Vault.Incoming two = incoming("2", "two");
        vault.store(List.of(one, two));
        assertThat(vault.path(one.fingerprint()))
                .hasContent("one")
                .isEqualTo(home.resolve("vault")
                        .resolve(one.fingerprint().substring(0, 2))
                        .resolve(one.fingerprint()));
        assertThat(vault.has(two.fingerprint())).isTrue();
        assertThat(one.source()).doesNotExist();
    }

    @Test
    void theSameContentTwiceIsStoredOnce() throws IOException {
        Vault.Incoming one = incoming("1", "same");
        Vault.Incoming again = incoming("2", "same");
        vault.store(List.of(one, again));
        assertThat(vault.path(one.fingerprint())).hasContent("same");
        vault.store(List.of(again));
        assertThat(Files.exists(one.source()) || Files.exists(again.source())).isTrue();
    }

    @Test
    void storingAgainAfterARolledBackTryChangesNothing() throws IOException {
        Vault.Incoming one = incoming("1", "one");
        vault.store(List.of(one));
        vault.store(List.of(one));
        new Vault(new NightdropSettings(home, Map.of(), NotifySettings.NONE)).store(List.of(one));
        assertThat(vault.path(one.fingerprint())).hasContent("one");
    }

    @Test
    void aContentThatIsNowhereIsAFault() throws IOException {
        Vault.Incoming gone = incoming("1", "gone");
        Files.delete(gone.source());
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> vault.store(List.of(gone)));
        assertThat(vault.has(gone.fingerprint())).isFalse();
    }
}
