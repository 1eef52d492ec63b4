package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The inflating of one message, which ends at the first byte over the limit. */
final class Inflation {
    private static final int STEP_BYTES = 8 * 1024;

    private final Inflater inflater;
    private final int maxMessageBytes;
    private final Payload message = new Payload();
    private final byte[] step = new byte[STEP_BYTES];

    Inflation(Inflater inflater, int maxMessageBytes) {
        this.inflater = inflater;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** A block that is marked as the last one ends a stream, and another begins: RFC 7692, section 7.2.3.4. */
    void add(byte[] compressed, int from, int length) throws ProtocolException {
        inflater.setInput(compressed, from, length);
        while (true) {
            int count = inflate();
            if (count > maxMessageBytes - message.length()) {
                throw Violation.tooBig("message that inflates to one", maxMessageBytes);
            }
            message.append(ByteBuffer.wrap(step), count, maxMessageBytes);
            int left = inflater.getRemaining();
            if (inflater.finished()) {
                inflater.reset();
                inflater.setInput(compressed, from + length - left, left);
            }
            if (left == 0 && count < step.length) {
                return;
            }
        }
    }

    private int inflate() throws ProtocolException {
        try {
            return inflater.inflate(step);
        } catch (DataFormatException e) {
            throw Violation.of("compressed message is not in the format of RFC 1951");
        }
    }

    Payload whole() {
        return message;
    }
}
