package io.hongyan.im.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock that is held for a moment and that no loop need wait for: work that a loop brings while another thread has it is done by that
 * thread. Whoever finds it taken spins, yields, and then sleeps a little, so nobody queues up behind a thread that has no processor, and
 * nobody keeps a processor from it: a virtual thread that has been put off its carrier, by a monitor of the JDK's say, gets none while
 * others yield to each other for ever. Nothing of a user's runs while it is held. Not reentrant.
 */
abstract class Baton {
    private static final int SPINS = 64;
    private static final int YIELDS = 64;
    private static final long SLEEP_NANOS = 50_000;
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Baton.class, "taken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean taken;

    /** Whether {@link #work} has something to do. Any thread. */
    abstract boolean hasWork();

    /** Does what others have brought. The caller has the baton. */
    abstract void work();

    /** Takes it, and does what others have brought. Where that fails it is free again, and the caller has not got it. */
    final void take() {
        boolean interrupted = false;
        for (int tries = 0; !tryTake(); tries++) {
            interrupted |= waited(tries);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        boolean done = !hasWork();
        try {
            if (!done) {
                work();
                done = true;
            }
        } finally {
            taken = done;
        }
    }

    /** Answers whether the caller was interrupted, which would keep it from sleeping. */
    @SuppressWarnings("ThreadPriorityCheck") // whoever has it runs, or is ready to
    private static boolean waited(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
            return false;
        }
        if (tries < SPINS + YIELDS) {
            Thread.yield();
            return false;
        }
        LockSupport.parkNanos(SLEEP_NANOS);
        return Thread.interrupted();
    }

    /** Gives it back; what was brought meanwhile is not left lying. */
    final void give() {
        taken = false;
        bring();
    }

    /** Sees to it that what was just brought gets done, by the caller or by whoever has the baton. Never waits. */
    final void bring() {
        while (hasWork() && tryTake()) {
            try {
                work();
            } finally {
                taken = false;
            }
        }
    }

    private boolean tryTake() {
        return !taken && TAKEN.compareAndSet(this, false, true);
    }
}
