package io.nightdrop.partner;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON object that an answer brings. Strict where a doubt could hide: no key twice, nothing behind the object; unknown keys are fine, since the
 * APIs may add some (A3).
 */
final class AnswerBody {

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(100)
                            .maxNameLength(1_000)
                            .maxStringLength(PartnerAnswer.MAX_BODY)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private AnswerBody() {}

    /** The object; empty when the body broke off, is no JSON, or is something else than an object. */
    static Optional<ObjectNode> of(PartnerAnswer answer) {
        if (answer.brokeOff().isPresent() || answer.body().length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode root = MAPPER.readTree(answer.body());
            return root instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException noJson) {
            return Optional.empty();
        }
    }

    /** What is the matter with a body that is no object. */
    static String defect(PartnerAnswer answer) {
        return answer.brokeOff()
                .map(reason -> "its body broke off (" + Words.plain(reason, Words.MAX_NAME) + ")")
                .orElse(answer.body().length == 0 ? "it has no body" : "its body is no JSON object that can be read");
    }
}
