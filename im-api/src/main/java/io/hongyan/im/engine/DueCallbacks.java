package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.List;

/** Turns of handlers that have become due in one iteration of a loop; they are started together, which costs less. Loop thread only. */
final class DueCallbacks {
    private final Dispatcher dispatcher;
    private List<Runnable> due = new ArrayList<>();

    DueCallbacks(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    void add(Runnable turn) {
        due.add(turn);
    }

    void start() {
        if (due.isEmpty()) {
            return;
        }
        List<Runnable> now = due;
        due = new ArrayList<>();
        dispatcher.executeAll(now);
    }
}
