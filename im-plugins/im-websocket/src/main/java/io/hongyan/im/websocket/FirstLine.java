package io.hongyan.im.websocket;

import io.hongyan.im.spi.Protocol.Detection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Tells the first line of an HTTP request from any other text: {@code METHOD target HTTP/d.d}, of a method that HTTP knows.
 * Whether the request is a good one is not asked here: it is HTTP, and is to be answered as such. The first byte that such
 * a line cannot have decides against it. So does an empty line: a client of line may have said it, and wait for an answer.
 *
 * <p>What only looks like HTTP, such as a target with a space in it, is not held back for that: the line protocol, which gets it then,
 * gives no first line to anybody that ends in a version of HTTP, and answers 400.
 */
final class FirstLine {
    /** A line that was one so far, and is longer, is taken for one. */
    static final int DECISIVE_BYTES = 512;

    /** PRI begins HTTP/2 without an upgrade: RFC 9113, section 3.4. */
    private static final List<byte[]> METHODS = List.of(
            ascii("GET "),
            ascii("HEAD "),
            ascii("POST "),
            ascii("PUT "),
            ascii("DELETE "),
            ascii("CONNECT "),
            ascii("OPTIONS "),
            ascii("TRACE "),
            ascii("PATCH "),
            ascii("PRI "));

    /** A space stands for any digit. */
    private static final byte[] VERSION = ascii("HTTP/ . ");

    private FirstLine() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static Detection detect(ByteBuffer first) {
        byte[] bytes = new byte[Math.min(first.remaining(), DECISIVE_BYTES)];
        first.get(first.position(), bytes);
        Detection detection = judge(bytes);
        return detection == Detection.NEED_MORE && bytes.length == DECISIVE_BYTES ? Detection.MATCH : detection;
    }

    private static Detection judge(byte[] bytes) {
        for (byte[] method : METHODS) {
            int same = Arrays.mismatch(method, bytes);
            if (same == method.length || same < 0) {
                return target(bytes, method.length);
            }
            if (same == bytes.length) {
                return Detection.NEED_MORE;
            }
        }
        return Detection.NO_MATCH;
    }

    /** At least one byte, none of them a space or a control character. */
    private static Detection target(byte[] bytes, int from) {
        int i = from;
        while (i < bytes.length && (bytes[i] < 0 || (bytes[i] > ' ' && bytes[i] != 0x7F))) {
            i++;
        }
        if (i == bytes.length) {
            return Detection.NEED_MORE;
        }
        return i > from && bytes[i] == ' ' ? version(bytes, i + 1) : Detection.NO_MATCH;
    }

    private static Detection version(byte[] bytes, int from) {
        int end = from + VERSION.length;
        for (int i = from; i < Math.min(end, bytes.length); i++) {
            byte expected = VERSION[i - from];
            boolean fits = expected == ' ' ? bytes[i] >= '0' && bytes[i] <= '9' : bytes[i] == expected;
            if (!fits) {
                return Detection.NO_MATCH;
            }
        }
        return bytes.length <= end ? Detection.NEED_MORE : lineEnd(bytes, end);
    }

    /** A bare LF is an end, too: of a request that is refused. */
    private static Detection lineEnd(byte[] bytes, int from) {
        if (bytes[from] != '\r') {
            return bytes[from] == '\n' ? Detection.MATCH : Detection.NO_MATCH;
        }
        if (from + 1 == bytes.length) {
            return Detection.NEED_MORE;
        }
        return bytes[from + 1] == '\n' ? Detection.MATCH : Detection.NO_MATCH;
    }
}
