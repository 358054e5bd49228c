package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.ManifestChecker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Every example of docs/manifests.md is taken as it stands there. */
@NightdropIntegrationTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedManifestsIntegrationTests {

    private static final Pattern EXAMPLE =
            Pattern.compile("^```\\w+ manifest=(\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    record Example(String name, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Autowired
    private Sender sender;

    @Autowired
    private ManifestChecker checker;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    static List<Example> examples() throws IOException {
        List<Example> examples = EXAMPLE.matcher(Files.readString(Path.of("docs/manifests.md")))
                .results()
                .map(match -> new Example(match.group(1), match.group(2)))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(10);
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleSucceedsWholly(Example example) throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "y.pdf", "%PDF-1.4 y");
        Files.write(
                inbox.directory().resolve("z.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        Path manifest = sender.put(inbox, example.name(), example.text());

        ManifestChecker.Forecast forecast = checker.check(inbox, manifest, item -> {
            throw new AssertionError(item);
        });

        assertThat(forecast.refusal()).isNull();
        assertThat(forecast.items()).isPositive();
        assertThat(forecast.failed()).isZero();
    }
}
