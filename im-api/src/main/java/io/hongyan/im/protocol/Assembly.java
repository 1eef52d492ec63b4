package io.hongyan.im.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of one unfinished message, in an array that at most doubles: it never holds more than twice what was received, and
 * {@link #FIRST}. Of one decoder, on its loop.
 */
public final class Assembly {
    private static final int FIRST = 128;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int length;

    public int length() {
        return length;
    }

    /** The array; those up to {@link #length} are the message's. */
    public byte[] array() {
        return bytes;
    }

    byte last() {
        return bytes[length - 1];
    }

    /**
     * Takes bytes from a buffer.
     *
     * @param most how long this message can become at the most, so that the array is never larger
     */
    public void append(ByteBuffer from, int count, int most) {
        if (bytes.length - length < count) {
            long doubled = Math.max(FIRST, 2L * (length + count));
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, most));
        }
        from.get(bytes, length, count);
        length += count;
    }

    /** Drops the last byte. */
    void shorten() {
        length--;
    }

    /** Gives the message away, in an array of just its length, and is empty again. */
    public byte[] take() {
        byte[] whole = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        bytes = NOTHING;
        length = 0;
        return whole;
    }

    public int heldBytes() {
        return bytes.length;
    }
}
