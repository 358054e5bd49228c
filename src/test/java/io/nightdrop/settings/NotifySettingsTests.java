package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.settings.NotifySettings.Security;
import io.nightdrop.settings.NotifySettings.Smtp;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NotifySettingsTests {

    private static NightdropSettings bind(String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("nightdrop.notify." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("nightdrop", NightdropSettings.class);
    }

    private static Smtp smtp(String... keysAndValues) {
        Map<String, String> all = new HashMap<>(Map.of("host", "mail.example.edu"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        String[] list = new String[all.size() * 2 + 2];
        int i = 0;
        list[i++] = "from";
        list[i++] = "docs@example.edu";
        for (Map.Entry<String, String> entry : all.entrySet()) {
            list[i++] = "smtp." + entry.getKey();
            list[i++] = entry.getValue();
        }
        return Objects.requireNonNull(bind(list).notifications().smtp());
    }

    @Test
    void withoutAnySettingNothingIsSent() {
        assertThat(bind().notifications()).isEqualTo(NotifySettings.NONE);
    }

    @Test
    void aServerHasPatienceThatEnds() {
        Smtp smtp = smtp();
        assertThat(smtp.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(smtp.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThatThrownBy(() -> smtp("timeout", "0s"))
                .rootCause()
                .hasMessageContaining("nightdrop.notify.smtp.timeout");
    }

    @Test
    void thePortFollowsFromTheRest() {
        assertThat(smtp().port()).isEqualTo(25);
        assertThat(smtp("username", "u", "password", "p").port()).isEqualTo(587);
        assertThat(smtp("security", "tls").port()).isEqualTo(465);
        assertThat(smtp("port", "2525").port()).isEqualTo(2525);
        assertThat(smtp("port", "465").tls()).isTrue();
    }

    @Test
    void aPasswordDoesNotLeaveTheMachineInTheClearUnlessThatIsAskedFor() {
        assertThat(smtp().startTlsRequired()).isFalse();
        assertThat(smtp("username", "u", "password", "p").startTlsRequired()).isTrue();
        assertThat(smtp("username", "u", "password", "p", "host", "127.0.0.1").startTlsRequired())
                .isFalse();
        assertThat(smtp("username", "u", "password", "p", "host", "127.evil.example")
                        .startTlsRequired())
                .isTrue();
        assertThat(smtp("username", "u", "password", "p", "security", "none").startTls())
                .isFalse();
        assertThat(smtp("security", "starttls").startTlsRequired()).isTrue();
    }

    @Test
    void thePasswordIsNeverPrinted() {
        NightdropSettings settings = bind(
                "from",
                "docs@example.edu",
                "smtp.host",
                "mail.example.edu",
                "smtp.username",
                "nightdrop",
                "smtp.password",
                "hunter-2-secret");
        assertThat(settings.toString()).contains("nightdrop", "***").doesNotContain("hunter-2-secret");
        Smtp smtp = Objects.requireNonNull(settings.notifications().smtp());
        assertThat(smtp.password()).isEqualTo("hunter-2-secret");
        assertThat(smtp.security()).isEqualTo(Security.AUTO);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> bind("smtp.host", "mail.example.edu"))
                .rootCause()
                .hasMessageContaining("nightdrop.notify.from is required");
        assertThatThrownBy(() -> bind("from", "docs@example.edu", "smtp.port", "25"))
                .rootCause()
                .hasMessageContaining("nightdrop.notify.smtp.host is required");
        assertThatThrownBy(() -> smtp("username", "u"))
                .rootCause()
                .hasMessageContaining("nightdrop.notify.smtp.password is missing");
    }

    @Test
    void theSenderIsOneAddressWithOrWithoutAName() {
        assertThat(bind("from", "Documents Office <docs@example.edu>")
                        .notifications()
                        .from())
                .contains("docs@");
        for (String wrong : new String[] {"docs", "a@example.edu, b@example.edu", "docs@", "a@b\r\nBcc: c@d"}) {
            assertThatThrownBy(() -> bind("from", wrong))
                    .as(wrong)
                    .rootCause()
                    .hasMessageContaining("nightdrop.notify.from");
        }
    }
}
