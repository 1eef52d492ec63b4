package io.hongyan.im.spi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Bytes ready for the wire: one encoded message, or something a protocol says by itself. Immutable once made, shared by
 * every session it goes to.
 */
public final class Wire {
    /** No bytes at all. */
    public static final Wire EMPTY = new Wire(new byte[0]);

    private final byte[] bytes;

    private Wire(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes an array over, without a copy.
     *
     * @param bytes from now on never changed by anyone
     * @return the wire
     */
    public static Wire of(byte[] bytes) {
        return new Wire(Objects.requireNonNull(bytes, "bytes"));
    }

    /**
     * How many bytes.
     *
     * @return 0 or more
     */
    public int length() {
        return bytes.length;
    }

    /**
     * Copies bytes into a buffer, as many as are left and fit.
     *
     * @param from the first byte to copy, 0 to {@link #length()}
     * @param target its position is advanced
     * @return how many were copied
     */
    public int copyTo(int from, ByteBuffer target) {
        int count = Math.min(
                bytes.length - from, Objects.requireNonNull(target, "target").remaining());
        target.put(bytes, from, count);
        return count;
    }

    /**
     * Some of the bytes.
     *
     * @param offset the first
     * @param length how many
     * @return a new read-only buffer that shares them
     * @throws IndexOutOfBoundsException if they are not all within this wire
     */
    public ByteBuffer slice(int offset, int length) {
        return ByteBuffer.wrap(bytes).slice(offset, length).asReadOnlyBuffer();
    }

    /**
     * Some of the bytes as text.
     *
     * @param offset the first
     * @param length how many
     * @return the text that they are in UTF-8
     * @throws IndexOutOfBoundsException if they are not all within this wire
     */
    public String text(int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
