package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Walks the drops that are kept as folders under {@code src/test/resources/drops}: each holds the files as their sender
 * drops them and the report that must come of them. The list of folders is the list of what Nightdrop handles.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DropFolders {

    private static final Path DROPS = Path.of("src/test/resources/drops");

    @Autowired
    private Sender sender;

    @Autowired
    private JsonMapper json;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    static List<Path> drops() throws IOException {
        try (Stream<Path> folders = Files.list(DROPS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drops")
    void theDropGivesTheExpectedReport(Path folder) throws IOException {
        Inbox inbox = inbox(folder);
        sender.putAll(inbox, folder.resolve("inbox"));

        Drop drop = sender.runOne(inbox);

        try (Stream<Path> expectations = Files.list(folder.resolve("expected"))) {
            for (Path expected : expectations.toList()) {
                compare(drop, expected);
            }
        }
        try (Stream<Path> files = Files.list(sender.reportFolder(drop))) {
            boolean corrected =
                    files.anyMatch(file -> file.getFileName().toString().startsWith("corrections"));
            assertThat(corrected).as("corrections exist").isEqualTo(drop.failed() != null && drop.failed() > 0);
        }
    }

    private Inbox inbox(Path folder) throws IOException {
        Properties properties = new Properties();
        Path file = folder.resolve("inbox.properties");
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        String[] settings = properties.entrySet().stream()
                .flatMap(entry ->
                        Stream.of(entry.getKey().toString(), entry.getValue().toString()))
                .toArray(String[]::new);
        return sender.inbox(settings);
    }

    private void compare(Drop drop, Path expected) throws IOException {
        String name = expected.getFileName().toString();
        String actual = normalised(drop, sender.report(drop, name));
        String wanted = Files.readString(expected);
        if (name.equals("summary.json")) {
            ObjectNode part = (ObjectNode) json.readTree(wanted);
            ObjectNode whole = (ObjectNode) json.readTree(actual);
            for (String key : part.propertyNames()) {
                assertThat(whole.path(key)).as(name + " " + key).isEqualTo(part.path(key));
            }
        } else if (name.endsWith(".json")) {
            assertThat(json.readTree(actual)).as(name).isEqualTo(json.readTree(wanted));
        } else if (name.endsWith(".jsonl")) {
            assertThat(lines(actual)).as(name).isEqualTo(lines(wanted));
        } else {
            assertThat(actual).as(name).isEqualTo(wanted);
        }
    }

    private JsonNode lines(String text) {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.add(json.readTree(line)));
        return lines;
    }

    /** Ids and times differ from run to run. */
    private static String normalised(Drop drop, String text) {
        return text.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>")
                .replaceAll("\"trc_[0-9A-Za-z]{22}\"", "\"<trace>\"")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "<time>")
                .replace("\"requestId\":\"" + drop.name() + "\"", "\"requestId\":\"<drop>\"");
    }
}
