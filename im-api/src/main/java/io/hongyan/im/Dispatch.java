package io.hongyan.im;

/** Where the callbacks of a {@link MessageHandler} run. */
public enum Dispatch {
    /**
     * Each session's callbacks run one at a time on a virtual thread and may block; on a Java without virtual threads
     * (before 21) they share a pool of 64 platform threads: while 64 block, those of other sessions wait. The default.
     */
    VIRTUAL_THREADS,
    /**
     * Callbacks run on the event loop that owns the session. The fastest, for handlers that never block: a handler that
     * waits holds up every session of that loop.
     */
    ON_LOOP
}
