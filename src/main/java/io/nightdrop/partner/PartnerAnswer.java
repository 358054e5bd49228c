package io.nightdrop.partner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came back for a request: at least a status and headers, and a body that is whole or broke off. */
public final class PartnerAnswer {

    /** The most bytes of a body; a longer one counts as broken off. Enough for the results of 1,000 items. */
    public static final int MAX_BODY = 2 * 1024 * 1024;

    private static final int SHORTEST_SECRET = 8;

    private final int status;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;
    private final @Nullable String brokeOff;
    private final Instant at;

    private PartnerAnswer(
            int status, Map<String, List<String>> headers, byte[] body, @Nullable String brokeOff, Instant at) {
        this.status = status;
        headers.forEach((name, values) -> this.headers.put(name, List.copyOf(values)));
        this.body = body;
        this.brokeOff = brokeOff;
        this.at = at;
    }

    /**
     * Reads the body to its end, or as far as it goes.
     *
     * @param status the HTTP status
     * @param headers in any case
     * @param body not closed
     * @param at when the headers came, by our clock
     */
    public static PartnerAnswer read(int status, Map<String, List<String>> headers, InputStream body, Instant at) {
        try {
            byte[] bytes = body.readNBytes(MAX_BODY + 1);
            return bytes.length > MAX_BODY
                    ? brokenOff(status, headers, "longer than " + MAX_BODY + " bytes", at)
                    : new PartnerAnswer(status, headers, bytes, null, at);
        } catch (IOException failure) {
            return brokenOff(status, headers, String.valueOf(failure), at);
        }
    }

    /** An answer whose body did not come to its end, with the reason for people. */
    public static PartnerAnswer brokenOff(int status, Map<String, List<String>> headers, String reason, Instant at) {
        return new PartnerAnswer(status, headers, new byte[0], reason, at);
    }

    /**
     * The same without these texts, wherever the partner repeats them: three asterisks stand there. What an answer says is kept and printed, and a
     * partner may tell a secret back.
     *
     * @param secrets ASCII; those of less than {@value #SHORTEST_SECRET} characters are left, since they could be anything
     */
    public PartnerAnswer without(Collection<String> secrets) {
        Map<String, List<String>> masked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> masked.put(
                name, values.stream().map(value -> mask(value, secrets)).toList()));
        byte[] bytes = mask(new String(body, ISO_8859_1), secrets)
                .getBytes(ISO_8859_1); // which keeps each byte of any encoding
        return new PartnerAnswer(status, masked, bytes, brokeOff, at);
    }

    private static String mask(String text, Collection<String> secrets) {
        String masked = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                masked = masked.replace(secret, "***");
            }
        }
        return masked;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The first header of that name, in any case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All headers of that name, in any case. */
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** When its headers came, by our clock. */
    public Instant at() {
        return at;
    }

    /** Why the body did not come to its end; empty when it is whole. */
    public Optional<String> brokeOff() {
        return Optional.ofNullable(brokeOff);
    }

    /** The body; empty when there is none, or when it broke off. */
    byte[] body() {
        return body;
    }

    /** The status and how long the body is; not what it says. */
    @Override
    public String toString() {
        return "PartnerAnswer[status=" + status + ", body="
                + (brokeOff == null ? body.length + " bytes" : "broken off: " + brokeOff) + "]";
    }
}
