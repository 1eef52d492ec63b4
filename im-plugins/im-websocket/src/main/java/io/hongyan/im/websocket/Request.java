package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.util.List;
import java.util.Locale;

/**
 * A sound request: of a method, a version and a form that are served here, whatever it asks for.
 *
 * @param head the head
 * @param host the value of Host; empty in HTTP/1.0 without one
 * @param path as it was sent, percent-encoded
 * @param query what was behind the question mark, empty if there was none
 */
record Request(HttpHead head, String host, String path, String query) {
    static Request of(HttpHead head) throws ProtocolException {
        if (!head.version().startsWith("HTTP/1.")) {
            throw HttpAnswer.refusal(505, "only HTTP/1.1 is spoken here");
        }
        if (head.method().equals("HEAD")) {
            throw HttpAnswer.refusalWithoutBody(405, "only GET is served here", "Allow: GET");
        }
        if (!head.method().equals("GET")) {
            throw HttpAnswer.refusal(405, "only GET is served here", "Allow: GET");
        }
        requireNoBody(head);
        String host = host(head);
        String target = withoutAuthority(head.target(), host);
        if (!target.startsWith("/") || target.indexOf('#') >= 0) {
            throw HttpAnswer.refusal(400, "the request's target must begin with a slash and have no fragment");
        }
        int mark = target.indexOf('?');
        return mark < 0
                ? new Request(head, host, target, "")
                : new Request(head, host, target.substring(0, mark), target.substring(mark + 1));
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

    /** An absolute target must name the host that Host names: RFC 9112, section 3.2.2. */
    private static String withoutAuthority(String target, String host) throws ProtocolException {
        String lower = target.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            return target;
        }
        int begin = target.indexOf("//") + 2;
        int slash = target.indexOf('/', begin);
        int end = slash < 0 ? target.length() : slash;
        if (!target.substring(begin, end).equalsIgnoreCase(host)) {
            throw HttpAnswer.refusal(400, "the request's target names another host than Host");
        }
        return slash < 0 ? "/" : target.substring(slash);
    }
}
