package io.hongyan.im.engine;

import org.jspecify.annotations.Nullable;

/** What a peer's unfinished message counts against the budget; only where it is long. Loop thread only. */
final class Unfinished {
    /** Less is not worth the counting. */
    static final int LEAST_BYTES = 4096;

    private final long sinceNanos;
    private long counted;

    private Unfinished(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    /** Counts what is held now, and answers where that is kept; null where nothing is. */
    static @Nullable Unfinished count(@Nullable Unfinished before, long held, Account account, long nowNanos) {
        if (held < LEAST_BYTES) {
            if (before != null) {
                account.add(-before.counted);
            }
            return null;
        }
        Unfinished now = before == null ? new Unfinished(nowNanos) : before;
        account.add(held - now.counted);
        now.counted = held;
        return now;
    }

    long bytes() {
        return counted;
    }

    double burden(long nowNanos) {
        return (double) counted * (nowNanos - sinceNanos + 1);
    }
}
