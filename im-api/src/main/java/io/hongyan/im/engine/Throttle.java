package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import java.nio.ByteBuffer;

/**
 * Holds a peer back that sends more messages or bytes a second than it may: nothing is read or decoded until the next one is allowed. It is
 * held only when there is something more of it. Loop thread only.
 *
 * <p>Whoever is held back again and again without a pause wants to be faster. A pause is a read that found less than it might, all of which
 * could be decoded; or some time without being held.
 */
final class Throttle extends TimerWheel.Timer implements Pace {
    /** Longer than a tick of the wheel, by which one is held who is at its rate to the byte. */
    private static final long PAUSE_NANOS = 20_000_000L;

    /** Whose bytes and messages they are. */
    interface Owner {
        /** It may go on. */
        void orderTurn();

        /** It has wanted to be faster for too long. */
        void timeOut(CloseReason reason);
    }

    private final Owner owner;
    private final Front front;
    private final EventLoop loop;
    private final Bucket messages;
    private final Bucket bytes;

    /** How many messages, or bytes, the last turn, or read, could have taken. */
    private int granted;

    private int room;

    /** This turn has found that the peer has nothing more to say for now. */
    private boolean drained;

    private boolean held;

    /** It has been held without a pause. */
    private boolean ahead;

    private long aheadNanos;
    private long releasedNanos;

    private Throttle(Owner owner, Front front, Limits limits) {
        this.owner = owner;
        this.front = front;
        loop = front.station().loop();
        messages = new Bucket(limits.messagesPerSecond(), loop.nowNanos());
        bytes = new Bucket(limits.bytesPerSecond(), loop.nowNanos());
    }

    /** With the default rates nothing is counted. */
    static Pace of(Owner owner, Front front) {
        Limits limits = front.station().limits();
        Limits usual = Limits.defaults();
        boolean counts = limits.messagesPerSecond() != usual.messagesPerSecond()
                || limits.bytesPerSecond() != usual.bytesPerSecond();
        return counts ? new Throttle(owner, front, limits) : Pace.FREE;
    }

    @Override
    public boolean mayRead(ByteBuffer target) {
        int allowed = bytes.tokens(loop.nowNanos());
        if (allowed == 0) {
            hold(bytes, "bytes", "bytesPerSecond");
            return false;
        }
        room = Math.min(allowed, target.remaining());
        target.limit(target.position() + room);
        return true;
    }

    @Override
    public void onRead(int count) {
        bytes.take(count);
        drained = count < room;
    }

    @Override
    public int beginTurn(int most) {
        granted = Math.min(most, messages.tokens(loop.nowNanos()));
        if (granted == 0) {
            hold(messages, "messages", "messagesPerSecond");
        }
        return granted;
    }

    @Override
    public void endTurn(int left, boolean whole) {
        messages.take(granted - left);
        if (drained && whole) {
            ahead = false;
        }
        drained = false;
    }

    @Override
    public boolean isHeld() {
        return held;
    }

    @Override
    public void stop() {
        loop.wheel().cancel(this);
    }

    private void hold(Bucket empty, String what, String limit) {
        Limits limits = front.station().limits();
        long now = loop.nowNanos();
        if (!ahead || now - releasedNanos > PAUSE_NANOS) {
            ahead = true;
            aheadNanos = now;
        } else if (!limits.rateGrace().isZero()
                && now - aheadNanos >= limits.rateGrace().toNanos()) {
            String text = "rate limited: it wanted to send more than " + empty.perSecond() + " " + what
                    + " a second for " + limits.rateGrace() + " (" + limit + ", rateGrace)";
            owner.timeOut(CloseReason.of(Code.RATE_LIMITED, text, empty.perSecond()));
        }
        held = true;
        front.hold(Interest.AHEAD, true);
        loop.wheel().set(this, now + empty.nanosToOne(now));
    }

    @Override
    void onDeadline() {
        held = false;
        releasedNanos = loop.nowNanos();
        front.hold(Interest.AHEAD, false);
        owner.orderTurn();
    }

    @Override
    void onFailure(Throwable cause) {
        front.onFailure(cause);
    }
}
