package io.hongyan.im.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Checks bytes for being UTF-8 as they come, and fails at the first byte that no valid text can have there. The table is that of
 * Unicode 15, section 3.9, table 3-7 (no overlong forms, no surrogates, nothing over U+10FFFF). Not thread-safe.
 */
public final class Utf8Validator {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Continuation bytes still to come. */
    private int missing;

    /** What the next continuation byte may be: only the first after a lead byte is narrower than 80..BF. */
    private int lowest = 0x80;

    private int highest = 0xBF;

    /** Ready for the first byte of a text. */
    public Utf8Validator() {}

    /**
     * Checks some more bytes.
     *
     * @param bytes the array
     * @param from the first byte
     * @param to one past the last byte
     * @return false if they cannot be part of valid text; then this object is of no more use
     */
    public boolean update(byte[] bytes, int from, int to) {
        Objects.requireNonNull(bytes, "bytes");
        int i = from;
        while (i < to) {
            if (missing == 0) {
                i = skipAscii(bytes, i, to);
                if (i == to) {
                    return true;
                }
            }
            if (!accept(bytes[i++] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether what was checked so far ends at the end of a code point.
     *
     * @return true also before the first byte
     */
    public boolean isComplete() {
        return missing == 0;
    }

    /** Begins anew. */
    public void reset() {
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to && ((long) LONG.get(bytes, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    private boolean accept(int b) {
        if (missing > 0) {
            if (b < lowest || b > highest) {
                return false;
            }
            missing--;
            lowest = 0x80;
            highest = 0xBF;
            return true;
        }
        if (b < 0x80) {
            return true;
        }
        if (b < 0xC2 || b > 0xF4) {
            return false;
        }
        missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        if (b == 0xE0) {
            lowest = 0xA0;
        } else if (b == 0xF0) {
            lowest = 0x90;
        } else if (b == 0xED) {
            highest = 0x9F;
        } else if (b == 0xF4) {
            highest = 0x8F;
        }
        return true;
    }
}
