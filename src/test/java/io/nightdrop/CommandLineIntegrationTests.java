package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.cli.CommandLineInterface;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as an operator types them, with what they print and their exit codes. */
class CommandLineIntegrationTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private record Said(int code, String out, String err) {}

    @BeforeEach
    void aRosterAndADropWithAFailure() throws IOException {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(
                inbox.resolve("a-roster-manifest.csv"),
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,S-77,ana@example.edu,Ana,Costa,student\n");
        Files.writeString(inbox.resolve("x.pdf"), "%PDF-1.4 x");
        Files.writeString(inbox.resolve("b-docs-manifest.csv"), """
                itemId,namespace,externalId,documentType,filename
                one,SIS,S-77,DIPLOMA,x.pdf
                two,SIS,nobody,DIPLOMA,x.pdf
                """);
    }

    private Said say(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--spring.config.location=classpath:/");
        arguments.add("--nightdrop.home=" + folder.resolve("home"));
        arguments.add("--nightdrop.inboxes.sis.directory=" + folder.resolve("inbox"));
        arguments.add("--nightdrop.inboxes.sis.settle=0s");
        arguments.add("--nightdrop.inboxes.sis.scopes=pearsana-partner/partners.documents:write,"
                + "pearsana-partner/partners.externalRefs:read");
        PrintStream systemOut = System.out;
        PrintStream systemErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int code = CommandLineInterface.execute(NightdropApplication.class, arguments.toArray(String[]::new));
            return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }

    @Test
    void theDayOfAnOperator() throws IOException {
        Path manifest = folder.resolve("inbox/b-docs-manifest.csv");
        Said unchecked = say("check", manifest.toString());
        assertThat(unchecked.out()).contains("item 1 one: NOT_FOUND", "item 2 two: NOT_FOUND", "0 of 2 items");
        assertThat(unchecked.code()).isEqualTo(3);
        assertThat(folder.resolve("home/vault")).doesNotExist();

        Said run = say("run");
        assertThat(run.out())
                .contains("sis: a-roster-manifest-", "COMPLETED: 1 of 1 items succeeded", "COMPLETED_WITH_FAILURES")
                .contains("report.html");
        assertThat(run.code()).isEqualTo(3);

        Said again = say("run");
        assertThat(again.out()).contains("Nothing new");
        assertThat(again.code()).isZero();

        JsonNode drops = JSON.readTree(say("drops", "--json").out());
        String id = drops.path(0).path("drop").path("id").stringValue();
        assertThat(drops).hasSize(2);
        assertThat(say("drops", "--outcome", "completed").out())
                .contains("a-roster")
                .doesNotContain(id);
        assertThat(say("drops", "--waiting").out()).contains("Nothing waits");

        assertThat(say("show", id).out()).contains("one  created", "two  failed  NOT_FOUND", "put-away COMPLETED");
        assertThat(say("show", id, "--failed").out()).doesNotContain("one  created");
        JsonNode shown = JSON.readTree(say("show", "sis/" + id, "--json").out());
        assertThat(shown.path("items")).hasSize(2);
        assertThat(shown.path("runs").path(0).path("status").stringValue()).isEqualTo("COMPLETED");

        Path report = folder.resolve("home/reports/sis").resolve(id);
        String summary = Files.readString(report.resolve("summary.json"));
        Files.delete(report.resolve("summary.json"));
        assertThat(say("report", id).code()).isZero();
        assertThat(report.resolve("summary.json")).hasContent(summary);

        assertThat(say("why", "--inbox", "sis", "x.pdf").out()).contains("A companion of the drop " + id);
        JsonNode documents =
                JSON.readTree(say("documents", "SIS/S-77", "--json").out());
        String document = documents.path(0).path("documentId").stringValue();
        Path exported = folder.resolve("exported.pdf");
        assertThat(say("export", document, exported.toString()).code()).isZero();
        assertThat(exported).hasContent("%PDF-1.4 x");
        assertThat(say("export", document, exported.toString()).code()).isEqualTo(2);
    }

    @Test
    void aRunCanPrintJson() {
        Said run = say("run", "--json", "--failures-ok");
        assertThat(run.code()).isZero();
        assertThat(JSON.readTree(run.out()).path("drops")).hasSize(2);
    }

    @Test
    void aRejectedDropGivesFour() throws IOException {
        Files.writeString(folder.resolve("inbox/c-manifest.json"), "{\"items\":[]}");
        assertThat(say("run").code()).isEqualTo(4);
    }

    @Test
    void whatCannotBeUnderstoodGivesTwoAndOneLineThatNamesIt() {
        assertUsage(say("fly"), "fly");
        assertUsage(say(), "Which command?");
        assertUsage(say("show", "nothing-12345678"), "there is no drop 'nothing-12345678'");
        assertUsage(say("run", "--inbox", "other"), "there is no inbox 'other'; there are sis");
        assertUsage(say("run", "--nightdrop.inboxes.sis.setle=1s"), "unknown setting nightdrop.inboxes.sis.setle");
        assertUsage(say("run", "--nightdrop.inboxes.x.settle=1s"), "nightdrop.inboxes.x.directory");
        assertUsage(say("run", "--nightdrop.inboxes.x.directory=/does/not/exist"), "nightdrop.inboxes.x.directory");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.schedule=0 0 25 * * *"),
                "nightdrop.inboxes.x.schedule");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.max-items=0"),
                "nightdrop.inboxes.x.max-items");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.operation=dance"),
                "nightdrop.inboxes.x.operation");
        assertUsage(
                say(
                        "run",
                        "--nightdrop.inboxes.x.directory=.",
                        "--nightdrop.inboxes.x.reply-to=" + folder.resolve("inbox")),
                "nightdrop.inboxes.x.reply-to");
        assertUsage(say("run", "--nightdrop.inboxes.a b.directory=."), "nightdrop");
    }

    private static void assertUsage(Said said, String telling) {
        assertThat(said.err()).contains(telling).doesNotContain("\tat ");
        assertThat(said.code()).isEqualTo(2);
    }

    @Test
    void helpNeedsNoContainer() {
        Said help = say("--help");
        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains("run", "watch", "check", "drops", "show", "report", "why", "documents", "export");
        assertThat(folder.resolve("home")).doesNotExist();
    }
}
