package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.charset.StandardCharsets;

/** What a request is answered that does not become a WebSocket: always with a length, and the connection ends. */
final class HttpAnswer {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private HttpAnswer() {}

    /**
     * The request is refused.
     *
     * @param sentence which rule was broken; the peer gets it, and it holds nothing of what the peer sent
     * @param fields header fields, each a whole line without its end
     */
    static ProtocolException refusal(int status, String sentence, String... fields) {
        return refusal(Code.PROTOCOL_ERROR, status, sentence, fields);
    }

    static ProtocolException refusal(Code code, int status, String sentence, String... fields) {
        return new ProtocolException(
                CloseReason.of(code, "HTTP " + status + ": " + sentence), of(status, sentence, fields));
    }

    /** An alert of TLS: the version is known and not supported (RFC 8446, section 6.2), as none is. */
    static ProtocolException noTls() {
        return new ProtocolException(
                CloseReason.of(
                        Code.PROTOCOL_ERROR,
                        "this port has no TLS; connect by ws:, not wss:, or put a proxy in front that ends TLS"),
                Wire.of(new byte[] {0x15, 3, 1, 0, 2, 2, 70}));
    }

    /** What answers a HEAD: the same head, length included, and nothing behind it (RFC 9110, section 9.3.2). */
    static ProtocolException withoutBody(ProtocolException answered) {
        Wire whole = answered.lastWords();
        String text = whole.text(0, whole.length());
        String head = text.substring(0, text.indexOf(END_OF_HEAD) + END_OF_HEAD.length());
        return new ProtocolException(answered.reason(), Wire.of(head.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Text, as UTF-8. */
    static Wire of(int status, String text, String... fields) {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(phrase(status))
                .append("\r\nConnection: close")
                .append(status == 426 ? ", Upgrade\r\nUpgrade: websocket" : "")
                .append(
                        "\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[first.length + body.length];
        System.arraycopy(first, 0, whole, 0, first.length);
        System.arraycopy(body, 0, whole, first.length, body.length);
        return Wire.of(whole);
    }

    /** RFC 9110, section 15; a status without a phrase of its own has that of its class. */
    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> status < 500 ? "Bad Request" : "Internal Server Error";
        };
    }
}
