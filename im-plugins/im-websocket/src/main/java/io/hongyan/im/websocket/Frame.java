package io.hongyan.im.websocket;

import io.hongyan.im.spi.Wire;

/** Frames as a server sends them: whole, unmasked, with the shortest length. RFC 6455, section 5.2. */
final class Frame {
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int MASKED = 0x80;

    /** The largest length that stands in the second byte itself; the most that a control frame may carry. */
    static final int MAX_SHORT = 125;

    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;

    private static final int MAX_16 = 0xFFFF;

    private Frame() {}

    static int headerBytes(int payloadBytes) {
        return payloadBytes <= MAX_SHORT ? 2 : payloadBytes <= MAX_16 ? 4 : 10;
    }

    /** Puts a header of {@link #headerBytes} at the array's beginning. */
    static void putHeader(byte[] frame, int first, int payloadBytes) {
        frame[0] = (byte) first;
        if (payloadBytes <= MAX_SHORT) {
            frame[1] = (byte) payloadBytes;
            return;
        }
        boolean fits = payloadBytes <= MAX_16;
        frame[1] = (byte) (fits ? LENGTH_16 : LENGTH_64);
        long rest = payloadBytes;
        for (int i = fits ? 3 : 9; i > 1; i--) {
            frame[i] = (byte) rest;
            rest >>>= Byte.SIZE;
        }
    }

    static Wire of(int opcode, byte[] payload) {
        int header = headerBytes(payload.length);
        byte[] frame = new byte[header + payload.length];
        putHeader(frame, FIN | opcode, payload.length);
        System.arraycopy(payload, 0, frame, header, payload.length);
        return Wire.of(frame);
    }
}
