package io.hongyan.im.test.layer;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The kinds of records on the wire: two bytes, a kind in the upper four bits and a length in the others, then so many bytes, each of them
 * masked.
 *
 * <pre>
 *   client: HELLO  DATA*          KEY  DATA*  GOODBYE
 *   server:   HELLO   DATA*  ASK     DATA*     GOODBYE
 * </pre>
 */
enum Kind {
    /** The first of each side; the server sends nothing before the client's. */
    HELLO(1),
    DATA(2),

    /** The server sends no data from here on until it has a {@link #KEY}. */
    ASK(3),
    KEY(4),

    /** The last of each side. */
    GOODBYE(5);

    static final int HEADER_BYTES = 2;
    static final int MOST_BYTES = 2048;

    /** The payload of what carries no data, so that it can be cut, too. */
    static final int TOKEN_BYTES = 16;

    private static final int LENGTH_BITS = 12;
    private static final byte MASK = 0x5A;

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    private static Kind of(int code) throws IOException {
        for (Kind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IOException("no record is of kind " + code);
    }

    void put(ByteBuffer target, ByteBuffer payload, int length) {
        target.putShort((short) (code << LENGTH_BITS | length));
        for (int i = 0; i < length; i++) {
            target.put((byte) (payload.get() ^ MASK));
        }
    }

    /** What carries no data. */
    void put(ByteBuffer target) {
        put(target, ByteBuffer.allocate(TOKEN_BYTES), TOKEN_BYTES);
    }

    /** Who takes records. */
    interface Sink {
        /** One record; the payload is unmasked, and its own. */
        void record(Kind kind, byte[] payload) throws IOException;
    }

    /** Takes all whole records; a part of one stays. */
    static void takeAll(ByteBuffer source, Sink sink) throws IOException {
        while (source.remaining() >= HEADER_BYTES) {
            int header = source.getShort(source.position()) & 0xFFFF;
            int length = header & (1 << LENGTH_BITS) - 1;
            Kind kind = of(header >>> LENGTH_BITS);
            if (length > MOST_BYTES) {
                throw new IOException("no record is of " + length + " bytes");
            }
            if (source.remaining() < HEADER_BYTES + length) {
                return;
            }
            source.position(source.position() + HEADER_BYTES);
            byte[] payload = new byte[length];
            source.get(payload);
            for (int i = 0; i < length; i++) {
                payload[i] ^= MASK;
            }
            sink.record(kind, payload);
        }
    }
}
