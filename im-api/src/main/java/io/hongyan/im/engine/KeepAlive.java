package io.hongyan.im.engine;

import java.time.Duration;

/**
 * TCP keep-alive: when a kernel asks a peer's machine whether it is still there, and when it gives it up (tcp(7)). All 0: it never asks.
 *
 * @param idleSeconds from the last sign of life to the first question, TCP_KEEPIDLE
 * @param intervalSeconds from each question to the next, TCP_KEEPINTVL
 * @param probes questions without an answer, TCP_KEEPCNT
 */
public record KeepAlive(int idleSeconds, int intervalSeconds, int probes) {
    /** Nobody asks. */
    public static final KeepAlive OFF = new KeepAlive(0, 0, 0);

    private static final int PROBES = 3;

    /** Linux takes no more; it is nine hours. */
    private static final int MOST_SECONDS = 32_767;

    /**
     * The first question after half of the time, then three in the rest of it; each a whole second at least.
     *
     * @param timeout how long a machine that answers nothing is waited for; zero: off
     */
    public static KeepAlive of(Duration timeout) {
        if (timeout.isZero()) {
            return OFF;
        }
        int idle = seconds(timeout.dividedBy(2));
        return new KeepAlive(
                idle, Math.max(1, seconds(timeout.minusSeconds(idle).dividedBy(PROBES))), PROBES);
    }

    private static int seconds(Duration time) {
        long roundedUp = time.plusNanos(999_999_999).toSeconds();
        return (int) Math.min(roundedUp, MOST_SECONDS);
    }

    /** Whether anybody asks. */
    public boolean isOn() {
        return probes > 0;
    }

    /** How long a machine that answers nothing is waited for. */
    public int totalSeconds() {
        return idleSeconds + probes * intervalSeconds;
    }
}
