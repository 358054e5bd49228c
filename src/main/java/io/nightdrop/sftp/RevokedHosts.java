package io.nightdrop.sftp;

import java.util.regex.Pattern;
import org.apache.sshd.client.config.hosts.KnownHostHashValue;

/**
 * The hosts of an {@code @revoked} line. The SSH library's patterns mean one port, so that {@code *} would miss a server on another one than 22;
 * OpenSSH's do not. A key that is lost is lost on every port: only a hashed host tells nothing of the other ports.
 *
 * @param list patterns with commas in between, or a hashed host
 */
record RevokedHosts(String list) {

    /** Whether the line is about that server. */
    boolean include(KnownHosts.Server server) {
        if (list.charAt(0) == KnownHostHashValue.HASHED_HOST_DELIMITER) {
            return isHashOf(server);
        }
        boolean included = false;
        for (String pattern : list.split(",", -1)) {
            if (!pattern.startsWith("!")) {
                included |= matches(withoutPort(pattern), server.host()) || matches(pattern, server.toString());
            } else if (matches(pattern.substring(1), server.toString())) {
                return false;
            }
        }
        return included;
    }

    private boolean isHashOf(KnownHosts.Server server) {
        try {
            KnownHostHashValue hash = KnownHostHashValue.parse(list);
            return hash.isHostMatch(server.host(), server.port())
                    || hash.isHostMatch(server.host(), KnownHosts.DEFAULT_PORT);
        } catch (RuntimeException unreadable) {
            return true;
        }
    }

    private static String withoutPort(String pattern) {
        int end = pattern.lastIndexOf("]:");
        return pattern.startsWith("[") && end > 0 ? pattern.substring(1, end) : pattern;
    }

    private static boolean matches(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE)
                .matcher(name)
                .matches();
    }
}
