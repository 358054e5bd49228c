package io.nightdrop.manifest;

import java.io.InputStream;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strict, bounded JSON: nesting up to 64, numbers up to 100 digits, names up to 256 characters, no key twice, an item up
 * to {@link Manifest#MAX_ITEM_BYTES}. Jackson's own defaults take twice the same key and documents of any size.
 */
final class Json {

    /** The most values in an item, each of which costs some hundred bytes of memory. */
    private static final int MAX_VALUES = 10_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(100)
                            .maxNameLength(256)
                            .maxStringLength(Manifest.MAX_ITEM_BYTES)
                            .maxDocumentLength(-1)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private Json() {}

    static JsonParser parser(InputStream in) {
        return MAPPER.createParser(in);
    }

    static Position position(JsonParser parser) {
        return position(parser.currentTokenLocation());
    }

    private static Position position(TokenStreamLocation location) {
        return new Position(location.getLineNr(), location.getColumnNr());
    }

    /** What Jackson says, without its own machinery, and with the place. */
    static Defect defect(JacksonException problem, JsonParser parser) {
        String text = problem.getOriginalMessage()
                .replaceAll(" \\(start marker at \\[[^\\]]*\\]\\)", "")
                .replaceAll(", from `[^`]*`", "")
                .replaceAll("\\s+", " ");
        TokenStreamLocation told = problem.getLocation();
        boolean known = told != null && told.getLineNr() > 0;
        Position place = known ? position(told) : lastRead(parser);
        return new Defect("unreadable JSON at " + place + ": " + text);
    }

    private static Position lastRead(JsonParser parser) {
        Position next = position(parser.currentLocation());
        return new Position(next.line(), Math.max(1, next.column() - 1));
    }

    /** An item was larger or odder than an item may be. */
    static final class ItemRefused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Defect defect;

        ItemRefused(Position position, String message) {
            super(message, null, false, false);
            this.defect = new Defect(message + " at " + position);
        }

        Defect defect() {
            return defect;
        }
    }

    /** An item's tree, and where its inline content begins. */
    record Item(ObjectNode fields, Position position, long contentOffset) {}

    /** Reads one item whose opening brace is the parser's current token. */
    static Item item(JsonParser parser, @Nullable String contentField) throws ItemRefused {
        Position position = position(parser);
        long begin = parser.currentTokenLocation().getByteOffset();
        long contentOffset = -1;
        long contentBytes = 0;
        ObjectNode fields = NODES.objectNode();
        int[] values = {0};
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            if (contentOffset >= 0 && contentBytes == 0) {
                contentBytes = parser.currentTokenLocation().getByteOffset() - contentOffset;
            }
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(contentField) && value == JsonToken.VALUE_STRING) {
                contentOffset = parser.currentTokenLocation().getByteOffset(); // the next token's call skips the string
            } else {
                checkText(name, parser);
                fields.set(name, node(parser, begin + contentBytes, values));
            }
        }
        return new Item(fields, position, contentOffset);
    }

    /** Skips what stands beside the items, of which not more may stand there than in one item. */
    static void skip(JsonParser parser, long begin) throws ItemRefused {
        int depth = 0;
        do {
            depth += parser.currentToken().isStructStart()
                    ? 1
                    : parser.currentToken().isStructEnd() ? -1 : 0;
            if (parser.currentLocation().getByteOffset() - begin > Manifest.MAX_ITEM_BYTES) {
                throw new ItemRefused(
                        position(parser), "more than " + Manifest.MAX_ITEM_BYTES + " bytes beside the items");
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    /** The value that is the current token, of at most {@link Manifest#MAX_ITEM_BYTES}. */
    static JsonNode value(JsonParser parser) throws ItemRefused {
        return node(parser, parser.currentTokenLocation().getByteOffset(), new int[] {0});
    }

    private static JsonNode node(JsonParser parser, long begin, int[] values) throws ItemRefused {
        if (++values[0] > MAX_VALUES) {
            throw new ItemRefused(position(parser), "an item of more than " + MAX_VALUES + " values");
        }
        if (parser.currentLocation().getByteOffset() - begin > Manifest.MAX_ITEM_BYTES) {
            throw new ItemRefused(
                    position(parser), "an item of more than " + Manifest.MAX_ITEM_BYTES + " bytes beside its content");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    checkText(name, parser);
                    parser.nextToken();
                    object.set(name, node(parser, begin, values));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(node(parser, begin, values));
                }
                yield array;
            }
            case VALUE_STRING -> {
                String text = parser.getString();
                checkText(text, parser);
                yield NODES.stringNode(text);
            }
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal(parser));
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private static BigDecimal decimal(JsonParser parser) throws ItemRefused {
        try {
            return parser.getDecimalValue();
        } catch (NumberFormatException | ArithmeticException | JacksonException beyond) {
            throw new ItemRefused(position(parser), "a number beyond all limits");
        }
    }

    private static void checkText(String text, JsonParser parser) throws ItemRefused {
        if (!Encoding.isClean(text)) {
            throw new ItemRefused(position(parser), "a text with a NUL character or half of a surrogate pair");
        }
    }
}
