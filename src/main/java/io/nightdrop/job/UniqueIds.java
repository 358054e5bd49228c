package io.nightdrop.job;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Finds an id that stands twice among any number of them, or counts the different ones, with memory for two million hashes at a time: ids go to
 * a file with their hashes; at the end the hashes are compared, slice by slice, and only where two are equal the ids
 * themselves. Cleans up after itself.
 */
final class UniqueIds implements AutoCloseable {

    private static final int SLICE = 2_000_000;

    /**
     * An id and the two places where it stands.
     *
     * @param id the id
     * @param first where it stands first
     * @param second where it stands again
     */
    record Twice(String id, String first, String second) {}

    private final Path file;
    private final DataOutputStream out;
    private final int slice;
    private long count;

    UniqueIds(Path file) throws IOException {
        this(file, SLICE);
    }

    UniqueIds(Path file, int slice) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024));
        this.slice = slice;
    }

    /** Takes the next id, of an item that begins on that line. */
    void add(String id, long line) throws IOException {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        out.writeLong(MurmurHash3.hash128x64(bytes)[0]);
        out.writeShort(bytes.length);
        out.write(bytes);
        out.writeLong(line);
        count++;
    }

    /** The first id that stands twice. To be called once, at the end. */
    Optional<Twice> twice() throws IOException {
        Set<Long> suspects = new HashSet<>();
        compareHashes(suspects);
        return suspects.isEmpty() ? Optional.empty() : compare(suspects);
    }

    /** How many different ids there are; of some millions, two that have one hash of 64 bits would be a wonder. To be called once, at the end. */
    long distinct() throws IOException {
        return compareHashes(new HashSet<>());
    }

    private long compareHashes(Set<Long> suspects) throws IOException {
        out.close();
        long different = 0;
        long slices = (count + slice - 1) / slice;
        for (long part = 0; part < slices; part++) {
            different += compareHashes(part, slices, suspects);
        }
        return different;
    }

    private long compareHashes(long part, long slices, Set<Long> suspects) throws IOException {
        long different = 0;
        LongSet seen = new LongSet((int) Math.min(slice * 2L, count));
        try (DataInputStream in = open()) {
            for (long i = 0; i < count; i++) {
                long hash = in.readLong();
                in.skipNBytes(in.readUnsignedShort() + 8L);
                if (Math.floorMod(hash, slices) == part) {
                    if (seen.add(hash)) {
                        different++;
                    } else {
                        suspects.add(hash);
                    }
                }
            }
        }
        return different;
    }

    private Optional<Twice> compare(Set<Long> suspects) throws IOException {
        Map<String, String> places = new HashMap<>();
        try (DataInputStream in = open()) {
            for (long i = 0; i < count; i++) {
                long hash = in.readLong();
                byte[] bytes = in.readNBytes(in.readUnsignedShort());
                String place = "item " + (i + 1) + " (line " + in.readLong() + ")";
                if (suspects.contains(hash)) {
                    String id = new String(bytes, StandardCharsets.UTF_8);
                    String first = places.putIfAbsent(id, place);
                    if (first != null) {
                        return Optional.of(new Twice(id, first, place));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private DataInputStream open() throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 64 * 1024));
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }

    /** An open-addressing set of longs: 16 to 32 bytes an entry, where a {@code HashSet} takes some 50. */
    private static final class LongSet {
        private long[] table;
        private int size;
        private boolean hasZero;

        LongSet(int expected) {
            this.table = new long[Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 16))) * 2];
        }

        boolean add(long value) {
            if (value == 0) {
                boolean added = !hasZero;
                hasZero = true;
                return added;
            }
            if (size * 2 >= table.length) {
                grow();
            }
            return insert(value);
        }

        private boolean insert(long value) {
            int index = (int) (value ^ (value >>> 32)) & (table.length - 1);
            while (table[index] != 0) {
                if (table[index] == value) {
                    return false;
                }
                index = (index + 1) & (table.length - 1);
            }
            table[index] = value;
            size++;
            return true;
        }

        private void grow() {
            long[] old = table;
            table = new long[old.length * 2];
            size = 0;
            for (long value : old) {
                if (value != 0) {
                    insert(value);
                }
            }
        }
    }
}
