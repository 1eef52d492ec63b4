package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.LoopThread;
import org.jspecify.annotations.Nullable;

/** One event loop of a simulation: its step is one turn. Where the loop would wait in its poll it has no step until there is a reason. */
final class LoopActor implements Actor {
    private final Simulation simulation;
    private final LoopThread runner;
    private final VirtualPoller poller;
    private boolean acting;
    private boolean over;

    /** Whether it waits, and until when, if it is not for ever. */
    private boolean parked;

    private @Nullable Long deadline;

    LoopActor(Simulation simulation, LoopThread runner, VirtualPoller poller) {
        this.simulation = simulation;
        this.runner = runner;
        this.poller = poller;
    }

    @Override
    public boolean canAct() {
        return !over && !acting && (!parked || isTimeUp() || poller.hasReason());
    }

    private boolean isTimeUp() {
        return deadline != null && simulation.nanoTime() - deadline >= 0;
    }

    @Override
    public long nanosToNext() {
        return over || !parked || deadline == null ? Long.MAX_VALUE : Math.max(0, deadline - simulation.nanoTime());
    }

    /** Whether it sleeps though there is something in its mailbox. */
    boolean isForgotten() {
        return parked && !over && !acting && poller.isForgotten();
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void act() {
        acting = true;
        parked = false;
        poller.beginTurn();
        try {
            runner.loop().runOnce();
            over = runner.isOver();
        } catch (Fate.Parked wait) {
            parked = true;
            deadline = wait.nanos == Long.MAX_VALUE ? null : simulation.nanoTime() + wait.nanos;
        } catch (Throwable t) {
            simulation.broken(new AssertionError("a loop has failed", t));
            over = true;
        } finally {
            acting = false;
        }
        if (over) {
            runner.end();
        }
    }
}
