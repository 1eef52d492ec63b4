package io.hongyan.im.bench;

import java.nio.ByteBuffer;

/** A moment as eight printable characters, six bits each: nanoseconds of a clock, which come round after three days. */
final class Stamp {
    static final int BYTES = 8;

    private static final int BITS = 6;
    private static final int MASK = (1 << BITS) - 1;
    private static final int FIRST = '0';
    private static final long RANGE = (1L << (BITS * BYTES)) - 1;

    private Stamp() {}

    static void put(ByteBuffer buffer, int at, long nanos) {
        long left = nanos;
        for (int i = 0; i < BYTES; i++) {
            buffer.put(at + i, (byte) (FIRST + (left & MASK)));
            left >>>= BITS;
        }
    }

    /** How long before {@code nowNanos} it was put. */
    static long age(ByteBuffer buffer, int at, long nowNanos) {
        long then = 0;
        for (int i = BYTES - 1; i >= 0; i--) {
            then = (then << BITS) | (buffer.get(at + i) - FIRST);
        }
        return (nowNanos - then) & RANGE;
    }
}
