package io.hongyan.im.engine;

import java.time.Duration;
import java.util.List;

/** Runs callbacks off the loop. Any thread. */
public interface Dispatcher {
    /** Whether callbacks are to run on the loop instead, so that {@link #execute} is never called. */
    default boolean onLoop() {
        return false;
    }

    /** Runs a task soon; tasks may block. Never runs it in the caller. */
    void execute(Runnable task);

    /**
     * Runs each of these tasks soon and by itself, as {@link #execute} does. There is one at least, and the list is the dispatcher's own
     * from now on.
     */
    default void executeAll(List<Runnable> tasks) {
        tasks.forEach(this::execute);
    }

    /**
     * Ends all threads; no task is given any more.
     *
     * @return false if some still ran after that time
     */
    boolean close(Duration patience);
}
