package io.hongyan.im.bench;

/**
 * When the messages of a paced load are due: one after the other at even distances, whatever became of those before. Its generator's
 * thread only.
 */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long startNanos;
    private final double distanceNanos;
    private long passed;

    Pace(double perSecond, long startNanos) {
        this.startNanos = startNanos;
        distanceNanos = NANOS_PER_SECOND / perSecond;
    }

    /** Of the next one, on the clock of {@link System#nanoTime}. */
    long dueNanos() {
        return startNanos + (long) (passed * distanceNanos);
    }

    void advance() {
        passed++;
    }
}
