package io.nightdrop.manifest;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The self-configuring tagged index that OnBase writes and reads: a line that says so, then for each document a block of
 * {@code keyword: value} lines between {@code BEGIN:} and {@code END:}. Each block is read as a row whose columns are its
 * keywords, without the {@code >>} of OnBase's own; a block of several files as a row for each of them.
 *
 * <p>The file is read once more than its items, for the names of its columns. Memory is for one block.
 */
final class TaggedIndexManifest implements Manifest {

    private static final String MAGIC = ">>>>Self Configuring Tagged DIP<<<<";
    private static final String TAG = ">>";
    private static final String FILE_NAME = "FileName";

    /** Each is an item with all that the block says. */
    private static final int MAX_FILES = 100;

    private static final int MAX_LINES = 10_000;

    private final Path file;
    private final Reading reading;
    private @Nullable List<String> names;

    TaggedIndexManifest(Path file, Reading reading) {
        this.file = file;
        this.reading = reading;
    }

    @Override
    public List<String> header() throws IOException {
        try {
            return names();
        } catch (Unreadable unreadable) {
            return List.of();
        }
    }

    /** All keywords of all blocks, in the order in which they come first. */
    private List<String> names() throws IOException, Unreadable {
        if (names == null) {
            Set<String> all = new LinkedHashSet<>();
            try (Blocks blocks = new Blocks()) {
                for (Block block = blocks.next(); block != null; block = blocks.next()) {
                    if (all.addAll(block.values().keySet())) {
                        Header.names(all); // or they would be too many for memory before the file ends
                    }
                }
            }
            names = Header.names(all);
        }
        return names;
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        return Header.meant(layouts, header(), reading);
    }

    @Override
    public Leftover leftover(Layout layout) throws IOException {
        try {
            return Header.of(names(), layout, reading, Header.KEYWORD).leftover();
        } catch (Unreadable unreadable) {
            return Leftover.NONE;
        }
    }

    @Override
    public Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException {
        Optional<Defect> foreign = Encoding.of(file, reading.charset()).defect();
        if (foreign.isPresent()) {
            return foreign;
        }
        try {
            readBlocks(Header.of(names(), layout, reading, Header.KEYWORD), handler);
            return Optional.empty();
        } catch (Unreadable unreadable) {
            return Optional.of(unreadable.defect());
        }
    }

    private void readBlocks(Header header, ItemHandler handler) throws IOException, Unreadable {
        long index = 0;
        try (Blocks blocks = new Blocks()) {
            for (Block block = blocks.next(); block != null; block = blocks.next()) {
                for (String name : block.files()) {
                    if (!handler.handle(header.item(cells(block, name), index++, block.line()))) {
                        return;
                    }
                }
            }
        }
    }

    private List<String> cells(Block block, String name) throws IOException, Unreadable {
        List<String> cells = new ArrayList<>();
        for (String column : names()) {
            cells.add(column.equals(FILE_NAME) ? name : block.values().getOrDefault(column, ""));
        }
        return cells;
    }

    /**
     * A document.
     *
     * @param line where it begins
     * @param values by their keywords; several of one keyword in one text
     * @param files the names of its files; one that is empty where it has none
     */
    private record Block(long line, Map<String, String> values, List<String> files) {}

    /** The blocks of the file, one after the other. */
    private final class Blocks implements AutoCloseable {
        private final Encoding encoding;
        private final Lines lines;
        private boolean begun;

        Blocks() throws IOException {
            this.encoding = Encoding.of(file, reading.charset());
            this.lines = new Lines(encoding.reader());
        }

        /** The next one, or null after the last. */
        @Nullable
        Block next() throws IOException, Unreadable {
            for (String line = line(); line != null; line = line()) {
                boolean magic = line.equals(MAGIC) && !begun;
                begun |= !line.isEmpty();
                if (isMarker(line, "BEGIN:")) {
                    return block(lines.number());
                }
                if (!line.isEmpty() && !magic) {
                    throw new Unreadable("line " + lines.number() + ": neither BEGIN: nor, at the top, " + MAGIC
                            + "; this is no tagged index, or an END: stands too early");
                }
            }
            return null;
        }

