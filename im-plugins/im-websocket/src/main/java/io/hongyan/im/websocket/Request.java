package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.util.List;
import java.util.Locale;

/**
 * A sound request: of a method, a version and a form that are served here, whatever it asks for.
 *
 * @param head the head
 * @param host the host that it is for: that of the target where it names one, else that of Host; empty in HTTP/1.0 without either
 * @param path as it was sent, percent-encoded
 * @param query what was behind the question mark, empty if there was none
 */
record Request(HttpHead head, String host, String path, String query) {
    private static final String HEAD = "HEAD";

    static Request of(HttpHead head) throws ProtocolException {
        try {
            return judged(head);
        } catch (ProtocolException e) {
            throw head.method().equals(HEAD) ? HttpAnswer.withoutBody(e) : e;
        }
    }

    private static Request judged(HttpHead head) throws ProtocolException {
        if (!head.version().startsWith("HTTP/1.")) {
            throw HttpAnswer.refusal(
                    505, "only HTTP/1.1 is spoken here; a proxy in front may translate other versions");
        }
        if (!head.method().equals("GET") && !head.method().equals(HEAD)) {
            throw HttpAnswer.refusal(405, "only GET is served here", "Allow: GET, HEAD");
        }
        requireNoBody(head);
        String host = host(head);
        Target target = Target.of(head.target());
        return new Request(head, target.host().isEmpty() ? host : target.host(), target.path(), target.query());
    }

    private static void requireNoBody(HttpHead head) throws ProtocolException {
        if (!head.values("transfer-encoding").isEmpty()) {
            throw HttpAnswer.refusal(400, "the request has Transfer-Encoding, but a body is not wanted");
        }
        List<String> lengths = head.values("content-length");
        if (!lengths.isEmpty() && !lengths.equals(List.of("0"))) {
            throw HttpAnswer.refusal(400, "the request has Content-Length, and it is not a single 0");
        }
    }

    private static String host(HttpHead head) throws ProtocolException {
        List<String> hosts = head.values("host");
        if (hosts.isEmpty() && head.version().equals("HTTP/1.0")) {
            return "";
        }
        if (hosts.size() != 1) {
            throw HttpAnswer.refusal(400, "the request must have one Host, has " + hosts.size());
        }
        String host = hosts.get(0);
        if (!HostName.isHostAndPort(host)) {
            throw HttpAnswer.refusal(400, "Host is not a host name or address with perhaps a port");
        }
        return host;
    }

    /** Whether only the head of the answer is wanted; an Upgrade is ignored then, as it may be (RFC 9110, section 7.8). */
    boolean wantsHeadOnly() {
        return head.method().equals(HEAD);
    }

    /** Whether a WebSocket is asked for. Any other Upgrade is an offer that is ignored. */
    boolean wantsWebSocket() {
        return !wantsHeadOnly() && head.hasMember("upgrade", "websocket");
    }

    /** Whether the query has this parameter, as it is written here. */
    boolean hasParameter(String parameter) {
        return List.of(query.split("&", -1)).contains(parameter);
    }

    /**
     * What a request is for.
     *
     * @param host empty unless the target is in absolute form
     */
    private record Target(String host, String path, String query) {
        /** In absolute form its host is the one that counts, and Host is not: RFC 9112, section 3.2.2. */
        static Target of(String target) throws ProtocolException {
            String lower = target.toLowerCase(Locale.ROOT);
            boolean secure = lower.startsWith("https://");
            if (!secure && !lower.startsWith("http://")) {
                return of("", target);
            }
            int begin = target.indexOf("//") + 2;
            int end = begin;
            while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
                end++;
            }
            String authority = target.substring(begin, end);
            if (!HostName.isHostAndPort(authority)) {
                throw HttpAnswer.refusal(400, "the target's host is not a host name or address with perhaps a port");
            }
            String host = withoutDefaultPort(authority, secure ? ":443" : ":80");
            String rest = target.substring(end);
            return of(host, rest.startsWith("?") || rest.isEmpty() ? "/" + rest : rest);
        }

        private static Target of(String host, String target) throws ProtocolException {
            if (!target.startsWith("/") || target.indexOf('#') >= 0) {
                throw HttpAnswer.refusal(400, "the request's target must begin with a slash and have no fragment");
            }
            int mark = target.indexOf('?');
            return mark < 0
                    ? new Target(host, target, "")
                    : new Target(host, target.substring(0, mark), target.substring(mark + 1));
        }

        /** An empty port is the default one, too: RFC 3986, section 3.2.3. */
        private static String withoutDefaultPort(String hostAndPort, String defaultPort) {
            for (String port : List.of(":", defaultPort)) {
                if (hostAndPort.endsWith(port)) {
                    return hostAndPort.substring(0, hostAndPort.length() - port.length());
                }
            }
            return hostAndPort;
        }
    }
}
