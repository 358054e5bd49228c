package io.nightdrop.job;

import io.nightdrop.disk.Disk;
import io.nightdrop.manifest.ContentKind;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.StagedItem;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The items of a drop as reading its manifest through left them: one JSON object on each line, and an index with the
 * offset of the first item of each batch. Both appear whole, at the end of the reading; batches can then be read from
 * any of them on.
 */
final class StagedItems {

    /** Numbers stay what their sender wrote. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader NODES =
            JSON.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path items;
    private final Path index;

    StagedItems(Path folder) {
        this.items = folder.resolve("items.jsonl");
        this.index = folder.resolve("items.index");
    }

    /** Starts from the beginning, whatever an earlier try has left. */
    Writer writer() throws IOException {
        return new Writer();
    }

    /** Reads from that item on, which must be the first of a batch. */
    Reader reader(long from) throws IOException {
        return new Reader(from);
    }

    /** Takes the items in their order. */
    final class Writer implements AutoCloseable {
        private final Path itemsPart = items.resolveSibling("items.jsonl.part");
        private final Path indexPart = index.resolveSibling("items.index.part");
        private final OutputStream itemsOut = new BufferedOutputStream(Files.newOutputStream(itemsPart), 256 * 1024);
        private final DataOutputStream indexOut =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(indexPart)));
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long offset;

        Writer() throws IOException {}

        void add(StagedItem item) throws IOException {
            if (item.index() % Batch.SIZE == 0) {
                indexOut.writeLong(offset);
            }
            try (JsonGenerator out = JSON.createGenerator(line)) {
                write(item, out);
            }
            line.write('\n');
            line.writeTo(itemsOut);
            offset += line.size();
            line.reset();
        }

        /** Puts all of it on disk under its names. */
        void finish() throws IOException {
            close();
            Disk.sync(itemsPart);
            Disk.sync(indexPart);
            Files.move(indexPart, index, StandardCopyOption.ATOMIC_MOVE);
            Files.move(itemsPart, items, StandardCopyOption.ATOMIC_MOVE);
            Path folder = items.getParent();
            if (folder != null) {
                Disk.syncFolder(folder);
            }
        }

        @Override
        public void close() throws IOException {
            itemsOut.close();
            indexOut.close();
        }
    }

    private static void write(StagedItem item, JsonGenerator out) {
        out.writeStartObject();
        out.writeNumberProperty("n", item.index());
        if (item.request() > 0) {
            out.writeNumberProperty("r", item.request());
        }
        out.writeStringProperty("id", item.itemId());
        out.writeName("item");
        out.writeTree(item.fields());
        ItemError error = item.error();
        if (error != null) {
            out.writeObjectPropertyStart("error");
            out.writeStringProperty("code", error.code());
            out.writeStringProperty("message", error.message());
            out.writeEndObject();
        }
        Content.Present content = item.content();
        if (content != null) {
            out.writeObjectPropertyStart("content");
            out.writeStringProperty("sha256", content.fingerprint());
            out.writeNumberProperty("size", content.size());
            out.writeStringProperty("kind", content.kind().name());
            out.writeStringProperty("place", content.place());
            out.writeEndObject();
        }
        if (item.row() != null) {
            out.writeName("row");
            out.writeTree(item.row());
        }
        out.writeEndObject();
    }

    /** Gives the items in their order. */
    final class Reader implements AutoCloseable {
        private final InputStream in;
        private final JsonParser parser;

        Reader(long from) throws IOException {
            this.in = new BufferedInputStream(Files.newInputStream(items), 256 * 1024);
            in.skipNBytes(offset(from));
            this.parser = JSON.createParser(in);
        }

        private long offset(long from) throws IOException {
            if (from % Batch.SIZE != 0) {
                throw new IllegalStateException("Item " + from + " is not the first of a batch");
            }
            ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES);
            try (FileChannel channel = FileChannel.open(index)) {
                channel.read(buffer, from / Batch.SIZE * Long.BYTES);
            }
            if (buffer.hasRemaining()) {
                throw new IllegalStateException("There is no batch that begins with item " + from);
            }
            return buffer.getLong(0);
        }

        /** The next item, or null after the last. */
        @Nullable
        StagedItem next() {
            if (parser.nextToken() == null) {
                return null;
            }
            JsonNode node = NODES.readValue(parser);
            JsonNode error = node.path("error");
            JsonNode content = node.path("content");
            return new StagedItem(
                    node.path("n").longValue(),
                    node.path("r").asLong(0),
                    node.path("id").stringValue(),
                    (ObjectNode) node.path("item"),
                    error.isMissingNode()
                            ? null
                            : new ItemError(
                                    error.path("code").stringValue(),
                                    error.path("message").stringValue()),
                    content.isMissingNode()
                            ? null
                            : new Content.Present(
                                    content.path("sha256").stringValue(),
                                    content.path("size").longValue(),
                                    ContentKind.valueOf(content.path("kind").stringValue()),
                                    content.path("place").stringValue()),
                    node.path("row") instanceof ArrayNode row ? row : null);
        }

        /** How many bytes the items have that were given so far. */
        long bytes() {
            return parser.currentLocation().getByteOffset();
        }

        /** The item of that index, which has not been given yet. */
        StagedItem next(long index) {
            StagedItem item = next();
            while (item != null && item.index() < index) {
                item = next();
            }
            if (item == null || item.index() > index) {
                throw new IllegalStateException("There is no item " + index + " behind those that were read");
            }
            return item;
        }

        @Override
        public void close() throws IOException {
            parser.close();
            in.close();
        }
    }
}
