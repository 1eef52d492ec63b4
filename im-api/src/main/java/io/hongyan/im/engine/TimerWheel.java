package io.hongyan.im.engine;

import org.jspecify.annotations.Nullable;

/**
 * Deadlines of one loop: a wheel of slots, each a list of the timers due in that tick of some turn. Setting and cancelling cost the same
 * however many there are; a timer fires up to one tick late, never early. Loop thread only.
 */
final class TimerWheel {
    /** About 16.8 ms. */
    private static final int TICK_SHIFT = 24;

    private static final long TICK_NANOS = 1L << TICK_SHIFT;
    private static final int SLOTS = 512;
    private static final long NEVER = Long.MAX_VALUE;

    /** Something with a deadline; a node of the wheel's lists itself. */
    abstract static class Timer {
        private long deadlineNanos;
        private @Nullable Timer next;
        private @Nullable Timer previous;
        private int slot = -1;

        /** The deadline has passed; the timer is no longer set. */
        abstract void onDeadline();

        /** What {@link #onDeadline} threw; must not throw. */
        abstract void onFailure(Throwable cause);

        final boolean isSet() {
            return slot >= 0;
        }
    }

    private final @Nullable Timer[] slots = new Timer[SLOTS];

    /** All time is counted from here, so that the clock may begin anywhere and overflow. */
    private final long startNanos;

    /** The first tick that has not been expired. */
    private long tick;

    private int size;

    TimerWheel(long nowNanos) {
        startNanos = nowNanos;
    }

    int size() {
        return size;
    }

    /** Sets a timer, or sets it anew. */
    void set(Timer timer, long deadlineNanos) {
        cancel(timer);
        timer.deadlineNanos = deadlineNanos - startNanos;
        long due = Math.max(tick, ticksUp(timer.deadlineNanos));
        int slot = (int) (due & (SLOTS - 1));
        Timer first = slots[slot];
        timer.slot = slot;
        timer.previous = null;
        timer.next = first;
        if (first != null) {
            first.previous = timer;
        }
        slots[slot] = timer;
        size++;
    }

    /** Does nothing if it is not set. */
    void cancel(Timer timer) {
        if (timer.slot < 0) {
            return;
        }
        Timer next = timer.next;
        Timer previous = timer.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            slots[timer.slot] = next;
        }
        timer.next = null;
        timer.previous = null;
        timer.slot = -1;
        size--;
    }

    /** Fires what is due. A timer may set and cancel others, and itself. */
    void expire(long nowNanos) {
        long now = nowNanos - startNanos;
        long last = now >> TICK_SHIFT;
        long first = tick;
        long stop = Math.min(last, first + SLOTS - 1);
        tick = Math.max(first, last + 1);
        for (long t = first; t <= stop && size > 0; t++) {
            expireSlot((int) (t & (SLOTS - 1)), now);
        }
    }

    private void expireSlot(int slot, long now) {
        for (Timer due = dueIn(slot, now); due != null; due = dueIn(slot, now)) {
            cancel(due);
            try {
                due.onDeadline();
            } catch (Throwable t) {
                due.onFailure(t);
            }
        }
    }

    /** Looked for anew after each firing, since that may change the list. What is set while firing is due in a later tick. */
    private @Nullable Timer dueIn(int slot, long now) {
        for (Timer t = slots[slot]; t != null; t = t.next) {
            if (t.deadlineNanos <= now) {
                return t;
            }
        }
        return null;
    }

    /** How long a poll may wait: until the first slot that holds a timer; {@link Long#MAX_VALUE} if none is set. */
    long nanosToNext(long nowNanos) {
        if (size == 0) {
            return NEVER;
        }
        for (long t = tick; t < tick + SLOTS; t++) {
            if (slots[(int) (t & (SLOTS - 1))] != null) {
                return Math.max(0, (t << TICK_SHIFT) - (nowNanos - startNanos));
            }
        }
        throw new IllegalStateException("the wheel counts " + size + " timers and holds none");
    }

    private static long ticksUp(long nanos) {
        return (nanos + TICK_NANOS - 1) >> TICK_SHIFT;
    }
}
