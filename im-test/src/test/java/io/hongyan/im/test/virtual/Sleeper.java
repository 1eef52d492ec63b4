package io.hongyan.im.test.virtual;

import java.time.Duration;
import java.util.SplittableRandom;

/** Somebody who does one thing after the other, and sleeps now and then; what it does is over before it does the next. */
abstract class Sleeper implements Actor {
    private static final long LONGEST_SLEEP = Duration.ofSeconds(7).toNanos();

    final Book book;
    final SplittableRandom random;
    private boolean acting;
    private boolean sleeping;
    private long until;

    Sleeper(Book book, SplittableRandom random) {
        this.book = book;
        this.random = random;
    }

    /** Whether there is anything left to do for it. */
    abstract boolean isBusy();

    abstract void doNext();

    /** Whether it waits for nothing. */
    boolean isReady() {
        return true;
    }

    /** It does nothing for a while. */
    final void sleep() {
        sleeping = true;
        until = book.now() + random.nextLong(LONGEST_SLEEP);
    }

    @Override
    public final boolean canAct() {
        return isBusy() && isReady() && !acting && (!sleeping || until - book.now() <= 0);
    }

    @Override
    public final long nanosToNext() {
        return sleeping && isBusy() ? Math.max(0, until - book.now()) : Long.MAX_VALUE;
    }

    @Override
    public final void act() {
        sleeping = false;
        acting = true;
        try {
            doNext();
        } finally {
            acting = false;
        }
    }
}
