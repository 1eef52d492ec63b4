package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** One loop as the watchdog sees it: names who blocks it, once a minute at most. Only the watchdog's thread. */
final class BlockedLoop {
    private final LoopWatch watch;
    private final Thread thread;
    private final Culprits culprits;
    private final Log log;
    private final OnceAMinute lines = new OnceAMinute();

    /** The turn under way at the last look. */
    private long turn = LoopWatch.RESTING;

    /** How much of it no thread could run in. */
    private long excusedNanos;

    /** It was found blocked; and there was a line about it. */
    private boolean found;

    private boolean told;
    private String culprit = "";

    /** Of {@link LoopWatch.Blocked}: the last one that was looked at. */
    private int numberSeen;

    BlockedLoop(LoopWatch watch, Thread thread, Culprits culprits, Log log) {
        this.watch = watch;
        this.thread = thread;
        this.culprits = culprits;
        this.log = log;
    }

    /**
     * Looks whether it is blocked.
     *
     * @param lateNanos how much later than planned this is: nobody is blamed for it
     * @return in how many nanoseconds it is worth another look
     */
    long look(long nowNanos, long lateNanos) {
        seeToTheEnd();
        long since = watch.since();
        if (since == LoopWatch.RESTING) {
            return LoopWatch.BLOCKED_NANOS;
        }
        if (since != turn) {
            turn = since;
            excusedNanos = 0;
            found = false;
            told = false;
        }
        long nanos = nowNanos - since;
        excusedNanos += Math.min(lateNanos, nanos);
        long left = LoopWatch.BLOCKED_NANOS - (nanos - excusedNanos);
        if (left > 0) {
            return left;
        }
        if (lines.isDue(nowNanos)) {
            name(nowNanos, nanos);
        } else if (!found) {
            lines.leaveOut(1);
        }
        found = true;
        return LoopWatch.BLOCKED_NANOS;
    }

    private void name(long nowNanos, long nanos) {
        StackTraceElement[] stack = thread.getStackTrace();
        if (watch.since() != turn) {
            // It has gone on, and this is the stack of something else.
            lines.leaveOut(1);
            return;
        }
        told = true;
        culprit = culprits.of(stack);
        String leftOut = lines.told(nowNanos);
        log.log(
                Level.WARNING,
                Log.Topic.SLOW,
                () -> thread.getName() + " is blocked for " + millis(nanos) + " ms by " + culprit
                        + ", all sessions of this loop wait; it stands at " + Culprits.frames(stack) + leftOut);
    }

    /** Of a turn that was told of, and of others that no look has found. */
    private void seeToTheEnd() {
        LoopWatch.Blocked last = watch.lastBlocked();
        int ended = last.number() - numberSeen;
        if (ended == 0) {
            return;
        }
        numberSeen = last.number();
        boolean isTheOne = found && last.since() == turn;
        lines.leaveOut(ended - (found ? 1 : 0));
        if (isTheOne && told) {
            log.log(
                    Level.INFO,
                    Log.Topic.SLOW,
                    () -> thread.getName() + " goes on after " + millis(last.nanos()) + " ms that it was blocked by "
                            + culprit);
        }
        found = false;
        told = false;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
