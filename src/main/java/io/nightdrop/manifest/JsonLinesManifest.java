package io.nightdrop.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A manifest with one JSON object, one item or one request, on each line. Blank lines do not count. */
final class JsonLinesManifest implements Manifest {

    /** How many keys are looked at to see what a line is. */
    private static final int MAX_KEYS = 10_000;

    private final Path file;

    JsonLinesManifest(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        Set<String> keys = new LinkedHashSet<>();
        try (InputStream in = Encoding.ofJson(file).open();
                JsonParser parser = Json.parser(in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME && keys.size() < MAX_KEYS) {
                    keys.add(parser.currentName());
                    parser.nextToken();
                    Json.skip(parser, parser.currentTokenLocation().getByteOffset());
                }
            }
        } catch (JacksonException | Json.ItemRefused unreadable) {
            // what was read up to there must do
        }
        return Layout.meant(layouts, keys);
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
            return readLines(parser, layout, handler);
        }
    }

    private Optional<Defect> readLines(JsonParser parser, Layout layout, ItemHandler handler) throws IOException {
        try {
            long lastLine = 0;
            JsonRequests requests =
                    layout.requests() == null ? null : new JsonRequests(parser, layout.requests(), handler);
            for (long index = 0; parser.nextToken() != null; index++) {
                Position position = Json.position(parser);
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    return Optional.of(new Defect("each line must be a JSON object, but not at " + position));
                }
                if (position.line() == lastLine) {
                    return Optional.of(new Defect("a second JSON object on one line at " + position));
                }
                boolean more = requests == null ? readItem(parser, layout, handler, index) : requests.read();
                lastLine = parser.currentLocation().getLineNr();
                if (!more) {
                    return Optional.empty();
                }
                if (lastLine != position.line()) {
                    return Optional.of(new Defect("a JSON object that goes on over several lines, from " + position));
                }
            }
            return Optional.empty();
        } catch (JacksonException unreadable) {
            return Optional.of(Json.defect(unreadable, parser));
        } catch (Json.ItemRefused refused) {
            return Optional.of(refused.defect());
        }
    }

    private boolean readItem(JsonParser parser, Layout layout, ItemHandler handler, long index)
            throws IOException, Json.ItemRefused {
        Json.Item item = Json.item(parser, layout.contentField());
        return handler.handle(JsonManifest.manifestItem(file, item, index));
    }

    @Override
    public List<String> header() {
        return List.of();
    }
}
