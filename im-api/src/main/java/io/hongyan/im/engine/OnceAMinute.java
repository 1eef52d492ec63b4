package io.hongyan.im.engine;

import java.util.concurrent.TimeUnit;

/** At most one line a minute about the same; the next one says how many were left out. One thread. */
final class OnceAMinute {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private boolean toldBefore;
    private long lastNanos;
    private int leftOut;

    boolean isDue(long nowNanos) {
        return !toldBefore || nowNanos - lastNanos >= MINUTE_NANOS;
    }

    void leaveOut(int number) {
        leftOut += number;
    }

    /** A line is written now: what stands at its end. */
    String told(long nowNanos) {
        int number = take(nowNanos);
        return number == 0 ? "" : " (" + number + " more since the last such line)";
    }

    /** A line is written now: how many were left out before it. */
    int take(long nowNanos) {
        toldBefore = true;
        lastNanos = nowNanos;
        int number = leftOut;
        leftOut = 0;
        return number;
    }
}
