package io.nightdrop.partner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightdrop.partner.Line.Message;
import io.nightdrop.partner.Line.Outcome;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.settings.PartnerSettings;
import io.nightdrop.time.Ticker;
import java.net.URI;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.oauth2.client.endpoint.DefaultOAuth2TokenRequestParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.DefaultMapOAuth2AccessTokenResponseConverter;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.MultiValueMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * The access tokens of one partner: OAuth 2.0 client credentials, RFC 6749, section 4.4 (P-20, P-21). One is kept until shortly before its end; it
 * is fetched once for all who wait for it. May be used by many threads.
 */
final class AccessTokens {

    /** P-21. */
    static final Duration RENEWED_BEFORE = Duration.ofSeconds(60);

    /** A token is a small answer; its server has no longer than this. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** One that never ends is fetched anew once a day. */
    private static final Duration LONGEST_KEPT = Duration.ofDays(1);

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private static final String FORM = "application/x-www-form-urlencoded";

    /** What came of asking for a token. */
    sealed interface Access {

        /**
         * A token.
         *
         * @param fresh whether it was fetched since it was asked for
         */
        record Granted(String token, boolean fresh) implements Access {
            /** Not the token. */
            @Override
            public String toString() {
                return "Granted[fresh=" + fresh + "]";
            }
        }

        /**
         * None.
         *
         * @param reply {@link Later} or {@link Stop}: nothing was sent to the API
         */
        record Denied(Reply reply) implements Access {}
    }

    /**
     * What came of a fetch.
     *
     * @param number counts the fetches
     * @param end by the ticker, when another is to be fetched
     */
    private record Fetch(
            long number, @Nullable String token, @Nullable Reply denial, long end) {}

    private final String partner;
    private final PartnerSettings settings;
    private final Line line;
    private final Ticker ticker;
    private final ClientRegistration client;
    private final Converter<OAuth2ClientCredentialsGrantRequest, MultiValueMap<String, String>> form =
            new DefaultOAuth2TokenRequestParametersConverter<>();
    private final Converter<Map<String, Object>, OAuth2AccessTokenResponse> reader =
            new DefaultMapOAuth2AccessTokenResponseConverter();
    private final AtomicLong fetches = new AtomicLong();
    private @Nullable Fetch last;

    AccessTokens(String partner, PartnerSettings settings, Line line, Ticker ticker) {
        this.partner = partner;
        this.settings = settings;
        this.line = line;
        this.ticker = ticker;
        this.client = ClientRegistration.withRegistrationId(partner)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                .clientId(Objects.requireNonNull(settings.clientId()))
                .clientSecret(Objects.requireNonNull(settings.clientSecret()))
                .tokenUri(Objects.requireNonNull(settings.tokenUrl()))
                .scope(settings.scopes())
                .build();
    }

    /** A token that is good for a while, or why there is none. Whoever waited for another's fetch has what came of that. */
    Access get() {
        long before = fetches.get();
        synchronized (this) {
            Fetch known = last;
            if (known == null || !isOfUse(known, before)) {
                known = fetch();
                last = known;
            }
            return known.token() == null
                    ? new Access.Denied(Objects.requireNonNull(known.denial()))
                    : new Access.Granted(known.token(), known.number() > before);
        }
    }

    private boolean isOfUse(Fetch known, long before) {
        return known.token() == null ? known.number() > before : known.end() - ticker.nanos() > 0;
    }

    /** It is not good, whatever was said of its end. Another that was fetched meanwhile stays. */
    synchronized void drop(Access.Granted refused) {
        if (last != null && refused.token().equals(last.token())) {
            last = null;
        }
    }

    /** The lock is held meanwhile: this is what the others wait for. */
    private Fetch fetch() {
        fetches.incrementAndGet();
        long begin = ticker.nanos();
        Outcome outcome = posted();
        if (outcome instanceof Outcome.NotSent notSent) {
            return denied(new Later(null, "cannot be reached: no access token, " + notSent.reason(), null));
        }
        if (outcome instanceof Outcome.Lost lost) {
            return denied(new Later(null, "gives no access token: its server " + lost.reason(), null));
        }
        PartnerAnswer answer = ((Outcome.Answered) outcome).answer().without(secrets());
        int status = answer.status();
        if (status == 200 && answer.brokeOff().isEmpty()) {
            return read(((Outcome.Answered) outcome).answer(), begin);
        }
        boolean passes = status >= 500
                || status == 429
                || status == 408
                || (status < 300 && answer.brokeOff().isPresent());
        return denied(passes ? later(answer) : stop("answers " + told(answer), answer));
    }

