package io.nightdrop.partner.simulator;

import static io.nightdrop.partner.simulator.Fault.Place.ANSWER;
import static io.nightdrop.partner.simulator.Fault.Place.CONTENT;
import static io.nightdrop.partner.simulator.Fault.Place.DOOR;
import static io.nightdrop.partner.simulator.Fault.Place.REQUEST;
import static io.nightdrop.partner.simulator.Fault.Place.STATUS;
import static io.nightdrop.partner.simulator.Told.DID_NOT_HAPPEN;
import static io.nightdrop.partner.simulator.Told.DID_NOT_HAPPEN_IF_READ;
import static io.nightdrop.partner.simulator.Told.HAPPENED;
import static io.nightdrop.partner.simulator.Told.HAPPENED_IF_READ;
import static io.nightdrop.partner.simulator.Told.UNKNOWABLE;
import static io.nightdrop.partner.simulator.Told.UNKNOWABLE_FOR_THE_FIRST;

import java.util.Arrays;
import java.util.List;

/**
 * What goes wrong with a request, or is at least odd. Each says whether the partner processes the request all the same, and
 * what the client can know of that. An item that the partner would refuse anyway is not processed under any fault. Names that
 * end in {@code _UNDONE} and {@code _DONE} are twins: the client sees the same, the truth differs.
 */
public enum Fault {
    NONE(ANSWER, true, HAPPENED, "all is well"),

    REFUSED(
            DOOR,
            false,
            DID_NOT_HAPPEN,
            "the port is closed for a while, and idle connections with it; planned: at once, by chance: after the answer"),

    RESET_BEFORE_REQUEST(REQUEST, false, UNKNOWABLE, "a reset before a byte of the body is read"),
    CLOSED_BEFORE_REQUEST(REQUEST, false, UNKNOWABLE, "the connection is closed before a byte of the body is read"),
    RESET_AT_HALF_REQUEST(REQUEST, false, UNKNOWABLE, "a reset after half of the body"),
    CLOSED_AT_HALF_REQUEST(REQUEST, false, UNKNOWABLE, "the connection is closed after half of the body"),
    STALLED_AT_HALF_REQUEST(REQUEST, false, UNKNOWABLE, "after half of the body nothing more is read, nor said"),

    RESET_AFTER_REQUEST(ANSWER, true, UNKNOWABLE, "a reset instead of an answer"),
    RESET_AFTER_REQUEST_UNDONE(ANSWER, false, UNKNOWABLE, "a reset instead of an answer"),
    CLOSED_AFTER_REQUEST(ANSWER, true, UNKNOWABLE, "the connection is closed instead of an answer"),
    CLOSED_AFTER_REQUEST_UNDONE(ANSWER, false, UNKNOWABLE, "the connection is closed instead of an answer"),
    STALLED_BEFORE_HEADERS(ANSWER, true, UNKNOWABLE, "silence instead of an answer"),
    STALLED_BEFORE_HEADERS_UNDONE(ANSWER, false, UNKNOWABLE, "silence instead of an answer"),

    STALLED_IN_HEADERS(ANSWER, true, UNKNOWABLE, "silence in the middle of the headers"),
    STALLED_AFTER_HEADERS(ANSWER, true, UNKNOWABLE, "silence after the headers"),
    STALLED_IN_BODY(ANSWER, true, UNKNOWABLE, "silence after half of the answer's body"),
    CLOSED_IN_HEADERS(ANSWER, true, UNKNOWABLE, "closed in the middle of the headers"),
    RESET_IN_BODY(ANSWER, true, UNKNOWABLE, "a reset after half of the answer's body"),
    HALF_BODY(ANSWER, true, UNKNOWABLE, "closed after half of the answer's body, which the Content-Length shows"),
    CHUNKED_CUT(ANSWER, true, UNKNOWABLE, "closed after half of the answer's chunks, without a last one"),
    CHUNKED_BROKEN(ANSWER, true, UNKNOWABLE, "a chunk whose size is no number"),
    CLOSE_DELIMITED_CUT(
            ANSWER, true, UNKNOWABLE, "no Content-Length, and closed after half of the JSON: whole by HTTP"),
    LENGTH_TOO_LONG(ANSWER, true, UNKNOWABLE, "a Content-Length of 100 bytes more than come before the close"),
    LENGTH_TOO_SHORT(ANSWER, true, UNKNOWABLE, "a Content-Length of half; the rest stands before the next answer"),

