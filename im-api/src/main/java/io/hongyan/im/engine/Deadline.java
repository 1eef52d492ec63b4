package io.hongyan.im.engine;

/** The end of some patience with one peer. Loop thread only. */
final class Deadline extends TimerWheel.Timer {
    /** Whose patience it is. */
    interface Owner {
        /** Time is up. */
        void onDeadline(Deadline passed);

        /** It threw; must not throw. */
        void onFailure(Throwable cause);
    }

    private final Owner owner;
    private final EventLoop loop;
    private long sinceNanos;

    Deadline(Owner owner, EventLoop loop) {
        this.owner = owner;
        this.loop = loop;
        sinceNanos = loop.nowNanos();
    }

    /** In so many nanoseconds from {@link #renew} on, or from its making. */
    void setAfter(long nanos) {
        loop.wheel().set(this, sinceNanos + nanos);
    }

    /** Time counts from now on; what is set is moved only once it fires, see {@link #isDue}. */
    void renew() {
        sinceNanos = loop.nowNanos();
    }

    /** Whether so many nanoseconds have passed. */
    boolean isDue(long nanos) {
        return loop.nowNanos() - sinceNanos - nanos >= 0;
    }

    void cancel() {
        loop.wheel().cancel(this);
    }

    @Override
    void onDeadline() {
        owner.onDeadline(this);
    }

    @Override
    void onFailure(Throwable cause) {
        owner.onFailure(cause);
    }
}
