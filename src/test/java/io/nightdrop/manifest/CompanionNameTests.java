package io.nightdrop.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompanionNameTests {

    @TempDir
    Path folder;

    // What a name may be

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.pdf",
                "pdf/x.pdf",
                "a/b/c/d.pdf",
                "caf\u00e9.pdf",
                "\u6587\u4ef6.pdf",
                "..x.pdf",
                "x..pdf",
                "...",
                "x.pdf ",
                "-x.pdf",
                "%2e%2e",
                "~",
                "xy:z.pdf",
                "CON"
            })
    void aRelativePathStaysInside(String name) {
        assertThat(CompanionName.staysInside(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/",
                "/x.pdf",
                "//x.pdf",
                "../x.pdf",
                "a/../x.pdf",
                "a/..",
                "./x.pdf",
                "a/./x.pdf",
                "a//x.pdf",
                "a/",
                "C:x.pdf",
                "x:y.pdf",
                "c:\\x.pdf",
                "C:/x.pdf",
                "file:///etc/passwd",
                "https://example.edu/x.pdf",
                "x\0.pdf",
                "x.pdf\n",
                "x\r.pdf",
                "x\t.pdf",
                "x\u001b[31m.pdf",
                "x\u007f.pdf",
                "x\u0085.pdf"
            })
    void anyOtherNameDoesNot(String name) {
        assertThat(CompanionName.staysInside(name)).isFalse();
    }

    @Test
    void aNameIsAtMostAThousandCharactersLong() {
        assertThat(CompanionName.staysInside("x".repeat(1000))).isTrue();
        assertThat(CompanionName.staysInside("x".repeat(1001))).isFalse();
    }

    // What it names

    @Test
    void aFileIsFoundBelowTheFolder() throws IOException {
        Path file = write("x.pdf");
        Path deeper = write("a/b/x.pdf");

        assertThat(CompanionName.resolve(folder, "x.pdf")).contains(file);
        assertThat(CompanionName.resolve(folder, "a/b/x.pdf")).contains(deeper);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"y.pdf", "X.PDF", "x.pdf ", "x.pdf/", "x.pdf/y", "a", "a/y.pdf", "../x.pdf", "*.pdf", "%78.pdf"})
    void aFileIsFoundByItsOwnNameOnly(String name) throws IOException {
        write("x.pdf");
        write("a/x.pdf");

        assertThat(CompanionName.resolve(folder, name)).isEmpty();
    }

    @Test
    void aFileOutsideIsNotFoundUnderItsAbsoluteName() throws IOException {
        assertThat(CompanionName.resolve(folder, write("x.pdf").toString())).isEmpty();
    }

    @Test
    void aNameThatNoFileSystemTakesIsNotThere() throws IOException {
        assertThat(CompanionName.resolve(folder, "x".repeat(900))).isEmpty();
        assertThat(CompanionName.resolve(folder, "y/".repeat(499) + "x")).isEmpty();
        assertThat(CompanionName.resolve(folder, "\ud800.pdf")).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkIsNotThereWhateverItPointsTo() throws IOException {
        write("inside/x.pdf");
        Files.createSymbolicLink(folder.resolve("link.pdf"), folder.resolve("inside/x.pdf"));
        Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("inside"));
        Files.createSymbolicLink(folder.resolve("dangling.pdf"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("itself.pdf"), Path.of("itself.pdf"));

        assertThat(CompanionName.resolve(folder, "link.pdf")).isEmpty();
        assertThat(CompanionName.resolve(folder, "linked/x.pdf")).isEmpty();
        assertThat(CompanionName.resolve(folder, "dangling.pdf")).isEmpty();
        assertThat(CompanionName.resolve(folder, "itself.pdf")).isEmpty();
        assertThat(CompanionName.resolve(folder, "inside/x.pdf")).isPresent();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theFolderItselfMayBeReachedThroughALink() throws IOException {
        write("inside/x.pdf");
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("inside"));

        assertThat(CompanionName.resolve(linked, "x.pdf")).isPresent();
    }

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }
}