    DRIBBLE(ANSWER, true, HAPPENED_IF_READ, "the answer comes byte by byte"),
    SLOW(ANSWER, true, HAPPENED, "a short delay before the answer"),
    LATE_ANSWER(ANSWER, true, HAPPENED_IF_READ, "processed at once, answered long after"),
    LATE_EFFECT(ANSWER, true, HAPPENED_IF_READ, "processed and answered long after, also when the client has gone"),
    VAST_BODY(ANSWER, true, HAPPENED_IF_READ, "white space without end, as it seems, before the answer's JSON"),
    VAST_HEADERS(ANSWER, true, HAPPENED_IF_READ, "headers of a mebibyte"),
    EARLY_HINTS(ANSWER, true, HAPPENED_IF_READ, "an interim answer 103 before the answer"),
    GZIPPED(ANSWER, true, HAPPENED_IF_READ, "a gzipped answer that nobody asked for"),
    OTHER_CONTENT_TYPE(ANSWER, true, HAPPENED_IF_READ, "the JSON is called text/plain"),
    CONTINUE_WITHHELD(ANSWER, true, HAPPENED_IF_READ, "an expected 100 Continue does not come"),
    UNASKED_CONTINUE(ANSWER, true, HAPPENED, "an interim answer 100 that nobody expected"),
    CHUNKED(ANSWER, true, HAPPENED, "the answer comes in chunks, as it may"),
    CLOSE_DELIMITED(ANSWER, true, HAPPENED, "the answer ends with the connection, as it may"),
    HTTP_1_0(ANSWER, true, HAPPENED, "the answer is of HTTP/1.0"),

    GARBAGE(ANSWER, true, UNKNOWABLE, "bytes that are no HTTP, then closed"),
    GARBAGE_BODY(ANSWER, true, UNKNOWABLE, "the right status with bytes that are no JSON"),
    EMPTY_BODY(ANSWER, true, UNKNOWABLE, "the right status with an empty body"),
    TRUNCATED_JSON(ANSWER, true, UNKNOWABLE, "the right status with half of the JSON, whole by HTTP"),
    OTHER_JSON(ANSWER, true, UNKNOWABLE, "the right status with JSON of another shape"),
    RESULTS_TWICE(CONTENT, true, UNKNOWABLE, "the key results a second time, with nothing in it"),
    NO_CONTENT(STATUS, true, UNKNOWABLE, "204 without a body"),
    HTML_BODY(STATUS, false, UNKNOWABLE, "200 with a login page of something on the way"),

    FOREIGN_RESULT(CONTENT, true, UNKNOWABLE_FOR_THE_FIRST, "the first result names an item that nobody sent"),
    MISSING_RESULT(CONTENT, true, UNKNOWABLE_FOR_THE_FIRST, "the first result is missing"),
    CONTRADICTORY_RESULT(CONTENT, true, UNKNOWABLE_FOR_THE_FIRST, "the first item both succeeded and failed"),
    UNKNOWN_RESULT_STATUS(
            CONTENT, true, UNKNOWABLE_FOR_THE_FIRST, "the first result's status is a word without meaning"),
    EXTRA_RESULT(CONTENT, true, HAPPENED, "all results, and one of an item that nobody sent"),
    DOUBLE_RESULT(CONTENT, true, HAPPENED, "the first result twice, the same"),
    REVERSED_RESULTS(CONTENT, true, HAPPENED, "the results in another order, as they may be"),
    UNKNOWN_FIELDS(CONTENT, true, HAPPENED, "fields that came with a later version, as they may"),
    NO_DOCUMENT(CONTENT, true, HAPPENED, "a success without its document (Pearsana) or data (Kompliant)"),
    WRONG_COUNTS(CONTENT, true, HAPPENED, "wrong counts in meta (Kompliant); 201 for 207 and the reverse (Pearsana)"),

