package io.nightdrop.partner.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The access tokens that are worth something. */
final class Tokens {

    private record Grant(Instant end, Set<String> scopes) {}

    private final Clock clock;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    Tokens(Clock clock) {
        this.clock = clock;
    }

    static String make() {
        return "canary-access-token-" + UUID.randomUUID();
    }

    void grant(String token, Duration lifetime, Set<String> scopes) {
        grants.put(token, new Grant(clock.instant().plus(lifetime), Set.copyOf(scopes)));
    }

    /** The scopes of a request's token; null when it has none that is worth anything. */
    Set<String> scopes(RequestHead head) {
        String token = token(head);
        Grant grant = token == null ? null : grants.get(token);
        return grant == null || !clock.instant().isBefore(grant.end()) ? null : grant.scopes();
    }

    /** The token of this request is worth nothing from now on. */
    void revoke(RequestHead head) {
        String token = token(head);
        if (token != null) {
            grants.remove(token);
        }
    }

    void revokeAll() {
        grants.clear();
    }

    private static String token(RequestHead head) {
        String sent = head.header("Authorization");
        boolean bearer = sent != null && sent.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length());
        return bearer ? sent.substring("Bearer ".length()).strip() : null;
    }
}