    private Outcome posted() {
        byte[] body = form().getBytes(UTF_8);
        Duration limit = settings.timeout().compareTo(LONGEST) < 0 ? settings.timeout() : LONGEST;
        Map<String, String> headers = Map.of("Content-Type", FORM, "Accept", JsonApi.JSON);
        try {
            return line.post(
                    URI.create(Objects.requireNonNull(settings.tokenUrl())),
                    new Message(headers, body.length, out -> out.write(body)),
                    limit);
        } catch (ContentLostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String form() {
        MultiValueMap<String, String> parameters =
                Objects.requireNonNull(form.convert(new OAuth2ClientCredentialsGrantRequest(client)));
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, values) -> values.forEach(value -> pairs.add(encoded(name) + "=" + encoded(value))));
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** As it is and as it was sent. */
    private List<String> secrets() {
        String secret = Objects.requireNonNull(settings.clientSecret());
        return List.of(secret, encoded(secret));
    }

    private Fetch read(PartnerAnswer answer, long begin) {
        OAuth2AccessToken token = AnswerBody.of(answer).flatMap(this::token).orElse(null);
        if (token == null) {
            return denied(stop("answers 200, and what it says is no access token", answer));
        }
        return new Fetch(
                fetches.get(),
                token.getTokenValue(),
                null,
                begin + lifetime(token).toNanos());
    }

    /** Empty when it is none, not a bearer token, or cannot stand in a header (RFC 6750, section 2.1). */
    private Optional<OAuth2AccessToken> token(ObjectNode body) {
        try {
            Map<String, Object> members = AnswerBody.MAPPER.convertValue(body, MEMBERS);
            return Optional.ofNullable(reader.convert(members))
                    .map(OAuth2AccessTokenResponse::getAccessToken)
                    .filter(token -> OAuth2AccessToken.TokenType.BEARER.equals(token.getTokenType()))
                    .filter(token -> token.getTokenValue().matches("[A-Za-z0-9._~+/-]+=*"));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException nonsense) {
            return Optional.empty();
        }
    }

    /** One that is short-lived from the start is renewed at half of its life. */
    private static Duration lifetime(OAuth2AccessToken token) {
        Duration whole = Duration.between(
                Objects.requireNonNull(token.getIssuedAt()), Objects.requireNonNull(token.getExpiresAt()));
        Duration bounded = whole.compareTo(LONGEST_KEPT) < 0 ? whole : LONGEST_KEPT;
        Duration half = bounded.dividedBy(2);
        return bounded.minus(half.compareTo(RENEWED_BEFORE) < 0 ? half : RENEWED_BEFORE);
    }

    private Fetch denied(Reply reply) {
        return new Fetch(fetches.get(), null, reply, 0);
    }

    private static Later later(PartnerAnswer answer) {
        return new Later(RetryAfter.of(answer), "gives no access token: its server answered " + told(answer), null);
    }

    private Stop stop(String what, PartnerAnswer answer) {
        String key = "nightdrop.partners." + partner + ".";
        boolean scope = word(answer, "error").equals("invalid_scope");
        return new Stop(
                "The partner '" + partner + "' gives no access token: its token server " + what + ". Check " + key
                        + "client-id, " + key + "client-secret" + (scope ? ", " + key + "scopes" : "") + " and " + key
                        + "token-url, then restart the drop.",
                null);
    }

    /** The status with the server's words, which are not those of the API (RFC 6749, section 5.2). */
    private static String told(PartnerAnswer answer) {
        String error = word(answer, "error");
        String description = word(answer, "error_description");
        String words = error + (error.isEmpty() || description.isEmpty() ? "" : ": ") + description;
        return answer.status() + (words.isEmpty() ? "" : " (" + words + ")");
    }

    private static String word(PartnerAnswer answer, String member) {
        return AnswerBody.of(answer)
                .map(body -> Words.plain(body.path(member), Words.MAX_NAME))
                .orElse("");
    }
}
