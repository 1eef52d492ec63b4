package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The direct buffers that a loop writes from, and who owns them: a {@link Lot} is lent for one write and is the borrower's until it is
 * given back, which is when the write has completed. Where writes complete at once, as they do on sockets that are polled, one buffer
 * serves all; a transport whose writes complete later may hold several. Loop thread only.
 *
 * <p>Members of a busy group often have the same queue as the session flushed just before: then the bytes gathered for that one serve
 * again.
 */
final class Gather {
    private static final int BYTES = 256 * 1024;

    /** Longer queues are gathered anew each time. */
    private static final int MAX_REMEMBERED = 64;

    /** Those that nobody has. */
    private final ArrayDeque<Lot> free = new ArrayDeque<>();

    /** The bytes of one write. */
    static final class Lot {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        private final Wire[] wires = new Wire[MAX_REMEMBERED];

        /** How many of {@link #wires} the buffer holds, whole; 0 if it cannot serve again. */
        private int remembered;

        private int filled;

        /** What is to be written, from its position on. */
        ByteBuffer bytes() {
            return buffer;
        }

        private void fill(WireQueue queue) {
            if (holds(queue)) {
                buffer.limit(filled).position(0);
                return;
            }
            buffer.clear();
            boolean whole = !queue.isInsideWire();
            int begun = queue.copyTo(buffer);
            filled = buffer.position();
            remember(queue, whole && begun == queue.size() && buffer.hasRemaining() ? begun : 0);
            buffer.flip();
        }

        private boolean holds(WireQueue queue) {
            if (remembered == 0 || queue.size() != remembered || queue.isInsideWire()) {
                return false;
            }
            for (int i = 0; i < remembered; i++) {
                if (queue.get(i) != wires[i]) {
                    return false;
                }
            }
            return true;
        }

        private void remember(WireQueue queue, int count) {
            forget();
            remembered = count <= MAX_REMEMBERED ? count : 0;
            for (int i = 0; i < remembered; i++) {
                wires[i] = queue.get(i);
            }
        }

        private void forget() {
            for (int i = 0; i < remembered; i++) {
                wires[i] = Wire.EMPTY;
            }
            remembered = 0;
        }
    }

    /** Lends the queue's bytes from the first unwritten one on, as many as fit. */
    Lot lend(WireQueue queue) {
        @Nullable Lot lot = free.pollLast();
        if (lot == null) {
            lot = new Lot();
        }
        lot.fill(queue);
        return lot;
    }

    void giveBack(Lot lot) {
        free.addLast(lot);
    }

    /** The wires may be let go: nothing outlives an iteration but what is lent. */
    void forget() {
        free.forEach(Lot::forget);
    }
}
