package io.nightdrop.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * A partner to whose HTTP API batches leave, and how it is spoken to (product 3.4). What the APIs' documentation leaves open has a default
 * here that can be set; the ids are those of contracts part D.
 *
 * @param type which API it speaks: {@code pearsana} or {@code kompliant}
 * @param baseUrl where the API is: https, or http to this machine; a path before the API's own is kept
 * @param tokenUrl where access tokens are fetched, likewise; for {@code pearsana}
 * @param clientId who Nightdrop is to the token's server; for {@code pearsana}
 * @param clientSecret never printed, best given in the environment; for {@code pearsana}
 * @param scopes what tokens are asked for; for {@code pearsana}, by default what {@code documents:submitBatch} needs without verifications
 * @param apiKey begins with {@code sb_} (sandbox) or {@code lv_} (live); never printed; for {@code kompliant}
 * @param secretKey in Base64; never printed, best given in the environment; for {@code kompliant}
 * @param authToken never printed, best given in the environment; for {@code kompliant}
 * @param apiVersion the version of the API, a date; by default {@code 2026-01-30} for {@code pearsana}, {@code 2025-03-24} for {@code kompliant}
 * @param maxBodySize the largest body of a request, from 1KB to 1GB; by default 50MB for {@code pearsana}, 1MB for {@code kompliant}
 * @param maxItems the most items in a request; by default and at most 25 for {@code pearsana}, by default 100 and at most 1000 for {@code kompliant}
 * @param timeout how long a request may take, from its beginning to the last byte of its answer, up to 1h; by default 120s for
 *     {@code pearsana}, 30s for {@code kompliant}
 * @param connectTimeout how long to wait for a connection, up to 1m
 * @param onDoubt what becomes of a request whose outcome nobody knows
 * @param requestsPerSecond the most requests in a second, from 0.01 to 1000; 0.5 is one in two seconds
 * @param concurrency the most requests at once, from 1 to 32
 * @param sslBundle the name of a bundle under {@code spring.ssl.bundle}: a CA of one's own, a client certificate; none by default
 */
