package io.hongyan.im.engine;

import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The account of one session's output: bytes and messages accepted and not yet written, and messages refused of which the peer is still
 * to be told. Whoever sends reserves first, every way out releases exactly once, so the limits are exact. Nobody waits for anybody. Any
 * thread.
 *
 * <p>A charge is messages and the bytes that they count as, in one number, so that many can be reserved and released at once.
 */
final class Backlog {
    /** An empty message costs memory too. */
    private static final int LEAST_COST = 64;

    /** Messages in the upper bits, bytes (at most 2^30) in the lower. */
    private static final int MESSAGE_SHIFT = 32;

    private static final long ONE_MESSAGE = 1L << MESSAGE_SHIFT;

    /**
     * Messages refused and not yet told. Everything that lies behind {@code start} is refused; the marker stands behind the commands before
     * {@code end}.
     */
    private record Gap(long missed, long start, long end) {}

    private static final VarHandle RESERVED;
    private static final VarHandle GAP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RESERVED = lookup.findVarHandle(Backlog.class, "reserved", long.class);
            GAP = lookup.findVarHandle(Backlog.class, "gap", Gap.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Bounds bounds;

    private volatile long reserved;

    private volatile @Nullable Gap gap;

    /** Set by senders that find the backlog high, before their command; cleared by the loop once it is low. */
    private volatile boolean congested;

    Backlog(Bounds bounds) {
        this.bounds = bounds;
    }

    /** What one message of that many encoded bytes is charged. */
    static long charge(int length) {
        return ONE_MESSAGE + Math.max(LEAST_COST, length);
    }

    /** What is charged for a wire that is no message of anybody's, such as a pong: bytes alone. */
    static long controlCharge(int length) {
        return Math.max(LEAST_COST, length);
    }

    static int messages(long charge) {
        return (int) (charge >>> MESSAGE_SHIFT);
    }

    private static long bytes(long charge) {
        return charge & (ONE_MESSAGE - 1);
    }

    Bounds bounds() {
        return bounds;
    }

    boolean canEverHold(Wire wire) {
        return bytes(charge(wire.length())) <= bounds.outboundBytes();
    }

    // ---- in and out

    /** False, and nothing reserved, if either limit would be passed or a gap is open. */
    boolean reserve(long charge) {
        return gap == null && add(charge);
    }

    /** The same for what was ordered at a position of the loop's commands: a gap counts only for what lies behind it. */
    boolean reserve(long charge, long position) {
        Gap open = gap;
        return (open == null || position - open.start() < 0) && add(charge);
    }

    /** The same for what is no message of anybody's, such as a pong: it has no place among those that a gap is about. */
    boolean reserveControl(long charge) {
        return add(charge);
    }

    private boolean add(long charge) {
        for (; ; ) {
            long now = reserved;
            long then = now + charge;
            if (bytes(now) + bytes(charge) > bounds.outboundBytes() || messages(then) > bounds.outboundMessages()) {
                return false;
            }
            if (RESERVED.compareAndSet(this, now, then)) {
                if (isHigh(then)) {
                    congested = true;
                }
                return true;
            }
        }
    }

    void release(long charge) {
        long left = (long) RESERVED.getAndAdd(this, -charge) - charge;
        assert left >= 0 && bytes(left) <= bounds.outboundBytes() : "released more than was reserved";
    }

    long bytes() {
        return bytes(reserved);
    }

    int messages() {
        return messages(reserved);
    }

    // ---- congestion

    boolean isCongested() {
        return congested;
    }

    /** Ends the congestion if the backlog is low; a sender may have made it high again meanwhile, so it is looked at twice. */
    boolean relieve() {
        if (!congested || gap != null || !isLow()) {
            return false;
        }
        congested = false;
        if (isHigh(reserved) || gap != null) {
            congested = true;
            return false;
        }
        return true;
    }

    private boolean isHigh(long now) {
        return bytes(now) >= bounds.outboundBytes() / 2 || messages(now) >= (bounds.outboundMessages() + 1) / 2;
    }

    private boolean isLow() {
        long now = reserved;
        return bytes(now) <= bounds.outboundBytes() / 4 && messages(now) <= bounds.outboundMessages() / 4;
    }

    // ---- gaps

    /** Opens or widens the gap. The loop is to look at it then. */
    void refuse(long tail) {
        for (; ; ) {
            Gap open = gap;
            Gap wider = open == null
                    ? new Gap(1, tail, tail)
                    : new Gap(
                            open.missed() + 1,
                            tail - open.start() < 0 ? tail : open.start(),
                            tail - open.end() > 0 ? tail : open.end());
            if (GAP.compareAndSet(this, open, wider)) {
                congested = true;
                return;
            }
        }
    }

    boolean hasGap() {
        return gap != null;
    }

    /**
     * Where the loop must come to before the marker is due.
     *
     * @param otherwise what is answered where there is no gap
     */
    long gapEnd(long otherwise) {
        Gap open = gap;
        return open == null ? otherwise : open.end();
    }

    /**
     * Reserves for the marker and closes the gap, if its place is reached and there is room. What is refused meanwhile has widened the gap:
     * then this one stays open, and what was ordered between comes before the marker.
     *
     * @param head where the loop is
     * @return the marker; null if it must wait
     */
    @Nullable
    Wire tellGap(Encoder encoder, long head) {
        Gap open = gap;
        if (open == null || head - open.end() < 0 || !isLow()) {
            return null;
        }
        Wire marker = encoder.gap(open.missed());
        long charge = controlCharge(marker.length());
        if (!add(charge)) {
            return null;
        }
        if (!GAP.compareAndSet(this, open, null)) {
            release(charge);
            return null;
        }
        return marker;
    }
}
