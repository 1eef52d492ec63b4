package io.hongyan.im.protocol;

import io.hongyan.im.CloseReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the line and frame protocols say by themselves, before each puts it in its own form. */
public final class Control {
    /** So that the wire with its header or line end stays within the 256 bytes of {@code Encoder.closing}. */
    private static final int MAX_BYTES = 240;

    private Control() {}

    static byte[] missed(long count) {
        return ("missed " + count).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where the peer needs no explanation, or cannot get one. */
    static byte[] closing(CloseReason reason) {
        return switch (reason.code()) {
            case NORMAL, PEER_CLOSED, CONNECTION_LOST -> new byte[0];
            default -> cut(printable("closing " + reason.code() + " " + reason.text()));
        };
    }

    /** The text on one line, without control characters. */
    public static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}\\x{2029}]", " ");
    }

    private static byte[] cut(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return bytes;
        }
        int end = MAX_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
