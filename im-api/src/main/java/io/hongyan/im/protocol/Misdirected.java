package io.hongyan.im.protocol;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What begins a connection and is meant for a server of another kind. It is answered in its own language and never given to a handler: the
 * head of a request holds cookies and tokens, and whoever takes it for lines shows them to a room.
 *
 * <p>The line protocol asks, because any text may be a line and so nobody else would: as it is detected, where other protocols are spoken
 * too, so that no session opens; and of its first line, since that may be cut before it can be told, and a listener's only protocol is not
 * detected at all. No line but the first is judged. Who wants to begin with a text that looks like this says another line before it.
 */
public enum Misdirected {
    /** A first line that ends in a version of HTTP, whatever stands before it. */
    HTTP(
            Code.PROTOCOL_ERROR,
            "this connection speaks lines, and no such request; for a WebSocket it must be GET, without a space in its"
                    + " target (%20), HTTP/1.1, and sent within silenceTimeout, and websocket must be among this port's"
                    + " protocols"),
    /** The PROXY protocol of HAProxy, version 1 or 2. */
    PROXY(
            Code.PROTOCOL_ERROR,
            "this port does not take the PROXY protocol; turn it off at the proxy (HAProxy: send-proxy, nginx:"
                    + " proxy_protocol)"),
    /** A ClientHello. */
    TLS(
            Code.PROTOCOL_ERROR,
            "this port has no TLS; connect without it (ws:, http:), or put a proxy in front that ends it"),
    /** A client that negotiates: its first byte is IAC. */
    TELNET(Code.INVALID_TEXT, "this port does not speak Telnet; use raw mode (PuTTY: Connection type Raw), or nc");

    /** As many bytes as {@link #ofStart} needs. */
    static final int START_BYTES = 5;

    private static final byte IAC = (byte) 0xFF;
    private static final byte HANDSHAKE = 0x16;
    private static final byte TLS_MAJOR = 3;

    /** Version 2's signature is longer; but its beginning is two empty lines, and its fifth byte the NUL that no text begins with. */
    private static final byte[] PROXY_2 = {'\r', '\n', '\r', '\n', 0};

    /** RFC 8446, section 6.2: the version is recognised and not supported, as none is. The record's version is what all clients take. */
    private static final byte[] ALERT = {0x15, TLS_MAJOR, 1, 0, 2, 2, 70};

    private final Code code;
    private final String sentence;

    Misdirected(Code code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** Judges what has come so far, from the position on; null if it may be text. */
    public static @Nullable Misdirected of(ByteBuffer first) {
        byte[] bytes = new byte[first.remaining()];
        first.get(first.position(), bytes);
        Misdirected found = ofStart(bytes, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        boolean whole = end < bytes.length;
        return found != null || !whole ? found : ofLine(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
    }

    /** What the very first bytes tell, whatever follows. */
    static @Nullable Misdirected ofStart(byte[] bytes, int length) {
        if (length >= 1 && bytes[0] == IAC) {
            return TELNET;
        }
        if (length >= 2 && bytes[0] == HANDSHAKE && bytes[1] == TLS_MAJOR) {
            return TLS;
        }
        boolean proxy = length >= START_BYTES && Arrays.equals(PROXY_2, 0, START_BYTES, bytes, 0, START_BYTES);
        return proxy ? PROXY : null;
    }

    /** What the first line tells, once it is whole; with or without its end. */
    static @Nullable Misdirected ofLine(String line) {
        String text = line.stripTrailing();
        String words = text + " ";
        if (words.startsWith("PROXY TCP4 ") || words.startsWith("PROXY TCP6 ") || words.startsWith("PROXY UNKNOWN ")) {
            return PROXY;
        }
        return endsInVersion(text) ? HTTP : null;
    }

    private static boolean endsInVersion(String text) {
        String pattern = " HTTP/0.0";
        int from = text.length() - pattern.length();
        if (from < 0 || !text.regionMatches(true, from, pattern, 0, 6)) {
            return false;
        }
        return isDigit(text.charAt(from + 6)) && text.charAt(from + 7) == '.' && isDigit(text.charAt(from + 8));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** How it is answered. */
    public ProtocolException refusal() {
        CloseReason reason = CloseReason.of(code, sentence);
        return new ProtocolException(reason, answer(reason));
    }

    private Wire answer(CloseReason reason) {
        return switch (this) {
            case HTTP -> badRequest(sentence + "\n");
            case TLS -> Wire.of(ALERT);
            case PROXY, TELNET -> LineProtocol.ENCODER.closing(reason);
        };
    }

    private static Wire badRequest(String body) {
        String head = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "X-Content-Type-Options: nosniff\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return Wire.of((head + body).getBytes(StandardCharsets.US_ASCII));
    }
}
