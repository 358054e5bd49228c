package io.nightdrop.partner.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Brings an answer to the client, whole or in one of many ways that it should not come. */
final class Wire {

    private static final Set<Fault> WITHOUT_STATUS = EnumSet.of(
            Fault.RESET_AFTER_REQUEST,
            Fault.RESET_AFTER_REQUEST_UNDONE,
            Fault.CLOSED_AFTER_REQUEST,
            Fault.CLOSED_AFTER_REQUEST_UNDONE,
            Fault.STALLED_BEFORE_HEADERS,
            Fault.STALLED_BEFORE_HEADERS_UNDONE,
            Fault.STALLED_IN_HEADERS,
            Fault.CLOSED_IN_HEADERS,
            Fault.GARBAGE);

    private static final Duration ON_ITS_WAY = Duration.ofMillis(50);
    private static final int GARBAGE_BYTES = 512;
    private static final int VAST_HEADER_BYTES = 1 << 20;

    private final Line line;
    private final FaultTimes times;
    private final boolean keepAlive;
    private final Runnable beforeTheEnd;

    /** @param beforeTheEnd what is to be done before the answer's last byte is written or the connection is ended */
    Wire(Line line, FaultTimes times, boolean keepAlive, Runnable beforeTheEnd) {
        this.line = line;
        this.times = times;
        this.keepAlive = keepAlive;
        this.beforeTheEnd = beforeTheEnd;
    }

    /** Whether the client is shown a status at all. */
    static boolean showsStatus(Fault fault) {
        return fault.place() != Fault.Place.REQUEST && !WITHOUT_STATUS.contains(fault);
    }

    /**
     * Sends an answer as a fault wants it.
     *
     * @return whether another request may come on the same connection
     */
    boolean send(Answer answer, Fault fault) throws IOException {
        byte[] body = answer.body();
        return switch (fault) {
            case RESET_AFTER_REQUEST, RESET_AFTER_REQUEST_UNDONE -> reset();
            case CLOSED_AFTER_REQUEST, CLOSED_AFTER_REQUEST_UNDONE -> hangUp();
            case STALLED_BEFORE_HEADERS, STALLED_BEFORE_HEADERS_UNDONE -> stall();
            case STALLED_IN_HEADERS -> part(halfOfHead(answer)) && stall();
            case CLOSED_IN_HEADERS -> part(halfOfHead(answer)) && hangUp();
            case STALLED_AFTER_HEADERS -> part(head(answer, length(body))) && stall();
            case STALLED_IN_BODY -> part(head(answer, length(body)), half(body)) && stall();
            case RESET_IN_BODY -> part(head(answer, length(body)), half(body)) && reset();
            case HALF_BODY -> part(head(answer, length(body)), half(body)) && hangUp();
            case LENGTH_TOO_LONG -> part(head(answer, "Content-Length: " + (body.length + 100)), body) && hangUp();
            case CHUNKED -> whole(head(answer, "Transfer-Encoding: chunked"), chunks(body), LAST_CHUNK);
            case CHUNKED_CUT -> part(head(answer, "Transfer-Encoding: chunked"), chunks(half(body))) && hangUp();
            case CHUNKED_BROKEN ->
                part(head(answer, "Transfer-Encoding: chunked"), chunks(half(body)), ascii("zz\r\n"), body) && hangUp();
            case CLOSE_DELIMITED -> part(head(answer, "Connection: close"), body) && endWell();
            case CLOSE_DELIMITED_CUT -> part(head(answer, "Connection: close"), half(body)) && endWell();
            case HTTP_1_0 -> part(ofHttp10(head(answer, length(body))), body) && endWell();
            case GARBAGE -> part(garbage(GARBAGE_BYTES)) && hangUp();
            case DRIBBLE -> dribble(join(head(answer, length(body)), body));
            case VAST_BODY -> vast(answer);
            default -> sendWhole(answer, fault);
        };
    }

