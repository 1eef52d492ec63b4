package io.hongyan.im.engine;

import java.io.IOException;

/**
 * Waits for readiness; one for each loop. All calls come from the loop's thread, or before it starts, but for {@link
 * #wakeUp}. Level-triggered.
 */
public interface Poller {
    /**
     * Begins to watch.
     *
     * @param what a connection or acceptor of the same transport
     * @param key reported with each of its events
     * @param interest bits of {@link Readiness}
     * @throws IOException if the kernel refuses; the caller closes it
     */
    void register(Pollable what, long key, int interest) throws IOException;

    /**
     * Waits until something is ready, {@link #wakeUp} was called since the last poll returned, or time is up; then reports what
     * is ready, each thing at most once, and returns. An interrupt may end it early and is cleared. Inside {@code events} any
     * pollable may be closed, and reports of closed ones may still come.
     *
     * @param timeoutNanos 0 not to wait; never less; Long.MAX_VALUE for no limit
     * @param events told of each
     * @throws IOException if polling itself has failed, which ends the loop
     */
    void poll(long timeoutNanos, Events events) throws IOException;

    /** Ends the poll under way, or the next one. From any thread, also after close (then without effect). */
    void wakeUp();

    /**
     * Takes something new to poll with, that watches the same, where polls return for nothing again and again; not inside a poll.
     *
     * @return false if there is nothing that could be new
     * @throws IOException if there is nothing new to be had; all is as before
     */
    default boolean renew() throws IOException {
        return false;
    }

    /** Frees what it holds. Idempotent. */
    void close();

    /** Told what is ready. */
    interface Events {
        /** The thing registered with the key has these {@link Readiness} bits; may be stale. Throws nothing. */
        void ready(long key, int readiness);
    }
}
