package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Utf8Validator;
import io.hongyan.im.spi.Wire;
import java.nio.charset.StandardCharsets;

/** What a Close frame says: nothing, or a status and a reason. RFC 6455, sections 5.5.1 and 7.4. */
final class CloseFrame {
    /** A Close frame without a status; the number itself is never on the wire. */
    static final int NO_STATUS = 1005;

    private static final int STATUS_BYTES = 2;
    private static final int MAX_REASON_BYTES = Frame.MAX_SHORT - STATUS_BYTES;

    private CloseFrame() {}

    /**
     * Judges what a peer has sent.
     *
     * @return its status, or {@link #NO_STATUS}
     */
    static int status(byte[] payload, int length) throws ProtocolException {
        if (length == 0) {
            return NO_STATUS;
        }
        if (length == 1) {
            throw Violation.of("close frame with half a status");
        }
        int status = (payload[0] & 0xFF) << Byte.SIZE | (payload[1] & 0xFF);
        if (!maySend(status)) {
            throw Violation.of("close frame with status " + status + ", which no peer may send");
        }
        Utf8Validator utf8 = new Utf8Validator();
        if (!utf8.update(payload, STATUS_BYTES, length) || !utf8.isComplete()) {
            throw Violation.invalidText("the reason of a close frame");
        }
        return status;
    }

    /** Those of the RFC and of the IANA registry (1012 to 1014), and those that are for libraries and applications. */
    private static boolean maySend(int status) {
        return (status >= 1000 && status <= 1003)
                || (status >= 1007 && status <= 1014)
                || (status >= 3000 && status <= 4999);
    }

    /** The answer to a peer's Close frame. */
    static Wire echo(int status) {
        return status == NO_STATUS ? Frame.of(Opcode.CLOSE, new byte[0]) : of(status, "");
    }

    /** Status and text of a reason; nothing for a connection that is lost, since 1006 may not be sent. */
    static Wire of(CloseReason reason) {
        return reason.code() == CloseReason.Code.CONNECTION_LOST
                ? Wire.EMPTY
                : of(reason.code().status(), reason.notice(MAX_REASON_BYTES));
    }

    static Wire of(int status, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, MAX_REASON_BYTES);
        while (length < utf8.length && (utf8[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] payload = new byte[STATUS_BYTES + length];
        payload[0] = (byte) (status >>> Byte.SIZE);
        payload[1] = (byte) status;
        System.arraycopy(utf8, 0, payload, STATUS_BYTES, length);
        return Frame.of(Opcode.CLOSE, payload);
    }
}