    /** The faults that are whole and well-formed HTTP; only some of them tell less than the truth. */
    private boolean sendWhole(Answer answer, Fault fault) throws IOException {
        byte[] body = answer.body();
        return switch (fault) {
            case SLOW -> line.silence(times.delay()) && whole(head(answer, length(body)), body);
            case LATE_ANSWER -> line.silence(times.late()) && whole(head(answer, length(body)), body);
            case LENGTH_TOO_SHORT -> whole(head(answer, length(half(body))), body);
            case VAST_HEADERS -> whole(head(answer.with("X-Filler", filler()), length(body)), body);
            case EARLY_HINTS ->
                whole(
                        ascii("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"),
                        head(answer, length(body)),
                        body);
            case UNASKED_CONTINUE -> whole(ascii("HTTP/1.1 100 Continue\r\n\r\n"), head(answer, length(body)), body);
            case GZIPPED -> plain(answer.with("Content-Encoding", "gzip").withBody(gzip(body)));
            case OTHER_CONTENT_TYPE -> plain(answer.with("Content-Type", "text/plain; charset=utf-8"));
            case GARBAGE_BODY -> plain(answer.withBody(garbage(body.length)));
            case EMPTY_BODY -> plain(answer.withBody(new byte[0]));
            case TRUNCATED_JSON -> plain(answer.withBody(half(body)));
            case OTHER_JSON -> plain(answer.withBody(ascii("{\"ok\":true}")));
            default -> plain(answer);
        };
    }

    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    private boolean plain(Answer answer) throws IOException {
        return answer.status() == 204
                ? whole(head(answer, ""))
                : whole(head(answer, length(answer.body())), answer.body());
    }

    /** The last byte leaves alone, so that the client cannot come again before this request counts as done. */
    private boolean whole(byte[]... parts) throws IOException {
        byte[] all = join(parts);
        line.write(all, 0, all.length - 1);
        beforeTheEnd.run();
        line.write(all, all.length - 1, all.length);
        return keepAlive;
    }

    private boolean part(byte[]... parts) throws IOException {
        line.write(join(parts));
        return true;
    }

    private boolean dribble(byte[] all) throws IOException {
        for (int i = 0; i < all.length; i++) {
            line.pause(times.pace());
            if (i == all.length - 1) {
                beforeTheEnd.run();
            }
            line.write(all, i, i + 1);
        }
        return keepAlive;
    }

    private boolean vast(Answer answer) throws IOException {
        long blank = times.vastBytes();
        line.write(head(answer, "Content-Length: " + (blank + answer.body().length)));
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, (byte) ' ');
        for (long left = blank; left > 0; left -= block.length) {
            line.write(block, 0, (int) Math.min(left, block.length));
        }
        return whole(answer.body());
    }

    private boolean stall() {
        boolean there = line.silence(times.stall());
        return there ? hangUp() : gone();
    }

    private boolean gone() {
        beforeTheEnd.run();
        line.close();
        return false;
    }

    private boolean hangUp() {
        beforeTheEnd.run();
        line.hangUp();
        return false;
    }

    private boolean endWell() throws IOException {
        beforeTheEnd.run();
        line.endWell();
        return false;
    }

    /** What was written before is let through first: a reset would overtake it. */
    private boolean reset() throws IOException {
        line.pause(ON_ITS_WAY);
        beforeTheEnd.run();
        line.reset();
        return false;
    }

    /** @param framing the header that tells where the body ends; may be empty */
    private byte[] head(Answer answer, String framing) {
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        if (!keepAlive && !framing.startsWith("Connection")) {
            headers.put("Connection", "close");
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " " + reason(answer.status()) + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!framing.isEmpty()) {
            head.append(framing).append("\r\n");
        }
        return ascii(head.append("\r\n").toString());
    }

    private byte[] halfOfHead(Answer answer) {
        return half(head(answer, length(answer.body())));
    }

    private static byte[] ofHttp10(byte[] head) {
        byte[] older = head.clone();
        older["HTTP/1.".length()] = '0';
        return older;
    }

    private static String reason(int status) {
        return status < 300 ? "Well" : status < 400 ? "Elsewhere" : "Not Well";
    }

    private static String length(byte[] body) {
        return "Content-Length: " + body.length;
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] chunks(byte[] body) {
        int middle = body.length / 2;
        return join(chunk(Arrays.copyOf(body, middle)), chunk(Arrays.copyOfRange(body, middle, body.length)));
    }

    private static byte[] chunk(byte[] bytes) {
        return bytes.length == 0
                ? bytes
                : join(ascii(Integer.toHexString(bytes.length) + "\r\n"), bytes, ascii("\r\n"));
    }

    /** Bytes above 127, of which no text and no JSON is made. */
    private static byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] |= (byte) 0x80;
        }
        return bytes;
    }

    private static String filler() {
        return "x".repeat(VAST_HEADER_BYTES);
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
