package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * The head of an HTTP/1 request, RFC 9112, sections 2 to 5, without what is only tolerated there: lines end in CR LF and
 * nothing else, none is folded, no space stands before a colon. Only empty lines before the first are ignored, section 2.2,
 * and count against the bound. Resumable at every byte, and bounded. Of one decoder, on its loop.
 */
final class HttpHead {
    static final int MAX_BYTES = 16 * 1024;
    static final int MAX_FIELDS = 100;

    private static final int FIRST_LINE_BYTES = 256;
    private static final int LONG_LINE_BYTES = 1024;

    private static final byte TLS_HANDSHAKE = 0x16;
    private static final byte TLS_MAJOR = 3;
    private static final String PROXIED =
            "the PROXY protocol is not taken here; turn it off at the proxy (HAProxy: send-proxy, nginx:"
                    + " proxy_protocol)";

    private byte[] line = {};
    private int length;
    private int total;

    private String method = "";
    private String target = "";
    private String version = "";
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private int fieldCount;
    private int fieldCharacters;

    /**
     * Takes bytes up to the empty line that ends the head.
     *
     * @return whether the head is whole
     */
    boolean read(ByteBuffer input) throws ProtocolException {
        while (input.hasRemaining()) {
            byte b = input.get();
            if (++total > MAX_BYTES) {
                throw HttpAnswer.refusal(
                        431,
                        "the request's head is longer than " + MAX_BYTES + " bytes; send less, such as fewer cookies");
            }
            if (b != '\n') {
                add(b);
            } else if (endLine()) {
                return true;
            }
        }
        return false;
    }

    int heldBytes() {
        return line.length + fieldCharacters;
    }

    private void add(byte b) throws ProtocolException {
        if (length > 0 && line[length - 1] == '\r') {
            throw bad("a line of the head has a CR without LF; it must end in CR LF");
        }
        boolean control = (b >= 0 && b < ' ' && b != '\t' && b != '\r') || b == 0x7F;
        if (control && (total > 1 || b != TLS_HANDSHAKE)) {
            throw control(b);
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.max(FIRST_LINE_BYTES, 2 * length));
        }
        line[length++] = b;
    }

    /** A ClientHello, or the signature of PROXY version 2, which begins with two empty lines, or what no head may have. */
    private ProtocolException control(byte b) {
        if (total == 2 && line[0] == TLS_HANDSHAKE && b == TLS_MAJOR) {
            return HttpAnswer.noTls();
        }
        return bad(total == 5 && length == 0 && b == 0 ? PROXIED : "the head has a control character");
    }

    /** Whether the head is whole. */
    private boolean endLine() throws ProtocolException {
        if (length == 0 || line[length - 1] != '\r') {
            throw bad("a line of the head ends in LF without CR; it must end in CR LF");
        }
        String text = new String(line, 0, length - 1, StandardCharsets.ISO_8859_1);
        length = 0;
        if (line.length > LONG_LINE_BYTES) {
            line = new byte[0];
        }
        boolean begun = !method.isEmpty();
        if (text.isEmpty()) {
            return begun;
        }
        if (begun) {
            field(text);
        } else {
            requestLine(text);
        }
        return false;
    }

    private void requestLine(String text) throws ProtocolException {
        if (text.startsWith("PROXY TCP4 ") || text.startsWith("PROXY TCP6 ") || text.startsWith("PROXY UNKNOWN")) {
            throw bad(PROXIED);
        }
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            throw bad(
                    "the request line is not a method, a target and a version with one space between (one in the target"
                            + " is %20)");
        }
        if (!Ascii.isToken(parts[0])) {
            throw bad("the request's method is not a token");
        }
        if (!Ascii.isVisible(parts[1])) {
            throw bad("the request's target is empty or has a character that must be percent-encoded");
        }
        if (!isVersion(parts[2])) {
            throw bad("the request's version is not HTTP/ and two digits with a dot between");
        }
        method = parts[0];
        target = parts[1];
        version = parts[2];
        fieldCharacters = text.length();
    }

    private void field(String text) throws ProtocolException {
        if (++fieldCount > MAX_FIELDS) {
            throw HttpAnswer.refusal(431, "the request has more than " + MAX_FIELDS + " header fields; send fewer");
        }
        if (Ascii.isBlank(text.charAt(0))) {
            throw bad("a header field is folded; it must stand on one line");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw bad("a header field has no colon");
        }
        if (colon > 0 && Ascii.isBlank(text.charAt(colon - 1))) {
            throw bad("a header field has a space before its colon");
        }
        String name = text.substring(0, colon);
        if (!Ascii.isToken(name)) {
            throw bad("the name of a header field is not a token");
        }
        fields.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>(1))
                .add(Ascii.trimmed(text.substring(colon + 1)));
        fieldCharacters += text.length();
    }

    private static ProtocolException bad(String sentence) {
        return HttpAnswer.refusal(400, sentence);
    }

    private static boolean isVersion(String text) {
        return text.length() == 8
                && text.startsWith("HTTP/")
                && Ascii.isDigit(text.charAt(5))
                && text.charAt(6) == '.'
                && Ascii.isDigit(text.charAt(7));
    }

    // ---- valid once the head is whole

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    /** Such as {@code HTTP/1.1}. */
    String version() {
        return version;
    }

    /** By name in lower case, in the order they came. */
    Map<String, List<String>> fields() {
        return fields;
    }

    /** The values of one field, its name in lower case; empty if there is none. */
    List<String> values(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** The members of a field whose value is a list, over all its lines. */
    List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (String value : values(name)) {
            for (StringTokenizer split = new StringTokenizer(value, ","); split.hasMoreTokens(); ) {
                String member = Ascii.trimmed(split.nextToken());
                if (!member.isEmpty()) {
                    members.add(member);
                }
            }
        }
        return members;
    }

    boolean hasMember(String name, String wanted) {
        return members(name).stream().anyMatch(wanted::equalsIgnoreCase);
    }
}
