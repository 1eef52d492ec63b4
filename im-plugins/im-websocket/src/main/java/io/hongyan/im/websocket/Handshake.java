package io.hongyan.im.websocket;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The request that a WebSocket began with. Immutable. A {@link HandshakeFilter} sees all of it. What the session keeps, under {@link
 * WebSocket#HANDSHAKE}, is less: of the header fields only those that {@link WebSocketProtocol.Builder#keepHeaders} names, and of the
 * subprotocols the one that is spoken, so that neither a browser's cookies nor a token live as long as the session.
 *
 * <p>Everything in it is what the peer said, but for the address and the subprotocol.
 *
 * @param path the target's path as it was sent, percent-encoded; begins with a slash
 * @param query what came behind the question mark, as it was sent; empty if there was none
 * @param headers the values of each header field, by its name in lower case; the order of the values is that of their lines. That of
 *     {@code host} is the host that the request is for: of its target, if that is in absolute form
 * @param subprotocols what the client asks for, its favourite first
 * @param subprotocol what it gets: the first that the server lists and the client asks for
 * @param remoteAddress the peer's address as the server sees it
 */
public record Handshake(
        String path,
        String query,
        Map<String, List<String>> headers,
        List<String> subprotocols,
        Optional<String> subprotocol,
        InetSocketAddress remoteAddress) {

    /** Copies map and lists. */
    public Handshake {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(subprotocol, "subprotocol");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
        Map<String, List<String>> copy = new LinkedHashMap<>();
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Map.copyOf(copy);
        subprotocols = List.copyOf(subprotocols);
    }

    /** What the session keeps. */
    Handshake kept(Set<String> names) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String name : names) {
            List<String> values = headers.get(name);
            if (values != null) {
                fields.put(name, values);
            }
        }
        return new Handshake(path, query, fields, subprotocol.stream().toList(), subprotocol, remoteAddress);
    }

    /**
     * The value of a header field.
     *
     * @param name its name, in any case
     * @return the first value, or empty if there is none
     */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /**
     * Whose page it is that connects; only a browser says so.
     *
     * @return the value of Origin
     */
    public Optional<String> origin() {
        return header("origin");
    }

    /**
     * The cookies, RFC 6265, section 4.2.
     *
     * @return the value of each, by its name; of several with one name the first, as it is the most specific
     */
    public Map<String, String> cookies() {
        Map<String, String> cookies = new LinkedHashMap<>();
        for (String line : headers.getOrDefault("cookie", List.of())) {
            for (StringTokenizer pairs = new StringTokenizer(line, ";"); pairs.hasMoreTokens(); ) {
                String pair = pairs.nextToken();
                int sign = pair.indexOf('=');
                if (sign > 0) {
                    cookies.putIfAbsent(
                            pair.substring(0, sign).strip(),
                            Ascii.unquoted(pair.substring(sign + 1).strip()));
                }
            }
        }
        return Map.copyOf(cookies);
    }

    /** Says who, never what: path, query and headers may hold secrets. */
    @Override
    public String toString() {
        return "handshake of " + remoteAddress;
    }
}
