package io.hongyan.im.engine;

/** How many connections a second this server is known to take: the most it took in any second. Written by the loop that accepts. */
final class AcceptRate {
    /** What any machine does; a server that was never asked for more has not shown what it can. */
    private static final int LEAST = 1000;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private long beganNanos;
    private int count;
    private volatile int most = LEAST;

    void count(long nowNanos) {
        if (count == 0 || nowNanos - beganNanos >= SECOND_NANOS) {
            beganNanos = nowNanos;
            count = 0;
        }
        if (++count > most) {
            most = count;
        }
    }

    /** Any thread. */
    int perSecond() {
        return most;
    }
}
