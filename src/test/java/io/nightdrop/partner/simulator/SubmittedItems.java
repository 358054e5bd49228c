package io.nightdrop.partner.simulator;

import io.nightdrop.partner.simulator.SubmittedItem.FileSeen;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of {@code documents:submitBatch} as a stream; of a file only the digest stays. */
final class SubmittedItems {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final List<SubmittedItem> items = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private boolean itemsSeen;

    /** Reads to the end; null, or what is wrong with the whole. What was read before stays either way. */
    String read(RequestBody body) {
        try (JsonParser parser = JSON.createParser(body)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? readObject(parser) : "The body must be an object";
        } catch (JacksonException problem) {
            return "The body is not valid JSON";
        }
    }

    List<SubmittedItem> items() {
        return items;
    }

    /** Names of fields that the contract does not know. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    private String readObject(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!name.equals("items")) {
                remarks.add("unknown field " + name);
                parser.skipChildren();
            } else if (value != JsonToken.START_ARRAY) {
                return "items must be an array";
            } else {
                itemsSeen = true;
                String problem = readItems(parser);
                if (problem != null) {
                    return problem;
                }
            }
        }
        if (parser.nextToken() != null) {
            return "The body is not valid JSON";
        }
        return itemsSeen ? null : "items is required";
    }

    private String readItems(JsonParser parser) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return "items[" + items.size() + "] must be an object";
            }
            items.add(readItem(parser));
        }
        return null;
    }

    private SubmittedItem readItem(JsonParser parser) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        FileSeen file = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!SubmittedItem.KNOWN_FIELDS.contains(name)) {
                remarks.add("unknown field items." + name);
            }
            if (name.equals("file") && value == JsonToken.VALUE_STRING) {
                file = readFile(parser);
            } else {
                JsonNode tree = parser.readValueAsTree();
                fields.set(name, tree);
            }
        }
        return new SubmittedItem(fields, file);
    }

    private static FileSeen readFile(JsonParser parser) {
        try (Base64Digest digest = new Base64Digest()) {
            parser.readString(digest);
            digest.finish();
            return new FileSeen(digest.fingerprint(), digest.length(), digest.valid());
        }
    }
}
