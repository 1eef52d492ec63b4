package io.hongyan.im.engine;

import io.hongyan.im.Limits;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The account of one session's output: bytes and messages accepted and not yet written, and messages refused of which the peer is still
 * to be told. Whoever sends reserves first, every way out releases exactly once, so the limits are exact. Any thread.
 */
final class Backlog {
    /** An empty message costs memory too. */
    private static final int LEAST_COST = 64;

    /** Messages in the upper bits, bytes (at most 2^30) in the lower. */
    private static final int MESSAGE_SHIFT = 32;

    private static final long ONE_MESSAGE = 1L << MESSAGE_SHIFT;

    private final AtomicLong reserved = new AtomicLong();
    private final int limitBytes;
    private final int limitMessages;

    /** Set by senders that find the backlog high, before their command; cleared by the loop once it is low. */
    private volatile boolean congested;

    /**
     * Messages refused and not yet told to the peer. While it is not 0 everything is refused that lies behind {@link #gapStart}; the
     * marker stands behind the commands before {@link #gapEnd}. Written under this object's lock.
     */
    private volatile long missed;

    private volatile long gapStart;
    private volatile long gapEnd;

    Backlog(Limits limits) {
        limitBytes = limits.outboundLimitBytes();
        limitMessages = limits.outboundLimitMessages();
    }

    static int cost(Wire wire) {
        return Math.max(LEAST_COST, wire.length());
    }

    boolean canEverHold(Wire wire) {
        return cost(wire) <= limitBytes;
    }

    // ---- in and out

    /** False, and nothing reserved, if either limit would be passed or a gap is open. */
    boolean reserve(int cost) {
        if (missed != 0 || !add(cost)) {
            return false;
        }
        if (isHigh()) {
            congested = true;
        }
        return true;
    }

    /** The same on the loop, where a gap counts only for what lies behind it. */
    boolean reserve(int cost, EventLoop loop) {
        boolean behindGap = missed != 0 && loop.isPast(gapStart);
        if (behindGap || !add(cost)) {
            return false;
        }
        if (isHigh()) {
            congested = true;
        }
        return true;
    }

    private boolean add(int cost) {
        for (; ; ) {
            long now = reserved.get();
            if (bytes(now) + cost > limitBytes || messages(now) >= limitMessages) {
                return false;
            }
            if (reserved.compareAndSet(now, now + cost + ONE_MESSAGE)) {
                return true;
            }
        }
    }

    void release(int cost) {
        long left = reserved.addAndGet(-(cost + ONE_MESSAGE));
        assert left >= 0 && bytes(left) <= limitBytes : "released more than was reserved";
    }

    long bytes() {
        return bytes(reserved.get());
    }

    long messages() {
        return messages(reserved.get());
    }

    // ---- congestion

    boolean isCongested() {
        return congested;
    }

    /** Ends the congestion if the backlog is low; a sender may have made it high again meanwhile, so it is looked at twice. */
    boolean relieve() {
        if (!congested || missed != 0 || !isLow()) {
            return false;
        }
        congested = false;
        if (isHigh() || missed != 0) {
            congested = true;
            return false;
        }
        return true;
    }

    private boolean isHigh() {
        long now = reserved.get();
        return bytes(now) >= limitBytes / 2 || messages(now) >= (limitMessages + 1) / 2;
    }

    private boolean isLow() {
        long now = reserved.get();
        return bytes(now) <= limitBytes / 4 && messages(now) <= limitMessages / 4;
    }

    // ---- gaps

    /** Opens or widens the gap. The loop is to look at it then. */
    synchronized void refuse(long tail) {
        if (missed == 0 || tail - gapStart < 0) {
            gapStart = tail;
        }
        if (missed == 0 || tail - gapEnd > 0) {
            gapEnd = tail;
        }
        missed++;
        congested = true;
    }

    boolean hasGap() {
        return missed != 0;
    }

    /** Where the loop must come to before the marker is due. */
    long gapEnd() {
        return gapEnd;
    }

    /**
     * Reserves for the marker and closes the gap, if its place is reached and there is room. Both are judged here, under the lock: what is
     * refused a moment before widens the gap, and what was ordered between must come before the marker.
     *
     * @param head where the loop is
     * @return the marker; null if it must wait
     */
    synchronized @Nullable Wire tellGap(Encoder encoder, long head) {
        if (missed == 0 || head - gapEnd < 0 || !isLow()) {
            return null;
        }
        Wire marker = encoder.gap(missed);
        if (!add(cost(marker))) {
            return null;
        }
        missed = 0;
        return marker;
    }

    private static long bytes(long packed) {
        return packed & (ONE_MESSAGE - 1);
    }

    private static long messages(long packed) {
        return packed >>> MESSAGE_SHIFT;
    }
}
