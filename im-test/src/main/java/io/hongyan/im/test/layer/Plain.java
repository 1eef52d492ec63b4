package io.hongyan.im.test.layer;

import java.util.Arrays;

/** Plain bytes that came out of records and are still to be handed out. */
final class Plain {
    private byte[] bytes = new byte[Kind.MOST_BYTES];
    private int from;
    private int to;

    boolean isEmpty() {
        return from == to;
    }

    int size() {
        return to - from;
    }

    void add(byte[] more) {
        if (from > 0 && to + more.length > bytes.length) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to + more.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, to + more.length));
        }
        System.arraycopy(more, 0, bytes, to, more.length);
        to += more.length;
    }

    /** Takes at most so many; answers how many. */
    int take(byte[] target, int most) {
        int count = Math.min(most, size());
        System.arraycopy(bytes, from, target, 0, count);
        from += count;
        return count;
    }
}
