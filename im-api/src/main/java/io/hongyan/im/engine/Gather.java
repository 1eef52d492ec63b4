package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;

/**
 * The one direct buffer that a loop writes from. Members of a busy group often have the same queue as the session flushed just
 * before: then the bytes gathered for that one serve again. Loop thread only.
 */
final class Gather {
    private static final int BYTES = 256 * 1024;

    /** Longer queues are gathered anew each time. */
    private static final int MAX_REMEMBERED = 256;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private final Wire[] wires = new Wire[MAX_REMEMBERED];

    /** How many of {@link #wires} the buffer holds, whole; 0 if it cannot serve again. */
    private int remembered;

    private int filled;

    /** The queue's bytes from the first unwritten one on, as many as fit. */
    ByteBuffer fill(WireQueue queue) {
        if (holds(queue)) {
            return buffer.limit(filled).position(0);
        }
        buffer.clear();
        boolean whole = !queue.isInsideWire();
        int begun = queue.copyTo(buffer);
        filled = buffer.position();
        remember(queue, whole && begun == queue.size() && buffer.hasRemaining() ? begun : 0);
        return buffer.flip();
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

    /** The wires may be let go: nothing outlives an iteration. */
    void forget() {
        for (int i = 0; i < remembered; i++) {
            wires[i] = Wire.EMPTY;
        }
        remembered = 0;
    }
}
