package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the simulator saw and what came of it: the witness of a crash test. With a file each entry is a line of JSON that is on
 * the disk before the answer's first byte is on the wire. An effect has happened if and only if it is in here.
 */
public final class Ledger implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<SeenRequest> requests = new ArrayList<>();
    private final FileChannel file;

    /** @param file where entries are appended after those that are there; null for memory only */
    Ledger(Path file) throws IOException {
        if (file != null && Files.exists(file)) {
            requests.addAll(read(file));
        }
        this.file = file == null ? null : open(file);
    }

    /** A last line that a kill left half is cut off, so that the next one is whole. */
    private static FileChannel open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        byte[] lines = Files.readAllBytes(path);
        int end = lines.length;
        while (end > 0 && lines[end - 1] != '\n') {
            end--;
        }
        file.truncate(end).position(end);
        return file;
    }

    /** The entries in a file, also one that is being written to. */
    public static List<SeenRequest> read(Path file) throws IOException {
        String text = Files.readString(file);
        int end = text.lastIndexOf('\n');
        return Arrays.stream(text.substring(0, Math.max(0, end)).split("\n"))
                .filter(line -> !line.isEmpty())
                .map(line -> JSON.readValue(line, SeenRequest.class))
                .toList();
    }

    synchronized void record(SeenRequest request) {
        if (file != null) {
            append(JSON.writeValueAsString(request) + "\n");
        }
        requests.add(request);
    }

    private void append(String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All that were seen, tokens and others too. */
    public synchronized List<SeenRequest> requests() {
        return List.copyOf(requests);
    }

    /** Those of one kind. */
    public List<SeenRequest> requests(Target target) {
        return requests().stream().filter(request -> request.target() == target).toList();
    }

    /** How often each item was processed, by its subject and id with a blank between; items without an effect are missing. */
    public Map<String, Integer> effects() {
        return effects(requests());
    }

    /** The same of entries that were read from a file. */
    public static Map<String, Integer> effects(List<SeenRequest> requests) {
        return count(requests, SeenItem::effect);
    }

    /**
     * How many requests named each item, with or without an effect, by its subject and id with a blank between. Requests whose body a
     * fault left unread name none.
     */
    public static Map<String, Integer> sightings(List<SeenRequest> requests) {
        return count(requests, item -> true);
    }

    private static Map<String, Integer> count(List<SeenRequest> requests, Predicate<SeenItem> wanted) {
        Map<String, Integer> counts = new TreeMap<>();
        requests.stream()
                .flatMap(request -> request.items().stream())
                .filter(wanted)
                .forEach(item -> counts.merge(item.subject() + " " + item.id(), 1, Integer::sum));
        return counts;
    }

    /** Forgets what is in memory; the file stays. */
    public synchronized void forget() {
        requests.clear();
    }

    long lastNumber() {
        return requests().stream().mapToLong(SeenRequest::number).max().orElse(0);
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
