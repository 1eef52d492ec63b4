package io.hongyan.im.protocol;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import java.nio.charset.StandardCharsets;

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
        boolean unexplained =
                reason.code() == Code.NORMAL && reason.retryAfter().isEmpty();
        if (unexplained || reason.code() == Code.PEER_CLOSED || reason.code() == Code.CONNECTION_LOST) {
            return new byte[0];
        }
        String start = "closing " + reason.code() + " ";
        return printable(start + reason.notice(MAX_BYTES - start.length())).getBytes(StandardCharsets.UTF_8);
    }

    /** The text on one line, without control characters. */
    public static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}\\x{2029}]", " ");
    }
}
