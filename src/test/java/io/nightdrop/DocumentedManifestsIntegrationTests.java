package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.ManifestChecker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

/** Every example of docs/manifests.md is taken as it stands there. */
@NightdropIntegrationTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedManifestsIntegrationTests {

    private static final Pattern EXAMPLE =
            Pattern.compile("^```\\w+ manifest=(\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern SETTINGS =
            Pattern.compile("^```yaml inbox=(\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /**
     * An example.
     *
     * @param settings what is set for its inbox, key and value in turn
     */
    record Example(String name, String text, List<String> settings) {
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
        String page = Files.readString(Path.of("docs/manifests.md"));
        Map<String, List<String>> settings = new HashMap<>();
        SETTINGS.matcher(page).results().forEach(match -> settings.put(match.group(1), settings(match.group(2))));
        List<Example> examples = EXAMPLE.matcher(page)
                .results()
                .map(match ->
                        new Example(match.group(1), match.group(2), settings.getOrDefault(match.group(1), List.of())))
                .toList();
        assertThat(settings.keySet())
                .isNotEmpty()
                .isSubsetOf(examples.stream().map(Example::name).toList());
        assertThat(examples).hasSizeGreaterThanOrEqualTo(10);
        return examples;
    }

    private static List<String> settings(String text) {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)));
        List<String> settings = new ArrayList<>();
        Objects.requireNonNull(yaml.getObject()).forEach((key, value) -> {
            settings.add(key.toString());
            settings.add(value.toString());
        });
        return settings;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleSucceedsWholly(Example example) throws IOException {
        Inbox inbox = sender.inbox(example.settings().toArray(String[]::new));
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
