package io.nightdrop.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A manifest that is one JSON object with its items in an array, {@code {"items":[…]}}, or an array of requests. */
final class JsonManifest implements Manifest {

    private final Path file;

    JsonManifest(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        try (InputStream in = Encoding.ofJson(file).open();
                JsonParser parser = Json.parser(in)) {
            JsonToken root = parser.nextToken();
            if (root == JsonToken.START_ARRAY) {
                root = parser.nextToken();
            }
            if (root != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                Optional<Layout> layout =
                        layouts.stream().filter(one -> one.hasRootKey(key)).findFirst();
                if (layout.isPresent()) {
                    return layout;
                }
                parser.nextToken();
                Json.skip(parser, 0);
            }
            return Optional.empty();
        } catch (JacksonException | Json.ItemRefused unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException {
        Encoding encoding = Encoding.ofJson(file);
        Optional<Defect> foreign = encoding.defect();
        if (foreign.isPresent()) {
            return foreign;
        }
        try (InputStream in = encoding.open();
                JsonParser parser = Json.parser(in)) {
            return readDocument(parser, layout, handler);
        }
    }

    private Optional<Defect> readDocument(JsonParser parser, Layout layout, ItemHandler handler) throws IOException {
        try {
            return readRoot(parser, layout, handler);
        } catch (JacksonException unreadable) {
            return Optional.of(Json.defect(unreadable, parser));
        } catch (Json.ItemRefused refused) {
            return Optional.of(refused.defect());
        }
    }

    private Optional<Defect> readRoot(JsonParser parser, Layout layout, ItemHandler handler)
            throws IOException, Json.ItemRefused {
        if (layout.requests() != null) {
            return readRequests(parser, layout.requests(), handler);
        }
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.of(new Defect("the manifest must be a JSON object with an array '" + layout.list() + "'"));
        }
        boolean found = false;
        long listBytes = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean list = parser.currentName().equals(layout.list());
            JsonToken value = parser.nextToken();
            if (!list) {
                Json.skip(parser, listBytes);
                continue;
            }
            found = true;
            if (value != JsonToken.START_ARRAY) {
                return Optional.of(new Defect("'" + layout.list() + "' must be an array, at " + Json.position(parser)));
            }
            long listBegin = parser.currentLocation().getByteOffset();
            List<Defect> defects = new ArrayList<>();
            if (!readItems(parser, layout, handler, defects)) {
                return defects.stream().findFirst();
            }
            listBytes += parser.currentLocation().getByteOffset() - listBegin;
        }
        Optional<Defect> trailing = trailing(parser);
        if (trailing.isPresent()) {
            return trailing;
        }
        return found ? Optional.empty() : Optional.of(new Defect("'" + layout.list() + "' is missing"));
    }

    private static Optional<Defect> trailing(JsonParser parser) {
        return parser.nextToken() == null
                ? Optional.empty()
                : Optional.of(new Defect("unreadable JSON: something follows its end at " + Json.position(parser)));
    }

    /** One request, or an array of requests. */
    private static Optional<Defect> readRequests(JsonParser parser, Layout.Requests names, ItemHandler handler)
            throws IOException, Json.ItemRefused {
        JsonRequests requests = new JsonRequests(parser, names, handler);
        JsonToken root = parser.nextToken();
        if (root == JsonToken.START_OBJECT) {
            return requests.read() ? trailing(parser) : Optional.empty();
        }
        if (root != JsonToken.START_ARRAY) {
            return Optional.of(new Defect("the manifest must be a request, or an array of requests"));
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return Optional.of(new Defect("each request must be an object, but not at " + Json.position(parser)));
            }
            if (!requests.read()) {
                return Optional.empty();
            }
        }
        return trailing(parser);
    }

    /** False when reading is over, because of a defect or because the handler wants no more. */
    private boolean readItems(JsonParser parser, Layout layout, ItemHandler handler, List<Defect> defects)
            throws IOException, Json.ItemRefused {
        long index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                defects.add(new Defect("item " + (index + 1) + " must be an object, at " + Json.position(parser)));
                return false;
            }
            Json.Item item = Json.item(parser, layout.contentField());
            if (!handler.handle(manifestItem(file, item, index++))) {
                return false;
            }
        }
        return true;
    }

    /** An item with its content still in the file. */
    static ManifestItem manifestItem(Path file, Json.Item item, long index) throws IOException {
        item.fields().remove("error");
        if (item.contentOffset() < 0) {
            return new ManifestItem(index, 0, item.fields(), item.position(), null, null);
        }
        long offset = item.contentOffset() + 1 + Encoding.ofJson(file).markLength();
        return new ManifestItem(
                index,
                0,
                item.fields(),
                item.position(),
                (out, limit) -> {
                    try (InputStream in = Files.newInputStream(file)) {
                        in.skipNBytes(offset);
                        return StrictBase64.decode(new JsonStringText(in), out, limit);
                    }
                },
                null);
    }

    @Override
    public List<String> header() {
        return List.of();
    }
}
