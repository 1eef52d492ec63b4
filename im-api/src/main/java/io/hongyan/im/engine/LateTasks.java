package io.hongyan.im.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Tasks that wait until the commands before a position have been executed. Loop thread only. */
final class LateTasks {
    private record Late(long tail, Runnable task) {}

    private final List<Late> waiting = new ArrayList<>();

    void add(long tail, Runnable task) {
        waiting.add(new Late(tail, task));
    }

    /** Runs those whose position the head has reached; they may add others, which wait for the next call. */
    void run(long head, Consumer<Runnable> runner) {
        if (waiting.isEmpty()) {
            return;
        }
        List<Runnable> due = new ArrayList<>();
        for (Iterator<Late> i = waiting.iterator(); i.hasNext(); ) {
            Late next = i.next();
            if (head - next.tail() >= 0) {
                i.remove();
                due.add(next.task());
            }
        }
        due.forEach(runner);
    }
}
