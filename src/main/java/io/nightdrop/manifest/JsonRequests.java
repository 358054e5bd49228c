package io.nightdrop.manifest;

import io.nightdrop.manifest.Manifest.ItemHandler;
import io.nightdrop.manifest.ManifestRequest.Items;
import java.io.IOException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads requests one after the other, each with its items as a stream. Unknown fields beside the items are read over. */
final class JsonRequests {

    private final JsonParser parser;
    private final Layout.Requests names;
    private final ItemHandler handler;
    private long requests;
    private long items;

    JsonRequests(JsonParser parser, Layout.Requests names, ItemHandler handler) {
        this.parser = parser;
        this.names = names;
        this.handler = handler;
    }

    /**
     * Reads the request whose opening brace is the parser's current token.
     *
     * @return false when the handler wants no more
     */
    boolean read() throws IOException, Json.ItemRefused {
        Position position = Json.position(parser);
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        long firstItem = items;
        Items list = Items.MISSING;
        long beside = parser.currentTokenLocation().getByteOffset();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(names.items()) && value == JsonToken.START_ARRAY) {
                long begin = parser.currentLocation().getByteOffset();
                list = Items.OBJECTS;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.START_OBJECT) {
                        list = Items.WRONG;
                    }
                    if (!handler.handle(item())) {
                        return false;
                    }
                }
                beside += parser.currentLocation().getByteOffset() - begin;
            } else if (name.equals(names.key())) {
                fields.set(name, Json.value(parser));
            } else {
                if (name.equals(names.items()) && value != JsonToken.VALUE_NULL) {
                    list = Items.WRONG;
                }
                Json.skip(parser, beside);
            }
        }
        return handler.handle(new ManifestRequest(requests++, fields, list, firstItem, items - firstItem, position));
    }

    /** The element that is the current token; one that is no object has no fields. */
    private ManifestItem item() throws Json.ItemRefused {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            Position position = Json.position(parser);
            Json.skip(parser, parser.currentTokenLocation().getByteOffset());
            return new ManifestItem(items++, requests, JsonNodeFactory.instance.objectNode(), position, null, null);
        }
        Json.Item item = Json.item(parser, null);
        item.fields().remove("error");
        return new ManifestItem(items++, requests, item.fields(), item.position(), null, null);
    }
}
