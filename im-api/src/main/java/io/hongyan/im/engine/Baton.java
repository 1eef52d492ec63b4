package io.hongyan.im.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that is held for a moment and that no loop need wait for: work that a loop brings while another thread has it is done by that
 * thread. Whoever finds it taken spins and then yields, so nobody queues up behind a thread that has no processor. Nothing that blocks and
 * nothing of a user's runs while it is held. Not reentrant.
 */
abstract class Baton {
    private static final int SPINS = 64;
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
    @SuppressWarnings("ThreadPriorityCheck") // whoever has it runs, or is ready to
    final void take() {
        for (int spins = 0; !tryTake(); spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
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
