package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The header of a frame from a client, RFC 6455, section 5.2: 6 to 14 bytes, each judged as it comes, before any of the
 * payload is awaited. Knows whether a fragmented message is under way. Of one decoder, on its loop.
 */
final class FrameHeader {
    private static final int KEY_BYTES = Integer.BYTES;

    /** By how much compression may lengthen a message that cannot be compressed, beside a thousandth of it. */
    private static final int DEFLATE_SLACK = 1024;

    private final int maxMessageBytes;
    private final boolean deflates;

    /** Bytes taken of this header, where its length ends, and where the key behind that does. */
    private int taken;

    private int lengthEnd;
    private int end = 2;

    private int first;
    private boolean masked;
    private int code;
    private long length;
    private int key;

    // ---- of the message that this frame is of, or that it stands within

    private boolean continuing;
    private boolean text;
    private boolean compressed;

    FrameHeader(int maxMessageBytes, boolean deflates) {
        this.maxMessageBytes = maxMessageBytes;
        this.deflates = deflates;
    }

    /**
     * Takes bytes until the header is whole.
     *
     * @param before payload bytes of the message in the frames before
     * @return false if more bytes are needed
     */
    boolean read(ByteBuffer input, int before) throws ProtocolException {
        while (taken < end) {
            if (!input.hasRemaining()) {
                return false;
            }
            take(input.get() & 0xFF);
            judge(before);
        }
        return true;
    }

    /** The same whatever rule it breaks, from wherever {@link #read} stands. */
    boolean skim(ByteBuffer input) {
        while (taken < end && input.hasRemaining()) {
            take(input.get() & 0xFF);
        }
        return taken == end;
    }

    /** The frame is done; the next byte is of the next one. */
    void next() {
        if (!isControl()) {
            continuing = !isLast();
        }
        taken = 0;
        end = 2;
    }

    int heldBytes() {
        return taken;
    }

    /** Whether the next byte begins a message, or stands between two. */
    boolean isIdle() {
        return taken == 0 && !continuing;
    }

    private void take(int b) {
        taken++;
        if (taken == 1) {
            first = b;
            lengthEnd = 0;
        } else if (taken == 2) {
            masked = (b & Frame.MASKED) != 0;
            code = b & 0x7F;
            lengthEnd = code == Frame.LENGTH_16 ? 4 : code == Frame.LENGTH_64 ? 10 : 2;
            end = lengthEnd + (masked ? KEY_BYTES : 0);
            length = code <= Frame.MAX_SHORT ? code : 0;
        } else if (taken <= lengthEnd) {
            length = length << Byte.SIZE | b;
        } else {
            key = key << Byte.SIZE | b;
        }
    }

    private void judge(int before) throws ProtocolException {
        if (taken == 1) {
            judgeFirst();
        } else if (taken == 2) {
            judgeSecond();
        }
        if (taken == lengthEnd) {
            judgeLength(before);
        }
    }

    private void judgeFirst() throws ProtocolException {
        if ((first & 0x30) != 0) {
            throw Violation.of("frame with reserved bit RSV2 or RSV3, and no extension that uses it");
        }
        if (Opcode.isReserved(opcode())) {
            throw Violation.of("frame with reserved opcode " + opcode());
        }
        boolean rsv1 = (first & Frame.RSV1) != 0;
        if (rsv1 && !deflates) {
            throw Violation.of("frame with reserved bit RSV1, and no extension that uses it");
        }
        if (isControl()) {
            judgeControl(rsv1);
        } else {
            judgeData(rsv1);
        }
    }

    private void judgeControl(boolean rsv1) throws ProtocolException {
        if (!isLast()) {
            throw Violation.of("control frame " + opcode() + " is fragmented");
        }
        if (rsv1) {
            throw Violation.of("control frame " + opcode() + " is marked as compressed");
        }
    }

    private void judgeData(boolean rsv1) throws ProtocolException {
        if (opcode() == Opcode.CONTINUATION) {
            if (!continuing) {
                throw Violation.of("continuation frame without a message to continue");
            }
            if (rsv1) {
                throw Violation.of("continuation frame is marked as compressed, only a message's first frame may be");
            }
            return;
        }
        if (continuing) {
            throw Violation.of("new message before the last fragment of the one before");
        }
        text = opcode() == Opcode.TEXT;
        compressed = rsv1;
    }

    private void judgeSecond() throws ProtocolException {
        if (!masked) {
            throw Violation.of("frame from a client is not masked");
        }
        if (isControl() && code > Frame.MAX_SHORT) {
            throw Violation.of("control frame " + opcode() + " of more than " + Frame.MAX_SHORT + " bytes");
        }
    }

    /** As it was read, the length is an unsigned number: one with the top bit is negative here, and refused first. */
    private void judgeLength(int before) throws ProtocolException {
        if (length < 0) {
            throw Violation.of("frame length has its most significant bit set");
        }
        if ((code == Frame.LENGTH_16 && length < Frame.LENGTH_16) || (code == Frame.LENGTH_64 && length <= 0xFFFF)) {
            throw Violation.of("frame length " + length + " is not in its shortest form");
        }
        if (!isControl() && length > most() - before) {
            throw Violation.tooBig("message", maxMessageBytes);
        }
    }

    private long most() {
        return compressed ? (long) maxMessageBytes + maxMessageBytes / 1000 + DEFLATE_SLACK : maxMessageBytes;
    }

    // ---- valid while the header is whole

    boolean isWhole() {
        return taken == end;
    }

    boolean isControl() {
        return Opcode.isControl(opcode());
    }

    /** Whether this frame is a whole message by itself. */
    boolean isSingle() {
        return isLast() && opcode() != Opcode.CONTINUATION;
    }

    boolean isLast() {
        return (first & Frame.FIN) != 0;
    }

    int opcode() {
        return first & 0x0F;
    }

    /** Whether the message is text. */
    boolean isText() {
        return text;
    }

    /** Whether the message is compressed. */
    boolean isCompressed() {
        return compressed;
    }

    /** At most what was allowed, so an int. */
    int length() {
        return (int) length;
    }

    /** Of a frame that was skimmed; negative if it is 2^63 bytes or more. */
    long anyLength() {
        return length;
    }

    int key() {
        return key;
    }
}
