package io.hongyan.im.engine;

/**
 * So many tokens a second, of which a second's worth may be saved up: in whatever time, no more are given than those of a second and of
 * that time. One thread.
 */
class Bucket {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int perSecond;

    /** In billionths of a token, so that nothing is lost to rounding; those of a second fit for any rate. Less than 0 if too many were taken. */
    private long level;

    private long filledNanos;

    /** It is full. */
    Bucket(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        level = perSecond * SECOND_NANOS;
        filledNanos = nowNanos;
    }

    int perSecond() {
        return perSecond;
    }

    /** How many there are. */
    final int tokens(long nowNanos) {
        fill(nowNanos);
        return (int) Math.max(0, level / SECOND_NANOS);
    }

    /** Takes some, of those that there are. */
    final void take(int tokens) {
        level -= tokens * SECOND_NANOS;
    }

    final boolean isFull(long nowNanos) {
        fill(nowNanos);
        return level == perSecond * SECOND_NANOS;
    }

    /** How long it is until there is one; 0 if there is. */
    final long nanosToOne(long nowNanos) {
        fill(nowNanos);
        return Math.max(0, (SECOND_NANOS - level + perSecond - 1) / perSecond);
    }

    private void fill(long nowNanos) {
        long passed = nowNanos - filledNanos;
        if (passed <= 0) {
            return;
        }
        filledNanos = nowNanos;
        level = Math.min(perSecond * SECOND_NANOS, level + Math.min(passed, SECOND_NANOS) * perSecond);
    }
}
