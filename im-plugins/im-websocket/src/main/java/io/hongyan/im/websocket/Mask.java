package io.hongyan.im.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of RFC 6455, section 5.3: byte i of a frame's payload is XORed with byte i modulo 4 of the key. */
final class Mask {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, NATIVE);

    private Mask() {}

    /**
     * Masks or unmasks in place, a word at a time.
     *
     * @param key the key, its first byte on top
     * @param phase where in the frame's payload the byte at {@code from} stands
     */
    static void apply(byte[] bytes, int from, int to, int key, int phase) {
        int turned = Integer.rotateLeft(key, (phase & 3) * Byte.SIZE);
        long word = (long) turned << Integer.SIZE | (turned & 0xFFFF_FFFFL);
        long ordered = NATIVE == ByteOrder.BIG_ENDIAN ? word : Long.reverseBytes(word);
        int i = from;
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            LONG.set(bytes, i, (long) LONG.get(bytes, i) ^ ordered);
        }
        for (; i < to; i++) {
            bytes[i] ^= (byte) (turned >>> 24);
            turned = Integer.rotateLeft(turned, Byte.SIZE);
        }
    }
}