    UNAUTHORIZED(STATUS, false, DID_NOT_HAPPEN, "401, and the token of the request is worth nothing from now on"),
    FORBIDDEN(STATUS, false, DID_NOT_HAPPEN, "403"),
    NOT_FOUND(STATUS, false, DID_NOT_HAPPEN, "404 that names no item: there is no such operation"),
    REQUEST_TIMEOUT(STATUS, false, DID_NOT_HAPPEN, "408"),
    CONFLICT(STATUS, false, DID_NOT_HAPPEN, "409"),
    GONE(STATUS, false, DID_NOT_HAPPEN, "410: the version is supported no more"),
    TOO_LARGE(STATUS, false, DID_NOT_HAPPEN, "413 at once; the body is read and thrown away"),
    TOO_LARGE_CUT(STATUS, false, DID_NOT_HAPPEN_IF_READ, "413 at once, and a reset while the body still comes"),
    UNSUPPORTED_TYPE(STATUS, false, DID_NOT_HAPPEN, "415"),
    EXPECTATION_FAILED(STATUS, false, DID_NOT_HAPPEN, "417"),
    UNPROCESSABLE(STATUS, false, DID_NOT_HAPPEN, "422"),
    THROTTLED(STATUS, false, DID_NOT_HAPPEN, "429 without Retry-After"),
    THROTTLED_SECONDS(STATUS, false, DID_NOT_HAPPEN, "429 with Retry-After in seconds"),
    THROTTLED_DATE(STATUS, false, DID_NOT_HAPPEN, "429 with Retry-After as a date"),
    THROTTLED_FOR_YEARS(STATUS, false, DID_NOT_HAPPEN, "429 with a Retry-After of ten years"),
    UNAVAILABLE(STATUS, false, DID_NOT_HAPPEN, "503 without Retry-After"),
    UNAVAILABLE_SECONDS(STATUS, false, DID_NOT_HAPPEN, "503 with Retry-After in seconds"),
    UNAVAILABLE_DATE(STATUS, false, DID_NOT_HAPPEN, "503 with Retry-After as a date"),
    UNAVAILABLE_NONSENSE(STATUS, false, DID_NOT_HAPPEN, "503 with a Retry-After that is neither"),
    SERVER_ERROR(STATUS, false, UNKNOWABLE, "500"),
    SERVER_ERROR_DONE(STATUS, true, UNKNOWABLE, "500"),
    BAD_GATEWAY(STATUS, false, UNKNOWABLE, "502 with an HTML page"),
    BAD_GATEWAY_DONE(STATUS, true, UNKNOWABLE, "502 with an HTML page"),
    GATEWAY_TIMEOUT(STATUS, false, UNKNOWABLE, "504"),
    GATEWAY_TIMEOUT_DONE(STATUS, true, UNKNOWABLE, "504"),
    REDIRECT_301(STATUS, false, DID_NOT_HAPPEN, "301 to another host"),
    REDIRECT_302(STATUS, false, DID_NOT_HAPPEN, "302 to another host"),
    REDIRECT_303(STATUS, false, DID_NOT_HAPPEN, "303 to another host"),
    REDIRECT_307(STATUS, false, DID_NOT_HAPPEN, "307 to another host"),
    REDIRECT_308(STATUS, false, DID_NOT_HAPPEN, "308 to another host");

    /** Where a fault sets in. */
    enum Place {
        DOOR,
        REQUEST,
        ANSWER,
        CONTENT,
        STATUS
    }

    private final Place place;
    private final boolean effect;
    private final Told told;
    private final String meaning;

    Fault(Place place, boolean effect, Told told, String meaning) {
        this.place = place;
        this.effect = effect;
        this.told = told;
        this.meaning = meaning;
    }

    /** All but {@link #NONE}. */
    public static List<Fault> all() {
        return Arrays.stream(values()).filter(fault -> fault != NONE).toList();
    }

    /** Whether the partner processes the request in spite of it. */
    public boolean effect() {
        return effect;
    }

    /** What the client can know of that. */
    public Told told() {
        return told;
    }

    /** What happens on the wire, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** Whether it can befall a request of this kind: answers for tokens have no results to be wrong. */
    public boolean suits(Target target) {
        return switch (target) {
            case PEARSANA, KOMPLIANT -> true;
            case TOKEN -> place != CONTENT;
            case OTHER -> this == NONE;
        };
    }

    Place place() {
        return place;
    }
}
