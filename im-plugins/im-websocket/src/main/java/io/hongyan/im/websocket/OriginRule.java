package io.hongyan.im.websocket;

import java.util.Locale;
import java.util.Set;

/**
 * Which pages may connect: those of the host that the request names, whatever their port, and those of the list. A browser
 * says in Origin whose page it is, RFC 6454; other clients need not say anything.
 *
 * @param allowed origins in lower case, such as {@code https://example.org}; {@code *} allows all
 * @param required whether a client without an Origin is refused
 */
record OriginRule(Set<String> allowed, boolean required) {
    static final String ANY = "*";

    OriginRule {
        allowed = Set.copyOf(allowed);
    }

    boolean allows(String origin, String host) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (allowed.contains(ANY) || allowed.contains(lower)) {
            return true;
        }
        int scheme = lower.indexOf("://");
        if (scheme < 1) {
            return false;
        }
        String hostAndPort = lower.substring(scheme + 3);
        return HostName.isHostAndPort(hostAndPort)
                && HostName.name(hostAndPort).equals(HostName.name(host.toLowerCase(Locale.ROOT)));
    }
}
