package io.hongyan.im.engine;

import java.time.Duration;

/** Runs callbacks off the loop. Any thread. */
public interface Dispatcher {
    /** Whether callbacks are to run on the loop instead, so that {@link #execute} is never called. */
    default boolean onLoop() {
        return false;
    }

    /** Runs a task soon; tasks may block. Never runs it in the caller. */
    void execute(Runnable task);

    /**
     * Ends all threads; no task is given any more.
     *
     * @return false if some still ran after that time
     */
    boolean close(Duration patience);
}
