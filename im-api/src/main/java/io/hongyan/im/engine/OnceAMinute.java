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
        toldBefore = true;
        lastNanos = nowNanos;
        int number = leftOut;
        leftOut = 0;
        return number == 0 ? "" : " (" + number + " more since the last such line)";
    }
}
