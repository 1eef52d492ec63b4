package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.EventLoop;
import org.jspecify.annotations.Nullable;

/** One event loop of a simulation: its step is one turn. Where the loop would wait in its poll it has no step until there is a reason. */
final class LoopActor implements Actor {
    private final Simulation simulation;
    private final EventLoop loop;
    private final VirtualPoller poller;
    private boolean acting;
    private boolean over;

    /** Whether it waits, and until when, if it is not for ever. */
    private boolean parked;

    private @Nullable Long deadline;

    LoopActor(Simulation simulation, EventLoop loop, VirtualPoller poller) {
        this.simulation = simulation;
        this.loop = loop;
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
            loop.runOnce();
            over = loop.isOver();
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
            loop.end();
        }
    }
}
