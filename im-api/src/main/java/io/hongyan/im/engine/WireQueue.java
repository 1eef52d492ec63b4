package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * What one session has to write: references to wires with the charge of each in the session's {@link Backlog}, and how much of the first
 * has left already. A wire may hold several messages of a group, its charge says how many. Its bound is the backlog's. Loop thread only.
 */
final class WireQueue {
    private static final int FIRST = 8;

    /** Larger ones are given up once empty. */
    private static final int KEPT = 64;

    /** A ring of a power-of-two length, and another beside it. */
    private Wire[] wires = new Wire[FIRST];

    private long[] charges = new long[FIRST];
    private int head;
    private int size;

    /** Bytes of the first wire that were written. */
    private int written;

    /** How many of the first wires count as held back. */
    private int held;

    /** Since when there are any. */
    private long heldSinceNanos;

    WireQueue() {
        Arrays.fill(wires, Wire.EMPTY);
    }

    /** The empty queues of one loop, for whoever has something to write next: an idle session holds none. */
    static final class Spare {
        private static final int MOST = 1024;

        private final ArrayDeque<WireQueue> queues = new ArrayDeque<>();

        WireQueue take() {
            WireQueue queue = queues.pollLast();
            return queue == null ? new WireQueue() : queue;
        }

        /** Takes back one that is empty. */
        void give(WireQueue empty) {
            assert empty.isEmpty() : "a queue of " + empty.size() + " wires is in use";
            if (queues.size() < MOST && empty.wires.length <= KEPT) {
                empty.head = 0;
                empty.written = 0;
                queues.addLast(empty);
            }
        }
    }

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

    void add(Wire wire, long charge) {
        if (size == wires.length) {
            grow();
        }
        int place = (head + size++) & (wires.length - 1);
        wires[place] = wire;
        charges[place] = charge;
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

    /** What is left behind a write counts against the budget until it has left. */
    void holdBack(Account account, long nowNanos) {
        if (held == 0) {
            heldSinceNanos = nowNanos;
        }
        while (held < size) {
            account.hold(get(held));
            held++;
        }
    }

    /** Since when something has been held back; the moment itself where nothing is. */
    long heldSinceNanos(long nowNanos) {
        return held == 0 ? nowNanos : heldSinceNanos;
    }

    /** Notes bytes as written, and drops what has left; answers what that was charged in all. */
    long advance(int bytes, Account account) {
        int left = bytes + written;
        long charge = 0;
        while (size > 0 && left >= get(0).length()) {
            left -= get(0).length();
            charge += remove(account);
        }
        written = left;
        return charge;
    }

    /** Forgets everything; answers what it was charged in all. */
    long clear(Account account) {
        long charge = 0;
        while (size > 0) {
            charge += remove(account);
        }
        written = 0;
        return charge;
    }

    /** Forgets what has not begun to leave; answers what it was charged in all. */
    long clearRest(Account account) {
        if (!isInsideWire()) {
            return clear(account);
        }
        Wire begun = get(0);
        int part = written;
        boolean counts = held > 0;
        if (counts) {
            account.hold(begun);
        }
        long kept = charges[head];
        long charge = clear(account) - kept;
        add(begun, kept);
        written = part;
        held = counts ? 1 : 0;
        return charge;
    }

    private long remove(Account account) {
        int place = head;
        if (held > 0) {
            held--;
            account.drop(wires[place]);
        }
        wires[place] = Wire.EMPTY;
        head = (head + 1) & (wires.length - 1);
        size--;
        return charges[place];
    }

    private void grow() {
        int length = wires.length;
        Wire[] larger = new Wire[length * 2];
        long[] largerCharges = new long[length * 2];
        Arrays.fill(larger, Wire.EMPTY);
        for (int i = 0; i < size; i++) {
            larger[i] = get(i);
            largerCharges[i] = charges[(head + i) & (length - 1)];
        }
        wires = larger;
        charges = largerCharges;
        head = 0;
    }
}
