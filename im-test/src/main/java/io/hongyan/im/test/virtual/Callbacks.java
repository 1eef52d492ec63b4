package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Dispatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where callbacks run: on the loop, or as actors of their own, any of which may be the next to begin. */
final class Callbacks implements Actor, Dispatcher {
    private final Simulation simulation;
    private final boolean onLoop;
    private final List<Runnable> waiting = new ArrayList<>();
    private int running;

    Callbacks(Simulation simulation, boolean onLoop) {
        this.simulation = simulation;
        this.onLoop = onLoop;
    }

    @Override
    public boolean onLoop() {
        return onLoop;
    }

    @Override
    public boolean canAct() {
        return !waiting.isEmpty();
    }

    @Override
    public void act() {
        running++;
        try {
            waiting.remove(simulation.choose(waiting.size())).run();
        } finally {
            running--;
        }
    }

    /** Whether a turn of some handler has been ordered or is under way. */
    boolean isBusy() {
        return running > 0 || !waiting.isEmpty();
    }

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
    }

    @Override
    public boolean close(Duration patience) {
        return true;
    }
}
