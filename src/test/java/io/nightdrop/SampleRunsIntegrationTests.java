package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples of {@code docs/samples} as they stand: the commands that their configurations name, in a process that starts in their folder. */
@Timeout(120)
class SampleRunsIntegrationTests {

    private static final String COMMAND = "#   nightdrop ";

    @TempDir
    private Path folder;

    private record Said(int code, String out) {}

    @ParameterizedTest
    @CsvSource({
        "slate-dip, 3 of 4",
        "collegevine, 2 of 3",
        "onbase-dip, 2 of 3",
        "oneroster, 3 of 4",
        "canvas-users, 4 of 5"
    })
    void theCommandsAtItsHeadDoWhatTheListOfSamplesSays(String sample, String succeed) throws Exception {
        Path samples = Path.of("docs/samples");
        copy(samples.resolve(sample));
        assertThat(Files.readString(samples.resolve("README.md")))
                .containsPattern("\\| `" + sample + "` \\|.*\\| " + succeed + " (stored|imported)");
        List<String> commands = Files.readAllLines(folder.resolve("config/application.yml")).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
        assertThat(commands).hasSize(2).contains("run");

        for (String command : commands) {
            Said said = say(command.split(" +"));
            boolean run = command.equals("run");
            assertThat(said.out()).contains(run ? succeed + " items succeeded" : succeed + " items would succeed");
            assertThat(said.code()).isEqualTo(3);
        }
    }

    private void copy(Path sample) throws IOException {
        try (Stream<Path> files = Files.walk(sample)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(sample.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private Said say(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // they only start and end
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.nightdrop.NightdropApplication"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out);
    }
}
