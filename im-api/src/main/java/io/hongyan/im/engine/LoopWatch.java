package io.hongyan.im.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * How long one loop is busy between two polls: its turns, as the loop tells of them by clock reads that it makes anyway. A turn that ends
 * costs two plain writes; only one that is longer than those before costs more. The loop tells, any thread asks.
 */
final class LoopWatch {
    /** A loop whose turn takes longer is blocked. */
    static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Of {@link #since()}: the loop waits for events. No turn begins at an even time. */
    static final long RESTING = 0;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final VarHandle SINCE;

    static {
        try {
            SINCE = MethodHandles.lookup().findVarHandle(LoopWatch.class, "since", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** @param longest of the turns of the window before */
    private record Window(long beganNanos, long longest) {}

    /**
     * The last turn that was a blocked one.
     *
     * @param number of all those so far
     */
    record Blocked(int number, long since, long nanos) {}

    /** Opaque: nobody else needs to see what was written before. */
    @SuppressWarnings("UnusedVariable") // by its handle
    private long since;

    private volatile Window window;

    /** Of the turns of this window; read before it, and written behind it. */
    private volatile long longest;

    private volatile Blocked blocked = new Blocked(0, RESTING, 0);

    LoopWatch(long nowNanos) {
        window = new Window(nowNanos, 0);
    }

    // ---- the loop

    /** A turn begins; the one before, if the loop has not rested since, is over. */
    void begins(long nowNanos) {
        ends(nowNanos);
        SINCE.setOpaque(this, nowNanos | 1);
    }

    /** The loop is about to wait, or has ended. */
    void rests(long nowNanos) {
        ends(nowNanos);
        SINCE.setOpaque(this, RESTING);
    }

    private void ends(long nowNanos) {
        long began = since;
        if (began == RESTING) {
            return;
        }
        long nanos = nowNanos - began;
        Window present = window;
        long age = nowNanos - present.beganNanos();
        if (age >= WINDOW_NANOS) {
            window = new Window(nowNanos, age < 2 * WINDOW_NANOS ? longest : 0);
            longest = nanos;
        } else if (nanos > longest) {
            longest = nanos;
        }
        if (nanos >= BLOCKED_NANOS) {
            blocked = new Blocked(blocked.number() + 1, began, nanos);
        }
    }

    // ---- any thread

    /** When the turn under way began, or {@link #RESTING}. */
    long since() {
        return (long) SINCE.getOpaque(this);
    }

    Blocked lastBlocked() {
        return blocked;
    }

    /** The longest turn of the last ten to twenty seconds, the one under way included. */
    long lagNanos(long nowNanos) {
        long lag = longest;
        Window present = window;
        long age = nowNanos - present.beganNanos();
        if (age >= 2 * WINDOW_NANOS) {
            lag = 0;
        } else if (age < WINDOW_NANOS) {
            lag = Math.max(lag, present.longest());
        }
        long began = since();
        return began == RESTING ? lag : Math.max(lag, nowNanos - began);
    }
}