        private Block block(long begin) throws IOException, Unreadable {
            Map<String, String> values = new LinkedHashMap<>();
            List<String> files = new ArrayList<>();
            long characters = 0;
            for (String line = line(); line != null; line = line()) {
                if (isMarker(line, "END:")) {
                    return new Block(begin, values, files.isEmpty() ? List.of("") : files);
                }
                characters += line.length();
                if (characters > MAX_ITEM_BYTES || lines.number() - begin > MAX_LINES) {
                    throw new Unreadable("line " + begin + ": a block of more than " + MAX_ITEM_BYTES
                            + " characters or " + MAX_LINES + " lines; perhaps its END: is missing");
                }
                if (isMarker(line, "BEGIN:")) {
                    throw new Unreadable(
                            "line " + lines.number() + ": BEGIN: before the END: of the block in line " + begin);
                }
                if (!line.isEmpty()) {
                    add(line, values, files);
                }
            }
            throw new Unreadable("line " + begin + ": a block without its END:; perhaps the file is cut off");
        }

        private void add(String line, Map<String, String> values, List<String> files) throws Unreadable {
            String text = line.startsWith(TAG) ? line.substring(TAG.length()) : line;
            int colon = text.indexOf(':');
            String keyword = text.substring(0, Math.max(colon, 0)).strip();
            if (keyword.isEmpty()) {
                throw new Unreadable("line " + lines.number() + ": no 'keyword: value', and neither BEGIN: nor END:");
            }
            String value = text.substring(colon + 1).strip();
            if (keyword.equals(FILE_NAME) && !value.isEmpty() && files.size() == MAX_FILES) {
                throw new Unreadable("line " + lines.number() + ": a block of more than " + MAX_FILES + " files");
            }
            if (keyword.equals(FILE_NAME) && !value.isEmpty()) {
                files.add(value);
            }
            values.merge(
                    keyword,
                    value,
                    (before, next) -> before.isEmpty() || next.isEmpty() ? before + next : before + "; " + next);
        }

        private static boolean isMarker(String line, String marker) {
            return line.equals(marker) || line.equals(TAG + marker);
        }

        private @Nullable String line() throws IOException, Unreadable {
            try {
                String line = lines.next();
                return line == null ? null : line.strip();
            } catch (CharacterCodingException undecodable) {
                throw encoding.undecodable().map(Unreadable::of).orElseThrow(() -> undecodable);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /** Lines that end in any way, of bounded length. */
    private static final class Lines implements AutoCloseable {
        private final Reader reader;
        private final char[] buffer = new char[8192];
        private int from;
        private int to;
        private long number;
        private boolean afterReturn;

        Lines(Reader reader) {
            this.reader = reader;
        }

        /** The number of the line that came last, from 1. */
        long number() {
            return number;
        }

        @Nullable
        String next() throws IOException, Unreadable {
            StringBuilder line = new StringBuilder();
            number++;
            for (int c = read(); c >= 0; c = read()) {
                boolean secondHalf = c == '\n' && afterReturn;
                afterReturn = c == '\r';
                if (secondHalf) {
                    continue;
                }
                if (c == '\n' || c == '\r') {
                    return line.toString();
                }
                if (line.length() == MAX_ITEM_BYTES) {
                    throw new Unreadable("line " + number + " has more than " + MAX_ITEM_BYTES + " characters");
                }
                line.append((char) c);
            }
            return line.isEmpty() ? null : line.toString();
        }

        private int read() throws IOException {
            if (from == to) {
                to = reader.read(buffer);
                from = 0;
                if (to < 0) {
                    to = 0;
                    return -1;
                }
            }
            return buffer[from++];
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
