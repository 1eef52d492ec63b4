package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.List;

/** Turns of handlers that have become due in one iteration of a loop; they are started together, which costs less. Loop thread only. */
final class DueCallbacks {
    private final Dispatcher dispatcher;
    private List<Dispatcher.Turn> due = new ArrayList<>();

    DueCallbacks(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    void add(Dispatcher.Turn turn) {
        due.add(turn);
    }

    /** Throws nothing: a turn that there is no thread for is told so. */
    void start() {
        if (due.isEmpty()) {
            return;
        }
        List<Dispatcher.Turn> now = due;
        due = new ArrayList<>();
        dispatcher.executeAll(now);
    }
}
