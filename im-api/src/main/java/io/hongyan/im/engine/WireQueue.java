package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What one session has to write: references to wires, and how much of the first has left already. Loop thread only. Its bound
 * is the {@link Backlog}'s.
 */
final class WireQueue {
    private static final Wire[] NOTHING = {};
    private static final int FIRST = 8;

    /** Larger arrays are given up once empty, so that an idle session holds little. */
    private static final int KEPT = 64;

    /** A ring of a power-of-two length. */
    private Wire[] wires = NOTHING;

    private int head;
    private int size;

    /** Bytes of the first wire that were written. */
    private int written;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Whether some of the first wire was written, and some not. */
    boolean isInsideWire() {
        return written > 0;
    }

    void add(Wire wire) {
        if (size == wires.length) {
            grow();
        }
        wires[(head + size++) & (wires.length - 1)] = wire;
    }

    Wire get(int index) {
        return wires[(head + index) & (wires.length - 1)];
    }

    /** Copies from the first unwritten byte on, as much as fits; returns how many wires were begun. */
    int copyTo(ByteBuffer target) {
        int from = written;
        int begun = 0;
        while (begun < size && target.hasRemaining()) {
            get(begun++).copyTo(from, target);
            from = 0;
        }
        return begun;
    }

    /** Notes bytes as written; tells of each wire that is through. */
    void advance(int bytes, Departures departures) {
        int left = bytes + written;
        while (size > 0 && left >= get(0).length()) {
            left -= get(0).length();
            departures.left(remove());
        }
        written = left;
    }

    /** Forgets everything; tells of each wire. */
    void clear(Departures departures) {
        while (size > 0) {
            departures.left(remove());
        }
        written = 0;
        wires = NOTHING;
    }

    private Wire remove() {
        Wire wire = wires[head];
        wires[head] = Wire.EMPTY;
        head = (head + 1) & (wires.length - 1);
        if (--size == 0 && wires.length > KEPT) {
            wires = NOTHING;
            head = 0;
        }
        return wire;
    }

    private void grow() {
        Wire[] larger = new Wire[Math.max(FIRST, wires.length * 2)];
        Arrays.fill(larger, Wire.EMPTY);
        for (int i = 0; i < size; i++) {
            larger[i] = get(i);
        }
        wires = larger;
        head = 0;
    }

    /** Told of wires that leave the queue. */
    interface Departures {
        void left(Wire wire);
    }
}
