package io.nightdrop.partner;

import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.PartnerSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Partners, items and answers as the tests write them down. */
final class PartnerFixture {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final Instant NOW = Instant.parse("2026-02-03T09:15:00Z");
    static final UUID REQUEST_ID = UUID.fromString("8f14e45f-ceea-467f-a5d2-0123456789ab");

    static final String API_KEY = "sb_AAAABBBBCCCCDDDDEEEEFF";
    static final String SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
    static final String AUTH_TOKEN = "canary-auth-token-0123456789";
    static final String CLIENT_SECRET = "canary-client-secret";

    private static final Map<String, String> PEARSANA = Map.of(
            "type", "pearsana",
            "base-url", "https://api.pearsana.example",
            "token-url", "https://auth.pearsana.example/oauth2/token",
            "client-id", "nightdrop",
            "client-secret", CLIENT_SECRET);

    private static final Map<String, String> KOMPLIANT = Map.of(
            "type", "kompliant",
            "base-url", "https://api.kompliant.example",
            "api-key", API_KEY,
            "secret-key", SECRET_KEY,
            "auth-token", AUTH_TOKEN);

    private PartnerFixture() {}

    static PartnerSettings pearsanaSettings(String... keysAndValues) {
        return bind(PEARSANA, keysAndValues);
    }

    static PartnerSettings kompliantSettings(String... keysAndValues) {
        return bind(KOMPLIANT, keysAndValues);
    }

    private static PartnerSettings bind(Map<String, String> least, String... keysAndValues) {
        Map<String, String> all = new HashMap<>();
        least.forEach((key, value) -> all.put("p." + key, value));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.put("p." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(all))
                .bind("p", PartnerSettings.class)
                .get();
    }

    static PartnerApi pearsana() {
        return PartnerApi.of("pearsana-prod", pearsanaSettings());
    }

    static PartnerApi kompliant() {
        return PartnerApi.of("kompliant-live", kompliantSettings());
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    /** A document with all that it must have, and these fields besides. */
    static SentItem document(long index, String itemId, Path content, String moreFields) throws IOException {
        ObjectNode fields = object("""
                {"externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA"}""");
        fields.put("itemId", itemId);
        fields.setAll(object("{" + moreFields + "}"));
        ContentFacts facts = ContentFacts.of(content);
        return new SentItem(index, "", itemId, fields, content, facts.size(), facts.fingerprint());
    }

    /** A document of one byte that is not looked at: for answers. */
    static SentItem document(String itemId) {
        ObjectNode fields = object("""
                {"externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA"}""");
        fields.put("itemId", itemId);
        return new SentItem(0, "", itemId, fields, Path.of("nowhere"), 1, null);
    }

    static SentItem required(long index, String workflow, String id) {
        ObjectNode fields = JSON.createObjectNode().put("required_document_id", id);
        return new SentItem(index, workflow, id, fields, null, 0, null);
    }

    static Path file(Path folder, String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    static byte[] written(OutgoingRequest request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        request.writeTo(out);
        return out.toByteArray();
    }

    /** An answer with headers as {@code Name: value}. */
    static PartnerAnswer answer(int status, String body, String... headers) {
        return PartnerAnswer.read(
                status, headers(headers), new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), NOW);
    }

    static Map<String, List<String>> headers(String... headers) {
        Map<String, List<String>> all = new HashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            all.put(
                    header.substring(0, colon),
                    List.of(header.substring(colon + 1).trim()));
        }
        return all;
    }

    static <T extends Reply> T read(Class<T> kind, PartnerApi api, List<SentItem> items, PartnerAnswer answer) {
        Reply reply = api.read(items, answer);
        if (!kind.isInstance(reply)) {
            throw new AssertionError("not " + kind.getSimpleName() + " but " + reply);
        }
        return kind.cast(reply);
    }
}
