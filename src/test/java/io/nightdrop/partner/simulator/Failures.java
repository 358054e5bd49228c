package io.nightdrop.partner.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The answers of those faults that are a status: the partner's own words, where it has some, with what belongs to the status. */
final class Failures {

    /** RFC 9110, section 5.6.7. */
    static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final Duration YEARS = Duration.ofDays(3650);

    private final Clock clock;
    private final FaultTimes times;
    private final String elsewhere;

    /** @param elsewhere where redirects point to */
    Failures(Clock clock, FaultTimes times, String elsewhere) {
        this.clock = clock;
        this.times = times;
        this.elsewhere = elsewhere;
    }

    Answer answer(Fault fault, Endpoint endpoint, RequestHead head) {
        return switch (fault) {
            case NO_CONTENT -> Answer.empty(204);
            case HTML_BODY -> Answer.html(200, "Please log in");
            case UNAUTHORIZED -> endpoint.failure(401, head);
            case FORBIDDEN -> endpoint.failure(403, head);
            case NOT_FOUND -> endpoint.failure(404, head);
            case REQUEST_TIMEOUT -> endpoint.failure(408, head);
            case CONFLICT -> endpoint.failure(409, head);
            case GONE -> endpoint.failure(410, head);
            case TOO_LARGE, TOO_LARGE_CUT -> endpoint.failure(413, head);
            case UNSUPPORTED_TYPE -> endpoint.failure(415, head);
            case EXPECTATION_FAILED -> endpoint.failure(417, head);
            case UNPROCESSABLE -> endpoint.failure(422, head);
            case SERVER_ERROR, SERVER_ERROR_DONE -> endpoint.failure(500, head);
            case BAD_GATEWAY, BAD_GATEWAY_DONE -> Answer.html(502, "502 Bad Gateway");
            case GATEWAY_TIMEOUT, GATEWAY_TIMEOUT_DONE -> endpoint.failure(504, head);
            case REDIRECT_301 -> redirect(301, head);
            case REDIRECT_302 -> redirect(302, head);
            case REDIRECT_303 -> redirect(303, head);
            case REDIRECT_307 -> redirect(307, head);
            case REDIRECT_308 -> redirect(308, head);
            default -> wait(fault, endpoint, head);
        };
    }

    private Answer wait(Fault fault, Endpoint endpoint, RequestHead head) {
        return switch (fault) {
            case THROTTLED -> endpoint.failure(429, head);
            case THROTTLED_SECONDS -> endpoint.failure(429, head).with("Retry-After", seconds(times.retryAfter()));
            case THROTTLED_DATE -> endpoint.failure(429, head).with("Retry-After", date());
            case THROTTLED_FOR_YEARS -> endpoint.failure(429, head).with("Retry-After", seconds(YEARS));
            case UNAVAILABLE -> endpoint.failure(503, head);
            case UNAVAILABLE_SECONDS -> endpoint.failure(503, head).with("Retry-After", seconds(times.retryAfter()));
            case UNAVAILABLE_DATE -> endpoint.failure(503, head).with("Retry-After", date());
            case UNAVAILABLE_NONSENSE -> endpoint.failure(503, head).with("Retry-After", "soon");
            default -> throw new IllegalStateException(fault + " is no status");
        };
    }

    private Answer redirect(int status, RequestHead head) {
        return Answer.html(status, "Moved").with("Location", elsewhere + head.path());
    }

    private static String seconds(Duration time) {
        return Long.toString(time.toSeconds());
    }

    /** A date has whole seconds: it is rounded up, so that it is never before what was asked for. */
    private String date() {
        Instant exact = clock.instant().plus(times.retryAfter());
        Instant whole = exact.truncatedTo(ChronoUnit.SECONDS);
        return HTTP_DATE.format(whole.isBefore(exact) ? whole.plusSeconds(1) : whole);
    }
}
