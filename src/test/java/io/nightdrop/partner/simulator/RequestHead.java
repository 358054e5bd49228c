package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The first line and the headers of a request. */
record RequestHead(String method, String uri, String version, Map<String, List<String>> headers) {

    private static final int LONGEST_LINE = 64 * 1024;

    /** Null when the client has nothing more to ask. */
    static RequestHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        String[] parts = first.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new NoHttp("This is no HTTP request: " + first);
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !"".equals(line); line = line(in)) {
            if (line == null) {
                throw new IOException("The headers have no end");
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new NoHttp("This is no header: " + line);
            }
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new RequestHead(parts[0], parts[1], parts[2], headers);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new IOException("Cut in the headers");
            }
            if (line.length() > LONGEST_LINE) {
                throw new NoHttp("A header is too long");
            }
            line.append((char) next);
        }
        int end = line.length() - 1;
        return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
    }

    String path() {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** Null when it was not sent; several are one with commas between. */
    String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : String.join(", ", values);
    }

    /** -1 when it was not sent. */
    long contentLength() {
        String length = header("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    boolean chunked() {
        return "chunked".equalsIgnoreCase(header("Transfer-Encoding"));
    }

    boolean expectsContinue() {
        return "100-continue".equalsIgnoreCase(header("Expect"));
    }

    boolean keepsAlive() {
        String connection = header("Connection");
        boolean close =
                connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
        return version.equals("HTTP/1.1") && !close;
    }

    /** Whether the media type is this one, whatever its parameters. */
    boolean hasContentType(String type) {
        String sent = header("Content-Type");
        return sent != null && sent.split(";", 2)[0].strip().equalsIgnoreCase(type);
    }
}
