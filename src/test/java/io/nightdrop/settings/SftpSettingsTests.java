package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SftpSettingsTests {

    private static final Map<String, String> LEAST =
            Map.of("host", "sftp.example.edu", "user", "sis", "directory", "outgoing", "password", "hunter-2-secret");

    private static SftpSettings bind(String... keysAndValues) {
        Map<String, String> all = new HashMap<>(LEAST);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        Map<String, String> properties = new HashMap<>();
        all.forEach((key, value) -> properties.put("sftp." + key, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("sftp", SftpSettings.class)
                .get();
    }

    private static void refused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> bind(keysAndValues)).rootCause().hasMessageContaining(message);
    }

    @Test
    void theRestHasDefaults() {
        SftpSettings settings = bind();
        assertThat(settings.port()).isEqualTo(22);
        assertThat(settings.knownHosts()).isEqualTo(Path.of(System.getProperty("user.home"), ".ssh", "known_hosts"));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.stallTimeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(settings.login()).isEqualTo("sis@sftp.example.edu:22");
    }

    @Test
    void whatIsMissingIsNamed() {
        refused("host is required", "host", "");
        refused("user is required", "user", " ");
        refused("directory is required", "directory", "");
        refused("private-key or password is required", "password", "");
    }

    @Test
    void thereIsOneWayToLogIn() {
        refused("private-key and password are both set", "private-key", "/keys/sis");
        refused("passphrase is for a private-key", "passphrase", "p");
        SftpSettings settings = bind("password", "", "private-key", "~/.ssh/sis", "passphrase", "p");
        assertThat(settings.privateKey()).isEqualTo(Path.of(System.getProperty("user.home"), ".ssh", "sis"));
    }

    @Test
    void everyFaultIsNoticedWithinAMinute() {
        refused("stall-timeout is at least 1ms and at most 55s", "stall-timeout", "60s");
        refused("stall-timeout is at least", "stall-timeout", "0s");
        refused("connect-timeout is at least 1ms and at most 15s", "connect-timeout", "16s");
        refused("port is a number from 1 to 65535", "port", "65536");
        refused("sessions is a number from 1 to 32", "sessions", "0");
    }

    private static InboxSettings inbox(String directory, String replyTo) {
        Map<String, String> properties = new HashMap<>();
        LEAST.forEach((key, value) -> properties.put("i.sftp." + key, value));
        properties.put("i.sftp.directory", directory);
        properties.put("i.reply-to", replyTo);
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("i", InboxSettings.class)
                .get();
    }

    @Test
    void answersDoNotArriveWhereDropsDo() {
        assertThat(inbox("out", "sftp:replies").repliesInside()).isEmpty();
        assertThat(inbox(".", "sftp:replies/night").repliesInside()).hasValue("replies/night");
        assertThat(inbox("/srv/out", "sftp:/srv/out/../out/replies").repliesInside())
                .hasValue("replies");
        assertThat(inbox("/srv/out", "/srv/out").repliesInside())
                .as("of this machine")
                .isEmpty();
        assertThatThrownBy(() -> inbox("out/", "sftp:./out")).rootCause().hasMessageContaining("watched directory");
        assertThatThrownBy(() -> inbox("/srv/out", "sftp:replies")).rootCause().hasMessageContaining("both absolute");
        assertThatThrownBy(() -> inbox("out", "sftp://sftp.example.edu/replies"))
                .rootCause()
                .hasMessageContaining("the server is the inbox's own");
        assertThatThrownBy(() -> inbox("out", "sftp:")).rootCause().hasMessageContaining("names a folder");
    }

    @Test
    void theArchiveLiesInTheInbox() {
        assertThat(bind("archive", "./done/").archive()).isEqualTo("done");
        refused("archive is a folder below directory", "archive", "../done");
        refused("archive is a folder below directory", "archive", "/done");
        refused("archive is a folder below directory", "archive", ".");
    }

    @Test
    void secretsAreNeverPrinted() {
        assertThat(bind().toString()).contains("sis@", "***").doesNotContain("hunter-2-secret");
        assertThat(bind("password", "", "private-key", "k", "passphrase", "hunter-3-secret")
                        .toString())
                .contains("***")
                .doesNotContain("hunter-3-secret");
    }
}
