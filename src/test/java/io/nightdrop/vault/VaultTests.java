package io.nightdrop.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightdrop.TestHome;
import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTests {

    @TempDir
    private Path home;

    private Vault vault;

    @BeforeEach
    void anEmptyVault() {
        vault = new Vault(TestHome.settings(home));
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
        new Vault(TestHome.settings(home)).store(List.of(one));
        assertThat(vault.path(one.fingerprint())).hasContent("one");
    }

    @Test
    void aContentThatIsNowhereIsAFault() throws IOException {
        Vault.Incoming gone = incoming("1", "gone");
        Files.delete(gone.source());
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> vault.store(List.of(gone)));
        assertThat(vault.has(gone.fingerprint())).isFalse();
    }

    @Test
    void aFolderThatCouldNotBePutOnDiskIsOwedToTheNextCall() throws IOException {
        Vault.Incoming one = incoming("1", "one");
        vault.store(List.of(one));
        Path folder = vault.path(one.fingerprint()).getParent();
        Path aside = Files.move(folder, home.resolve("aside"));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(vault::settle);
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(vault::settle);

        Files.move(aside, folder);
        vault.settle();

        Files.move(folder, aside);
        assertThatCode(vault::settle).as("nothing is owed any more").doesNotThrowAnyException();
    }

    @Test
    void whatIsNowhereAnyMoreIsLeftWhenContentsAreStoredAgain() throws IOException {
        Vault.Incoming takenBack = incoming("1", "taken back");
        Vault.Incoming lost = incoming("2", "lost");
        Vault.Incoming here = incoming("3", "here");
        vault.store(List.of(takenBack, lost, here));
        Files.move(vault.path(takenBack.fingerprint()), takenBack.source());
        Files.delete(vault.path(lost.fingerprint()));

        vault.storeAgain(List.of(takenBack, lost, here));

        assertThat(vault.path(takenBack.fingerprint())).hasContent("taken back");
        assertThat(vault.path(here.fingerprint())).hasContent("here");
        assertThat(vault.has(lost.fingerprint())).isFalse();
        assertThatCode(vault::settle).doesNotThrowAnyException();
    }
}
