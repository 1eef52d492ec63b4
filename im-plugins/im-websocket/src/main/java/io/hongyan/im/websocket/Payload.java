package io.hongyan.im.websocket;

import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The payload of one unfinished message, with room in front for the header that it is sent on with. The array at most
 * doubles: it never holds more than twice what was received, and {@link #FIRST}. Of one decoder, on its loop.
 */
final class Payload {
    private static final int FIRST = 128;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int begin;
    private int end;

    /** Where the payload begins; only while this is empty. */
    void reserve(int headerBytes) {
        begin = headerBytes;
        end = headerBytes;
    }

    int length() {
        return end - begin;
    }

    byte[] array() {
        return bytes;
    }

    /** Where in the array the payload begins. */
    int begin() {
        return begin;
    }

    /** One past its last byte in the array. */
    int end() {
        return end;
    }

    /**
     * Takes bytes from a buffer.
     *
     * @param most how long the payload can become at the most, so that the array is never larger
     */
    void append(ByteBuffer from, int count, int most) {
        require(count, most);
        from.get(bytes, end, count);
        end += count;
    }

    private void require(int count, int most) {
        if (bytes.length - end < count) {
            long doubled = Math.max(FIRST, 2L * (end + count));
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, (long) begin + most));
        }
    }

    /** Gives the message away as the frame that a server sends, and is empty again. Copies only where no room was reserved. */
    Wire takeFrame(int opcode) {
        int length = length();
        int header = Frame.headerBytes(length);
        byte[] frame = bytes;
        if (header != begin || end != bytes.length) {
            frame = new byte[header + length];
            System.arraycopy(bytes, begin, frame, header, length);
        }
        Frame.putHeader(frame, Frame.FIN | opcode, length);
        clear();
        return Wire.of(frame);
    }

    void clear() {
        bytes = NOTHING;
        reserve(0);
    }

    int heldBytes() {
        return bytes.length;
    }
}
