package io.hongyan.im.engine;

import java.time.Duration;
import java.util.List;

/** Runs callbacks off the loop. Any thread. */
public interface Dispatcher {
    /** Whether callbacks are to run on the loop instead, so that {@link #execute} is never called. */
    default boolean onLoop() {
        return false;
    }

    /**
     * Runs a task soon; tasks may block. Never runs it in the caller.
     *
     * @throws RuntimeException or an Error, such as an OutOfMemoryError, if there is no thread for it: then it never runs
     */
    void execute(Runnable task);

    /**
     * Runs each of these turns soon and by itself, as {@link #execute} does, and tells those that there is no thread for. There is one at
     * least, and the list is the dispatcher's own from now on.
     */
    default void executeAll(List<Turn> turns) {
        for (Turn turn : turns) {
            try {
                execute(turn);
            } catch (Throwable t) {
                turn.refused(t);
            }
        }
    }

    /** How many tasks can run at the same time. */
    default int capacity() {
        return Integer.MAX_VALUE;
    }

    /**
     * Ends all threads; no task is given any more.
     *
     * @return false if some still ran after that time
     */
    boolean close(Duration patience);

    /** A task that has to be run: where it cannot be now, it sees to it that it is some time. */
    interface Turn extends Runnable {
        /** There is no thread for it. Any thread; throws nothing. */
        void refused(Throwable cause);
    }
}