public record PartnerSettings(
        @Nullable Type type,
        @Nullable String baseUrl,
        @Nullable String tokenUrl,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @DefaultValue List<String> scopes,
        @Nullable String apiKey,
        @Nullable String secretKey,
        @Nullable String authToken,
        @Nullable String apiVersion,
        @Nullable DataSize maxBodySize,
        @Nullable Integer maxItems,
        @Nullable Duration timeout,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("hold") OnDoubt onDoubt,
        @DefaultValue("10") double requestsPerSecond,
        @DefaultValue("4") int concurrency,
        @Nullable String sslBundle) {

    /** The version of Pearsana's API that its contract was read from (B4). */
    public static final String PEARSANA_VERSION = "2026-01-30";

    /** The most items that Pearsana takes in a request (B5). */
    public static final int PEARSANA_MOST_ITEMS = 25;

    /** P-5: the largest body for Pearsana. */
    public static final DataSize PEARSANA_BODY = DataSize.ofMegabytes(50);

    /** P-28: the whole call to Pearsana; its bodies are large. */
    public static final Duration PEARSANA_TIMEOUT = Duration.ofMinutes(2);

    /** What {@code documents:submitBatch} needs as long as every intent is {@code store_only} (B3). */
    public static final List<String> PEARSANA_SCOPES =
            List.of("pearsana-partner/partners.documents:write", "pearsana-partner/partners.externalRefs:read");

    /** The version of Kompliant's API that its contract was read from (A3). */
    public static final String KOMPLIANT_VERSION = "2025-03-24";

    /** K-5: the most items in a request to Kompliant, unless it is set. */
    public static final int KOMPLIANT_ITEMS = 100;

    /** K-5: the most that can be set, so that the answer fits into memory. */
    public static final int KOMPLIANT_MOST_ITEMS = 1_000;

    /** K-19: the largest body for Kompliant. */
    public static final DataSize KOMPLIANT_BODY = DataSize.ofMegabytes(1);

    /** K-25: the whole call to Kompliant. */
    public static final Duration KOMPLIANT_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
    private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofMinutes(1);
    private static final DataSize SMALLEST_BODY = DataSize.ofKilobytes(1);
    private static final DataSize LARGEST_BODY = DataSize.ofGigabytes(1);
    private static final double FEWEST_PER_SECOND = 0.01;
    private static final double MOST_PER_SECOND = 1_000;
    private static final int MOST_AT_ONCE = 32;

    private static final String LOOPBACK =
            "localhost|127(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}|\\[(::1|0:0:0:0:0:0:0:1)]";

    /** The APIs that are spoken, with what each is for and what is set where nothing is. */
    public enum Type {
        /** Takes documents; OAuth 2.0 client credentials. */
        PEARSANA(
                "documents:submitBatch",
                PEARSANA_VERSION,
                PEARSANA_BODY,
                PEARSANA_MOST_ITEMS,
                PEARSANA_MOST_ITEMS,
                PEARSANA_TIMEOUT),
        /** Asks applicants for documents; signed requests. */
        KOMPLIANT(
                "workflow.requiredDocument.batchRequestDocument",
                KOMPLIANT_VERSION,
                KOMPLIANT_BODY,
                KOMPLIANT_ITEMS,
                KOMPLIANT_MOST_ITEMS,
                KOMPLIANT_TIMEOUT);

        private final String operation;
        private final String version;
        private final long bodyBytes;
        private final int items;
        private final int mostItems;
        private final Duration timeout;

        Type(String operation, String version, DataSize bodySize, int items, int mostItems, Duration timeout) {
            this.operation = operation;
            this.version = version;
            this.bodyBytes = bodySize.toBytes();
            this.items = items;
            this.mostItems = mostItems;
            this.timeout = timeout;
        }

        /** The operation whose items leave for it. */
        public String operation() {
            return operation;
        }

        /** As it is written in the settings. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a request whose outcome nobody knows. */
    public enum OnDoubt {
        /** Its items are in doubt until somebody settles them. */
        HOLD,
        /** It is sent again, and may take effect twice. */
        RESEND
    }

    /** Checks each value and what belongs together, and fills in what the type says. */
    public PartnerSettings {
        if (type == null) {
            throw new IllegalArgumentException("type is required: pearsana or kompliant");
        }
        baseUrl = url("base-url", baseUrl);
        boolean pearsana = type == Type.PEARSANA;
        tokenUrl = pearsana ? url("token-url", tokenUrl) : foreign("token-url", tokenUrl, Type.PEARSANA);
        clientId = pearsana ? text("client-id", clientId) : foreign("client-id", clientId, Type.PEARSANA);
        clientSecret =
                pearsana ? text("client-secret", clientSecret) : foreign("client-secret", clientSecret, Type.PEARSANA);
        if (!pearsana && !scopes.isEmpty()) {
            foreign("scopes", "given", Type.PEARSANA);
        }
        scopes = scopes.isEmpty() && pearsana ? PEARSANA_SCOPES : List.copyOf(scopes);
        scopes.forEach(PartnerSettings::checkScope);
        apiKey = pearsana ? foreign("api-key", apiKey, Type.KOMPLIANT) : key(apiKey);
        secretKey = pearsana ? foreign("secret-key", secretKey, Type.KOMPLIANT) : base64("secret-key", secretKey);
        authToken = pearsana ? foreign("auth-token", authToken, Type.KOMPLIANT) : word("auth-token", authToken);
        apiVersion = version(apiVersion == null ? type.version : apiVersion);
        maxBodySize = maxBodySize == null ? DataSize.ofBytes(type.bodyBytes) : maxBodySize;
        if (maxBodySize.compareTo(SMALLEST_BODY) < 0 || maxBodySize.compareTo(LARGEST_BODY) > 0) {
            throw new IllegalArgumentException("max-body-size is at least 1KB and at most 1GB");
        }
        maxItems = maxItems == null ? type.items : maxItems;
        if (maxItems < 1 || maxItems > type.mostItems) {
            throw new IllegalArgumentException("max-items is a number from 1 to " + type.mostItems);
        }
        timeout = timeout == null ? type.timeout : timeout;
        checkWait("timeout", timeout, LONGEST_TIMEOUT);
        checkWait("connect-timeout", connectTimeout, LONGEST_CONNECT_TIMEOUT);
        if (!(requestsPerSecond >= FEWEST_PER_SECOND && requestsPerSecond <= MOST_PER_SECOND)) {
            throw new IllegalArgumentException("requests-per-second is a number from 0.01 to 1000");
        }
        if (concurrency < 1 || concurrency > MOST_AT_ONCE) {
            throw new IllegalArgumentException("concurrency is a number from 1 to " + MOST_AT_ONCE);
        }
        sslBundle = sslBundle == null || sslBundle.isBlank() ? null : sslBundle.trim();
    }

    /** A key of the other type is a mistake, not a thing to pass over; an empty one is none. */
    private static @Nullable String foreign(String key, @Nullable String value, Type owner) {
        if (value != null && !value.isEmpty()) {
            throw new IllegalArgumentException(key + " is for type " + owner.word() + " only");
        }
        return null;
    }

    /** The address without a slash at its end. No message repeats it: it may hold a password. */
    private static String url(String key, @Nullable String value) {
        URI url = parsed(key, required(key, value).trim());
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        String host = url.getHost();
        if (host == null || url.getPort() > 65_535) {
            throw new IllegalArgumentException(key + " is not a URL such as https://api.example.com");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(key + " is a URL without user, password, '?' and '#'");
        }
        boolean here = host.toLowerCase(Locale.ROOT).matches(LOOPBACK);
        if (!scheme.equals("https") && !(scheme.equals("http") && here)) {
            throw new IllegalArgumentException(key + " begins with https://; http:// is for this machine only");
        }
        return url.toString().replaceFirst("/+$", "");
    }

    private static URI parsed(String key, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException(key + " is not a URL such as https://api.example.com");
        }
    }

    private static String required(String key, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + " is required");
        }
        return value;
    }

    private static String text(String key, @Nullable String value) {
        String text = required(key, value);
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " has control characters, perhaps a line end");
        }
        return text;
    }

    /** What can stand in a header as it is. */
    private static String word(String key, @Nullable String value) {
        String word = required(key, value);
        if (!word.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(key + " has spaces, line ends or other characters beyond ASCII");
        }
        return word;
    }

    /** Its prefix tells the environment (A4). */
    private static String key(@Nullable String value) {
        String key = word("api-key", value);
        if (!key.matches("(sb|lv)_.+")) {
            throw new IllegalArgumentException("api-key begins with sb_ or lv_");
        }
        return key;
    }

    private static String base64(String key, @Nullable String value) {
        String text = word(key, value);
        try {
            Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(key + " is not Base64");
        }
        return text;
    }

    /** RFC 6749, section 3.3. */
    private static void checkScope(String scope) {
        if (!scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+")) {
            throw new IllegalArgumentException("scopes is a list of scopes, each without spaces and quotes");
        }
    }

    private static String version(String text) {
        try {
            return LocalDate.parse(text.trim()).toString();
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException("api-version is a date such as 2026-01-30");
        }
    }

    private static void checkWait(String key, Duration wait, Duration longest) {
        if (wait.toMillis() < 1 || wait.compareTo(longest) > 0) {
            throw new IllegalArgumentException(key + " is at least 1ms and at most " + longest.toMinutes() + "m");
        }
    }

    /** Which API it speaks. */
    @Override
    public Type type() {
        return Objects.requireNonNull(type);
    }

    /** Where the API is, without a slash at the end. */
    @Override
    public String baseUrl() {
        return Objects.requireNonNull(baseUrl);
    }

    /** The version of the API, {@code YYYY-MM-DD}. */
    @Override
    public String apiVersion() {
        return Objects.requireNonNull(apiVersion);
    }

    /** The largest body of a request. */
    @Override
    public DataSize maxBodySize() {
        return Objects.requireNonNull(maxBodySize);
    }

    /** The most items in a request. */
    @Override
    public Integer maxItems() {
        return Objects.requireNonNull(maxItems);
    }

    /** How long a request may take with its answer. */
    @Override
    public Duration timeout() {
        return Objects.requireNonNull(timeout);
    }

    /**
     * The whole address of a path of the API.
     *
     * @param path begins with a slash
     */
    public URI uri(String path) {
        return URI.create(baseUrl + path);
    }

    /** All but the secrets; of the API key the part that tells the environment. */
    @Override
    public String toString() {
        return "PartnerSettings[type=" + type + ", baseUrl=" + baseUrl + ", tokenUrl=" + tokenUrl + ", clientId="
                + clientId + ", clientSecret=" + masked(clientSecret) + ", scopes=" + scopes + ", apiKey="
                + (apiKey == null ? "none" : apiKey.substring(0, 3) + "***") + ", secretKey=" + masked(secretKey)
                + ", authToken=" + masked(authToken) + ", apiVersion=" + apiVersion + ", maxBodySize=" + maxBodySize
                + ", maxItems=" + maxItems + ", timeout=" + timeout + ", connectTimeout=" + connectTimeout
                + ", onDoubt=" + onDoubt + ", requestsPerSecond=" + requestsPerSecond + ", concurrency=" + concurrency
                + ", sslBundle=" + sslBundle + "]";
    }

    private static String masked(@Nullable String secret) {
        return secret == null ? "none" : "***";
    }
}
