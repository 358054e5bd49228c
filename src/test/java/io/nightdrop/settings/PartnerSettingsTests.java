package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.settings.PartnerSettings.OnDoubt;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class PartnerSettingsTests {

    private static final Map<String, String> PEARSANA = Map.of(
            "type", "pearsana",
            "base-url", "https://sandbox.api.pearsana.com/",
            "token-url", "https://sandbox.auth.pearsana.com/oauth2/token",
            "client-id", "nightdrop",
            "client-secret", "hunter-2-secret");

    private static final Map<String, String> KOMPLIANT = Map.of(
            "type", "kompliant",
            "base-url", "https://api.kompliant.com",
            "api-key", "sb_hunter-3-secret",
            "secret-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g",
            "auth-token", "hunter-4-secret");

    private static PartnerSettings bind(Map<String, String> least, String... keysAndValues) {
        Map<String, String> all = new HashMap<>(least);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        Map<String, String> properties = new HashMap<>();
        all.forEach((key, value) -> properties.put("p." + key, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bind("p", PartnerSettings.class)
                .get();
    }

    private static void refused(String message, Map<String, String> least, String... keysAndValues) {
        assertThatThrownBy(() -> bind(least, keysAndValues)).rootCause().hasMessageContaining(message);
    }

    @Test
    void theRestHasDefaults() {
        PartnerSettings pearsana = bind(PEARSANA);
        assertThat(pearsana.type().operation()).isEqualTo("documents:submitBatch");
        assertThat(pearsana.uri("/v1/documents:submitBatch"))
                .isEqualTo(URI.create("https://sandbox.api.pearsana.com/v1/documents:submitBatch"));
        assertThat(pearsana.apiVersion()).isEqualTo("2026-01-30");
        assertThat(pearsana.maxBodySize()).isEqualTo(DataSize.ofMegabytes(50));
        assertThat(pearsana.maxItems()).isEqualTo(25);
        assertThat(pearsana.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(pearsana.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(pearsana.scopes())
                .containsExactly(
                        "pearsana-partner/partners.documents:write", "pearsana-partner/partners.externalRefs:read");
        assertThat(pearsana.onDoubt()).isEqualTo(OnDoubt.HOLD);
        assertThat(pearsana.requestsPerSecond()).isEqualTo(10);
        assertThat(pearsana.concurrency()).isEqualTo(4);
        assertThat(pearsana.sslBundle()).isNull();

        PartnerSettings kompliant = bind(KOMPLIANT);
        assertThat(kompliant.type().operation()).isEqualTo("workflow.requiredDocument.batchRequestDocument");
        assertThat(kompliant.apiVersion()).isEqualTo("2025-03-24");
        assertThat(kompliant.maxBodySize()).isEqualTo(DataSize.ofMegabytes(1));
        assertThat(kompliant.maxItems()).isEqualTo(100);
        assertThat(kompliant.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(kompliant.scopes()).isEmpty();
    }

    @Test
    void everythingCanBeSet() {
        PartnerSettings settings = bind(
                PEARSANA,
                "api-version",
                "2026-06-01",
                "max-body-size",
                "10MB",
                "max-items",
                "5",
                "timeout",
                "3s",
                "connect-timeout",
                "1s",
                "on-doubt",
                "resend",
                "requests-per-second",
                "0.5",
                "concurrency",
                "1",
                "ssl-bundle",
                "campus",
                "scopes",
                "a:write,b:read");
        assertThat(settings.onDoubt()).isEqualTo(OnDoubt.RESEND);
        assertThat(settings.requestsPerSecond()).isEqualTo(0.5);
        assertThat(settings.sslBundle()).isEqualTo("campus");
        assertThat(settings.scopes()).containsExactly("a:write", "b:read");
        assertThat(settings.apiVersion()).isEqualTo("2026-06-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-url", "token-url", "client-id", "client-secret"})
    void whatPearsanaNeedsIsNamed(String key) {
        refused(key + " is required", PEARSANA, key, " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base-url", "api-key", "secret-key", "auth-token"})
    void whatKompliantNeedsIsNamed(String key) {
        refused(key + " is required", KOMPLIANT, key, "");
    }

    @Test
    void theTypeIsRequired() {
        refused("type is required: pearsana or kompliant", Map.of("base-url", "https://api.example.com"));
        assertThatThrownBy(() -> bind(KOMPLIANT, "type", "fax")).hasMessageContaining("p.type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-url", "client-id", "client-secret", "scopes"})
    void aKeyOfPearsanaIsNotForKompliant(String key) {
        refused(key + " is for type pearsana only", KOMPLIANT, key, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-key", "secret-key", "auth-token"})
    void aKeyOfKompliantIsNotForPearsana(String key) {
        refused(key + " is for type kompliant only", PEARSANA, key, "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080",
                "http://127.0.0.1",
                "HTTP://127.9.9.255:1/api/",
                "http://[::1]:8080",
                "https://api.example.com:8443/prefix"
            })
    void httpIsForThisMachine(String url) {
        PartnerSettings settings = bind(PEARSANA, "base-url", url, "token-url", url);
        assertThat(settings.baseUrl()).isEqualTo(url.replaceAll("/$", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example.com",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com",
                "http://[::2]",
                "http://0.0.0.0",
                "ftp://localhost",
                "//api.example.com"
            })
    void anythingElseIsHttps(String url) {
        refused("base-url begins with https://", KOMPLIANT, "base-url", url);
        refused("token-url begins with https://", PEARSANA, "token-url", url);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, is not a URL",
        "https:///path, is not a URL",
        "http://127.0.0.256, is not a URL",
        "https://api example.com, is not a URL",
        "https://api.example.com:99999, is not a URL",
        "https://me:hunter-5-secret@api.example.com, without user",
        "https://api.example.com?key=hunter-5-secret, without user",
        "https://api.example.com#hunter-5-secret, without user"
    })
    void anAddressHasNothingElseAndIsNotRepeated(String url, String message) {
        assertThatThrownBy(() -> bind(KOMPLIANT, "base-url", url))
                .rootCause()
                .hasMessageContaining("base-url")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("hunter-5-secret");
    }

    @ParameterizedTest
    @CsvSource({
        "max-items, 0, max-items is a number from 1 to 25",
        "max-items, 26, max-items is a number from 1 to 25",
        "max-body-size, 1023B, max-body-size is at least 1KB",
        "max-body-size, 1025MB, max-body-size is at least 1KB and at most 1GB",
        "timeout, 0s, timeout is at least 1ms and at most 60m",
        "timeout, 61m, timeout is at least 1ms and at most 60m",
        "connect-timeout, 61s, connect-timeout is at least 1ms and at most 1m",
        "connect-timeout, -1s, connect-timeout is at least",
        "requests-per-second, 0, requests-per-second is a number from 0.01 to 1000",
        "requests-per-second, NaN, requests-per-second is a number",
        "requests-per-second, 1001, requests-per-second is a number",
        "concurrency, 0, concurrency is a number from 1 to 32",
        "concurrency, 33, concurrency is a number from 1 to 32",
        "api-version, latest, api-version is a date such as 2026-01-30",
        "api-version, 2026-02-30, api-version is a date",
        "scopes, a b, scopes is a list of scopes",
        "client-id, 'a\u0001', client-id has control characters"
    })
    void whatIsOutOfRangeIsNamed(String key, String value, String message) {
        refused(message, PEARSANA, key, value);
    }

    @Test
    void theCredentialsOfKompliantAreLookedAtAndNotRepeated() {
        refused("max-items is a number from 1 to 1000", KOMPLIANT, "max-items", "1001");
        refused("api-key begins with sb_ or lv_", KOMPLIANT, "api-key", "hunter-2");
        refused("secret-key is not Base64", KOMPLIANT, "secret-key", "hunter-2!");
        refused("auth-token has spaces", KOMPLIANT, "auth-token", "hunter-2\r\nX-Evil: 1");
        assertThatThrownBy(() -> bind(KOMPLIANT, "secret-key", "hunter-2!"))
                .rootCause()
                .message()
                .doesNotContain("hunter");
    }

    @Test
    void secretsAreNeverPrinted() {
        assertThat(bind(PEARSANA).toString()).contains("nightdrop", "***").doesNotContain("hunter");
        assertThat(bind(KOMPLIANT).toString()).contains("sb_***").doesNotContain("hunter", "AAECAwQF");
    }

    private static NightdropSettings all(String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        PEARSANA.forEach((key, value) -> all.put("nightdrop.partners.pearsana-prod." + key, value));
        all.put("nightdrop.inboxes.sis.directory", ".");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("nightdrop." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("nightdrop", NightdropSettings.class)
                .get();
    }

    private static void refusedWhole(String message, String... keysAndValues) {
        assertThatThrownBy(() -> all(keysAndValues)).rootCause().hasMessage(message);
    }

    @Test
    void anInboxWritesToTheVaultOrToAPartner() {
        assertThat(all().inboxes())
                .allSatisfy((name, inbox) -> assertThat(inbox.writesToVault()).isTrue());
        assertThat(all("inboxes.sis.writer", "pearsana-prod").inboxes())
                .allSatisfy((name, inbox) -> assertThat(inbox.writesToVault()).isFalse());
        all("inboxes.sis.writer", "pearsana-prod", "inboxes.sis.operation", "documents:submitBatch");
        refusedWhole(
                "nightdrop.inboxes.sis.writer: 'pearsana' is neither vault nor a partner; there are pearsana-prod",
                "inboxes.sis.writer",
                "pearsana");
        refusedWhole(
                "nightdrop.inboxes.sis.writer: the partner 'pearsana-prod' is for documents:submitBatch, and this inbox's"
                        + " operation is users:import",
                "inboxes.sis.writer",
                "pearsana-prod",
                "inboxes.sis.operation",
                "users:import");
    }

    @Test
    void aPartnersNameIsLikeAnInboxs() {
        Map<String, String> vault = new HashMap<>();
        PEARSANA.forEach((key, value) -> vault.put("nightdrop.partners.vault." + key, value));
        Binder binder = new Binder(new MapConfigurationPropertySource(vault));
        assertThatThrownBy(() -> binder.bind("nightdrop", NightdropSettings.class))
                .rootCause()
                .hasMessageContaining("nightdrop.partners.vault");
        Map<String, String> odd = new HashMap<>();
        PEARSANA.forEach((key, value) -> odd.put("nightdrop.partners.[a/b]." + key, value));
        Binder oddBinder = new Binder(new MapConfigurationPropertySource(odd));
        assertThatThrownBy(() -> oddBinder.bind("nightdrop", NightdropSettings.class))
                .rootCause()
                .hasMessageContaining("nightdrop.partners.a/b: a partner's name has letters");
    }
}
