package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's script, with a Java that only notes what it is asked; {@code .ci/launcher} starts the real one. */
class LauncherTests {

    /** Notes each start in a line; makes an archive when it is asked to; ends with the code that it is told. */
    private static final String JAVA = """
            #!/bin/sh
            { printf '%s|' "$@"; echo "HOME=${NIGHTDROP_HOME:-}"; } >>"$(dirname "$0")/../starts"
            for word; do
              case $word in
                -XX:ArchiveClassesAtExit=*) test -e "$(dirname "$0")/../broken" || echo classes >"${word#*=}" ;;
                exit=*) exit "${word#*=}" ;;
                pid) echo $$ ;;
              esac
            done
            """;

    @TempDir
    private Path folder;

    private Path app;
    private Path launcher;
    private Path java;

    @BeforeEach
    void install() throws IOException {
        app = Files.createDirectories(folder.resolve("a folder/nightdrop"));
        Files.createDirectories(app.resolve("lib"));
        Files.createDirectories(app.resolve("bin"));
        Files.writeString(app.resolve("nightdrop.jar"), "version 1");
        launcher = Files.copy(Path.of("src/main/launcher/nightdrop"), app.resolve("bin/nightdrop"));
        java = Files.createDirectories(folder.resolve("a java/bin")).resolve("java");
        Files.writeString(java, JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(Map<String, String> variables, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_OPTS");
        builder.environment().put("JAVA_HOME", folder.resolve("a java").toString());
        builder.environment().putAll(variables);
        return builder.start();
    }

    private int say(String... words) throws Exception {
        return start(Map.of(), words).waitFor();
    }

    private List<String> starts() throws IOException {
        return Files.readAllLines(folder.resolve("a java/starts"));
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(app.resolve("cds"))) {
            return files.toList();
        }
    }

    @Test
    void theFirstStartMakesTheArchiveAndAllUseIt() throws Exception {
        assertThat(say("run")).isZero();
        assertThat(say("drops")).isZero();

        assertThat(starts()).hasSize(3);
        assertThat(starts().get(0)).contains("-XX:ArchiveClassesAtExit=", "|run|--spring.config.location=classpath:/|");
        assertThat(archives()).hasSize(1);
        assertThat(starts().get(1))
                .contains("-XX:SharedArchiveFile=" + archives().get(0) + "|", "nightdrop.jar|run|");
        assertThat(starts().get(2))
                .contains("-XX:SharedArchiveFile=" + archives().get(0) + "|", "nightdrop.jar|drops|");
    }

    @Test
    void anotherJarOfTheSameSizeAndTimeGetsAnArchiveOfItsOwn() throws Exception {
        say("run");
        Path before = archives().get(0);
        Path jar = app.resolve("nightdrop.jar");
        var time = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "version 2");
        Files.setLastModifiedTime(jar, time);

        say("run");

        assertThat(archives()).hasSize(1).doesNotContain(before);
        assertThat(starts()).hasSize(4);
    }

    @Test
    void thePracticeSeesNothingOfWhatIsConfigured() throws Exception {
        start(Map.of("NIGHTDROP_HOME", "/srv/nightdrop", "JAVA_OPTS", "-Dx=y"), "run")
                .waitFor();

        assertThat(starts().get(0)).endsWith("HOME=").doesNotContain("-Dx=y");
        assertThat(starts().get(1)).endsWith("HOME=/srv/nightdrop").contains("|-Dx=y|");
    }

    @Test
    void wordsPassUnchangedAndTheExitCodeComesBack() throws Exception {
        assertThat(say("again", "a drop", "--reason", "it's *; $HOME", "", "exit=3"))
                .isEqualTo(3);

        assertThat(starts().get(1)).contains("|again|a drop|--reason|it's *; $HOME||exit=3|");
    }

    @Test
    void javaTakesTheLaunchersPlaceSoThatItGetsTheSignals() throws Exception {
        Process process = start(Map.of(), "pid");

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .isEqualTo(Long.toString(process.pid()));
    }

    @Test
    void withoutAPlaceForTheArchiveItStartsWithout() throws Exception {
        Files.writeString(app.resolve("cds"), "in the way; root may write to any folder");

        assertThat(say("run", "exit=4")).isEqualTo(4);

        assertThat(starts()).hasSize(1);
        assertThat(starts().get(0)).doesNotContain("SharedArchiveFile");
    }

    @Test
    void aJavaThatMakesNoArchiveIsAskedOnce() throws Exception {
        Files.createFile(folder.resolve("a java/broken"));

        say("run");
        say("run");

        assertThat(starts()).hasSize(3);
        assertThat(starts().get(2)).doesNotContain("SharedArchiveFile");
    }

    @Test
    void twoFirstStartsAtOnceLeaveOneWholeArchive() throws Exception {
        List<Process> both = List.of(start(Map.of(), "run"), start(Map.of(), "run"));
        for (Process process : both) {
            assertThat(process.waitFor()).isZero();
        }

        assertThat(archives()).singleElement().satisfies(one -> assertThat(one).hasContent("classes\n"));
    }

    @Test
    void itIsFoundThroughALink() throws Exception {
        launcher = Files.createSymbolicLink(folder.resolve("nightdrop"), Path.of("a folder/nightdrop/bin/nightdrop"));

        assertThat(say("run")).isZero();

        assertThat(starts().get(1)).contains(app.toRealPath().resolve("nightdrop.jar") + "|run|");
    }
}
