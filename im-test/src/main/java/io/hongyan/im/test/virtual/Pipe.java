package io.hongyan.im.test.virtual;

import java.nio.ByteBuffer;

/** Bytes in the order they came. Guarded by the network's lock. */
final class Pipe {
    private static final int FIRST_CAPACITY = 64;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void put(byte[] source, int from, int to) {
        int count = to - from;
        if (head + size + count > bytes.length) {
            byte[] roomy = size + count > bytes.length ? new byte[2 * (size + count)] : bytes;
            System.arraycopy(bytes, head, roomy, 0, size);
            bytes = roomy;
            head = 0;
        }
        System.arraycopy(source, from, bytes, head + size, count);
        size += count;
    }

    void put(ByteBuffer source, int count) {
        byte[] copy = new byte[count];
        source.get(copy);
        put(copy, 0, count);
    }

    byte[] take(int count) {
        byte[] taken = new byte[count];
        System.arraycopy(bytes, head, taken, 0, count);
        head = count == size ? 0 : head + count;
        size -= count;
        return taken;
    }

    void take(ByteBuffer target, int count) {
        target.put(take(count));
    }

    void moveTo(Pipe other, int count) {
        other.put(take(count), 0, count);
    }

    void clear() {
        head = 0;
        size = 0;
    }
}
