package io.nightdrop.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.TestHome;
import io.nightdrop.mail.MailState;
import io.nightdrop.settings.NotifySettings;
import io.nightdrop.settings.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageTemplatesTests {

    @TempDir
    private Path folder;

    private static MessageTemplates templates(@Nullable Path folder) {
        NotifySettings notify = new NotifySettings(null, null, folder, Duration.ofDays(3));
        return new MessageTemplates(TestHome.settings(Path.of("."), notify));
    }

    private static Message message(MessageTemplates templates, @Nullable String applicant, String... documents) {
        return templates.message(new Notification(
                new UUID(1, 2),
                1,
                "requests",
                "drop-1",
                "w_77",
                applicant,
                "ana@example.edu",
                List.of(documents),
                documents.length == 3 ? 4 : 0,
                MailState.PENDING,
                0,
                null,
                null,
                Asked.AT,
                null));
    }

    @Test
    void theApplicantIsGreetedAndReadsWhatIsAskedFor() {
        Message message = message(templates(null), "Ana Costa", "Passport", "Bank statement", "Zeugnis");
        assertThat(message.subject()).isEqualTo("7 documents are needed from you");
        assertThat(message.text())
                .startsWith("Dear Ana Costa,\n\n")
                .contains("\n  * Passport\n  * Bank statement\n  * Zeugnis\n  * and 4 more\n", "w_77");
        assertThat(message.html()).contains("<bdi>Ana Costa</bdi>", "<bdi>Zeugnis</bdi>", "and 4 more", "w_77");
    }

    @Test
    void oneDocumentOfSomebodyWithoutANameReadsWellToo() {
        Message message = message(templates(null), null, "Passport");
        assertThat(message.subject()).isEqualTo("A document is needed from you");
        assertThat(message.text())
                .startsWith("Hello,\n\n")
                .contains("this document")
                .doesNotContain("more", "Dear");
        assertThat(message.html()).contains("Hello,").doesNotContain("Dear");
    }

    @Test
    void whatStrangersWroteIsEscapedInHtmlAndStaysOneLine() {
        Message message = message(
                templates(null), "<b>Ana</b> & \"Co\"\r\nDear victim, pay here\u2028now\u202E", "<script>x</script>");
        assertThat(message.html())
                .contains("&lt;b&gt;Ana&lt;/b&gt; &amp; &quot;Co&quot; Dear victim")
                .contains("&lt;script&gt;")
                .doesNotContain("<script", "<b>", "\u202E");
        assertThat(message.text()).startsWith("Dear <b>Ana</b> & \"Co\" Dear victim, pay here now,\n");
    }

    @Test
    void aSubjectIsOneLineWhateverIsPutIntoIt() throws IOException {
        Files.writeString(folder.resolve("subject.txt"), "\n{{applicant}}\nasked\n");
        String subject = message(templates(folder), "Ana\r\nBcc: all@example.edu\u0000\u0085x", "Passport")
                .subject();
        assertThat(subject).isEqualTo("Ana Bcc: all@example.edu x asked");
        assertThat(message(templates(folder), "😀".repeat(256), "Passport").subject())
                .isEqualTo("😀".repeat(199) + "…");
    }

    @Test
    void aTemplateOfTheUsersTakesThePlaceOfItsNamesake() throws IOException {
        Files.writeString(folder.resolve("body.txt"), "{{applicant}} {{#documents}}[{{name}}]{{/documents}} ü");
        Message message = message(templates(folder), "Ana", "Passport", "Zeugnis");
        assertThat(message.text()).isEqualTo("Ana [Passport][Zeugnis] ü\n");
        assertThat(message.subject()).isEqualTo("2 documents are needed from you");
    }

    @Test
    void aTemplateThatCannotBeUsedIsRefusedBeforeAnythingIsSent() throws IOException {
        assertRefused("body.html", "{{#documents}}never closed", "body.html");
        assertRefused("body.txt", "Dear {{aplicant}}", "aplicant");
        assertRefused("body.txt", "{{^applicant}}{{typo}}{{/applicant}}x", "typo");
        assertRefused("body.txt", "{{#more}}{{typo}}{{/more}}x", "typo");
        assertRefused("subject.txt", "  \n", "empty");
        assertRefused("body.txt", "{{>other}}", "body.txt");
        Files.write(folder.resolve("body.txt"), new byte[] {'G', 'r', (byte) 0xFC, (byte) 0xDF, 'e'});
        assertThatThrownBy(() -> templates(folder))
                .isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> templates(folder.resolve("none")))
                .isInstanceOf(WrongSettingException.class)
                .hasMessageStartingWith("nightdrop.notify.templates: there is no folder");
    }

    private void assertRefused(String name, String template, String telling) throws IOException {
        Files.writeString(folder.resolve(name), template);
        assertThatThrownBy(() -> templates(folder))
                .as(template)
                .isInstanceOf(WrongSettingException.class)
                .hasMessageStartingWith("nightdrop.notify.templates: " + folder.resolve(name))
                .hasMessageContaining(telling)
                .message()
                .doesNotContain("\n");
        Files.delete(folder.resolve(name));
    }
}
