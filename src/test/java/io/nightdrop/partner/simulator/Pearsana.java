package io.nightdrop.partner.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the simulated Pearsana knows and allows; all can be changed at any time. Without any change every user is known, the
 * credentials are {@link #CLIENT_ID} and {@link #CLIENT_SECRET}, and the limits are those of part D of the contract.
 */
public final class Pearsana {

    /** The client id that is known from the start. */
    public static final String CLIENT_ID = "nightdrop-client";

    /** Its secret, a text that occurs nowhere else. */
    public static final String CLIENT_SECRET = "canary-pearsana-client-secret-5f0c";

    static final String DOCUMENTS = "pearsana-partner/partners.documents:write";
    static final String REFERENCES = "pearsana-partner/partners.externalRefs:read";
    static final String VERIFICATIONS = "pearsana-partner/partners.verifications:write";

    private static final String VERSION = "2026-01-30";

    private final Tokens tokens;
    private volatile String clientId = CLIENT_ID;
    private volatile String clientSecret = CLIENT_SECRET;
    private volatile boolean basic;
    private volatile Set<String> scopes = Set.of(DOCUMENTS, REFERENCES, VERIFICATIONS);
    private volatile Duration tokenLifetime = Duration.ofHours(1);
    private volatile Predicate<String> users = user -> true;
    private volatile int maxItems = 25;
    private volatile long maxBodySize = 50L << 20;
    private volatile long maxFileSize = 10L << 20;
    private volatile String oldestVersion = VERSION;
    private volatile String latestVersion = VERSION;

    Pearsana(Clock clock) {
        this.tokens = new Tokens(clock);
    }

    /** The one client that may ask for tokens. */
    public Pearsana credentials(String id, String secret) {
        clientId = id;
        clientSecret = secret;
        return this;
    }

    /** Takes the credentials in an Authorization header, too; the vendor's page shows them in the form only. */
    public Pearsana acceptBasic(boolean accepted) {
        basic = accepted;
        return this;
    }

    /** The scopes of the client, from its next token on. */
    public Pearsana scopes(Set<String> granted) {
        scopes = Set.copyOf(granted);
        return this;
    }

    /** The {@code expires_in} of tokens to come, after which they are worth nothing. */
    public Pearsana tokenLifetime(Duration lifetime) {
        tokenLifetime = lifetime;
        return this;
    }

    /** All tokens are worth nothing from now on. */
    public Pearsana revokeTokens() {
        tokens.revokeAll();
        return this;
    }

    /** Which users exist, each as {@code SIS/S-77}. */
    public Pearsana users(Predicate<String> known) {
        users = known;
        return this;
    }

    /** No other users exist than these, each as {@code SIS/S-77}. */
    public Pearsana onlyUsers(String... known) {
        return users(Set.of(known)::contains);
    }

    /** The most items of a request. */
    public Pearsana maxItems(int items) {
        maxItems = items;
        return this;
    }

    /** The most bytes of a request's body; above it 413. */
    public Pearsana maxBodySize(long bytes) {
        maxBodySize = bytes;
        return this;
    }

    /** The most bytes of a decoded file; above it that item fails. */
    public Pearsana maxFileSize(long bytes) {
        maxFileSize = bytes;
        return this;
    }

    /** The oldest and the newest version, {@code yyyy-MM-dd}; what is outside is answered with 410. */
    public Pearsana versions(String oldest, String latest) {
        oldestVersion = oldest;
        latestVersion = latest;
        return this;
    }

    Tokens tokens() {
        return tokens;
    }

    boolean isClient(String id, String secret) {
        return clientId.equals(id) && clientSecret.equals(secret);
    }

    boolean acceptsBasic() {
        return basic;
    }

    Set<String> scopes() {
        return scopes;
    }

    Duration tokenLifetime() {
        return tokenLifetime;
    }

    boolean knows(String user) {
        return users.test(user);
    }

    int maxItems() {
        return maxItems;
    }

    long maxBodySize() {
        return maxBodySize;
    }

    long maxFileSize() {
        return maxFileSize;
    }

    String oldestVersion() {
        return oldestVersion;
    }

    String latestVersion() {
        return latestVersion;
    }

    /** Versions are dates and compare as texts. */
    boolean supports(String version) {
        return version.compareTo(oldestVersion) >= 0 && version.compareTo(latestVersion) <= 0;
    }
}
