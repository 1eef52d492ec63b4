package io.hongyan.im.test.virtual;

import io.hongyan.im.Dispatch;
import io.hongyan.im.engine.Clock;
import io.hongyan.im.engine.Dispatcher;
import io.hongyan.im.engine.IdSource;
import io.hongyan.im.engine.LoopThread;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** The engine's ports in a simulation, which is the thread of its loops and callbacks. */
final class SimulatedTransport extends VirtualTransport {
    private final Simulation simulation;

    /** Of loops that are yet to start, in their order; the last one starts first. */
    private final Deque<VirtualPoller> pollers = new ArrayDeque<>();

    private int ids;

    SimulatedTransport(Simulation simulation) {
        super(simulation.network());
        this.simulation = simulation;
    }

    @Override
    public Poller openPoller() {
        pollers.add(newPoller());
        return pollers.getLast();
    }

    @Override
    public Clock clock() {
        return simulation::nanoTime;
    }

    @Override
    public IdSource ids() {
        return () -> new SessionId(0, ++ids);
    }

    @Override
    public Dispatcher newDispatcher(Dispatch dispatch) {
        Callbacks callbacks = new Callbacks(simulation, dispatch == Dispatch.ON_LOOP);
        simulation.add(callbacks);
        return callbacks;
    }

    @Override
    public void start(LoopThread runner) {
        simulation.add(new LoopActor(simulation, runner, pollers.removeLast()));
    }

    @Override
    public void startWatch(Thread watcher) {
        // Every callback has returned before anything else happens.
    }

    @Override
    public void await(CompletableFuture<?> done) {
        simulation.await(done);
    }
}
