package io.nightdrop.partner;

import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Refused;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.partner.Reply.TooLarge;
import io.nightdrop.settings.PartnerSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the two APIs have in common: JSON over POST, results in an array, and statuses that mean the same. What is not documented is read to the
 * safe side: whatever may have taken effect is a doubt.
 */
abstract class JsonApi implements PartnerApi {

    /** The media type of every body. */
    static final String JSON = "application/json";

    private static final String RESULTS = "results";

    /** As the settings call the partner. */
    private final String name;

    final PartnerSettings settings;

    JsonApi(String name, PartnerSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    /** Where requests go, below {@code base-url}. */
    abstract String path();

    /** The code of a 413 that brings none. */
    abstract String tooLargeCode();

    /** The error by which a whole request is refused; empty when the body has none. */
    abstract Optional<PartnerError> error(ObjectNode body);

    /** Whether an error of the body counts with that status, one of 2xx or 4xx. */
    abstract boolean refusesWith(int status);

    /** What the partner calls the exchange. */
    abstract Optional<String> trace(PartnerAnswer answer, Optional<ObjectNode> body);

    /** What the results say of the items. */
    abstract List<ItemReply> results(
            List<SentItem> items, PartnerAnswer answer, ObjectNode body, ArrayNode results, Oddities oddities);

    /** A 401. */
    abstract Reply unauthorised(Said said);

    /** A 403. */
    abstract Reply forbidden(Said said);

    /**
     * An answer with what could be read of it.
     *
     * @param answer as it came
     * @param body empty when it cannot be read
     * @param error the partner's own words, where it has some
     * @param trace what the partner calls the exchange
     */
    record Said(
            PartnerAnswer answer,
            Optional<ObjectNode> body,
            Optional<PartnerError> error,
            @Nullable String trace) {

        /** The status with the partner's words, for a sentence. */
        String told() {
            return answer.status()
                    + error.map(words -> " (" + Words.plain(words.toString(), Words.MAX_MESSAGE) + ")")
                            .orElse("");
        }
    }

    @Override
    public final TooLarge tooLarge(long bytes, long mostBytes) {
        return new TooLarge(
                tooLargeCode(),
                "The request for this item has " + bytes + " bytes, and " + key("max-body-size") + " allows "
                        + mostBytes + ".",
                null);
    }

    @Override
    public final Reply read(List<SentItem> items, PartnerAnswer told) {
        PartnerAnswer answer = told.without(secrets());
        Optional<ObjectNode> body = AnswerBody.of(answer);
        String trace = trace(answer, body)
                .map(text -> Words.plain(text, Words.MAX_NAME))
                .filter(text -> !text.isEmpty())
                .orElse(null);
        Said said = new Said(answer, body, body.flatMap(this::error), trace);
        return switch (answer.status()) {
            case 401 -> unauthorised(said);
            case 403 -> forbidden(said);
            case 408 -> doubt(said);
            case 410 -> versionGone(said);
            case 413 ->
                new TooLarge(
                        said.error().map(PartnerError::code).orElse(tooLargeCode()),
                        said.error().map(PartnerError::told).orElse("The partner takes no request of this size (413)."),
                        trace);
            case 415 ->
                stop(
                        said,
                        "answers " + said.told() + ": it does not take " + JSON + ". Check " + key("base-url")
                                + " and what is between, then restart the drop.");
            case 429, 503 -> new Later(RetryAfter.of(answer), "answered " + said.told(), trace);
            default -> readOther(items, said);
        };
    }

    private List<String> secrets() {
        return Stream.of(settings.clientSecret(), settings.apiKey(), settings.secretKey(), settings.authToken())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private Reply readOther(List<SentItem> items, Said said) {
        int status = said.answer().status();
        if (status >= 300 && status < 400) {
            return redirected(said);
        }
        if (status < 200 || status >= 500) {
            return doubt(said);
        }
        ObjectNode body = said.body().orElse(null);
        if (body == null) {
            return said.answer().brokeOff().isEmpty() && isElsewhere(status)
                    ? notTheApi(said)
                    : doubt(said, AnswerBody.defect(said.answer()));
        }
        JsonNode results = body.path(RESULTS);
        if (results instanceof ArrayNode array && !array.isEmpty()) {
            Oddities oddities = new Oddities();
            said.error().ifPresent(error -> oddities.add("an error beside the results: " + error));
            return new Answered(results(items, said.answer(), body, array, oddities), oddities.list(), said.trace());
        }
        PartnerError error = said.error().orElse(null);
        if (error != null && refusesWith(status)) {
            return new Refused(status, error.code(), error.told(), error.details(), said.trace());
        }
        return isElsewhere(status) ? notTheApi(said) : doubt(said, "it has no results");
    }

    /**
     * Whether an answer with that status, but not in the API's words, shows that the API was not reached. A 400 is one of the API's own, and the
     * conflict of a 409 could be with what this request has done.
     */
    private static boolean isElsewhere(int status) {
        return status > 400 && status != 409;
    }

    private Reply doubt(Said said) {
        return new Doubt("answered " + said.told(), said.trace());
    }

    private Reply doubt(Said said, String why) {
        return new Doubt("answered " + said.told() + ", and " + why, said.trace());
    }

    final Stop stop(Said said, String sentence) {
        return new Stop("The partner '" + name + "' " + sentence, said.trace());
    }

    /** A setting of this partner. */
    final String key(String setting) {
        return "nightdrop.partners." + name + "." + setting;
    }

    private Stop versionGone(Said said) {
        String supported = version(said, "X-API-Version-Supported")
                .map(version -> "The oldest that it serves is " + version)
                .orElse("It does not say which it serves");
        String latest = version(said, "X-API-Version-Latest")
                .map(version -> ", the newest " + version)
                .orElse("");
        return stop(
                said,
                "answers " + said.told() + ": it no longer serves version " + settings.apiVersion() + " of its API. "
                        + supported + latest + ". Set " + key("api-version") + ", then restart the drop.");
    }

    private static Optional<String> version(Said said, String header) {
        return said.answer()
                .header(header)
                .map(text -> Words.plain(text, Words.MAX_NAME))
                .filter(text -> !text.isEmpty());
    }

    private Stop redirected(Said said) {
        String where = said.answer()
                .header("Location")
                .flatMap(JsonApi::server)
                .map(server -> " and points to " + server)
                .orElse("");
        return stop(
                said,
                "answers " + said.told() + where + "; redirects are not followed. Set " + key("base-url")
                        + " to where the API is, then restart the drop.");
    }

    /** The server of an address; the rest may hold secrets. */
    private static Optional<String> server(String location) {
        try {
            URI address = new URI(location.trim());
            return address.getScheme() == null || address.getHost() == null
                    ? Optional.empty()
                    : Optional.of(Words.plain(
                            address.getScheme() + "://" + address.getHost()
                                    + (address.getPort() < 0 ? "" : ":" + address.getPort()),
                            Words.MAX_NAME));
        } catch (URISyntaxException unreadable) {
            return Optional.empty();
        }
    }

    private Stop notTheApi(Said said) {
        return stop(
                said,
                "answers " + said.answer().status() + " to POST " + path()
                        + ", and not in the words of its API: something else answers there. Check " + key("base-url")
                        + ", then restart the drop.");
    }

    /** Items that go into one request are there. */
    static SentItem first(List<SentItem> items) {
        if (items.isEmpty()) {
            throw new IllegalStateException("A request without items");
        }
        return items.get(0);
    }

    /** A field that was checked to be a text. */
    static String text(ObjectNode fields, String field) {
        JsonNode text = fields.path(field);
        if (!text.isString()) {
            throw new IllegalStateException("An item without " + field + " cannot be sent");
        }
        return text.stringValue();
    }

    /** A code as it can be kept; ours where there is none. */
    static String code(JsonNode code) {
        String text = Words.plain(code, ItemReply.MAX_CODE);
        return text.isEmpty() ? ItemReply.NO_CODE : text;
    }
}
