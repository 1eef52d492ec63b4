package io.hongyan.im.engine;

/** Whatever a loop has registered with its poller. Loop thread only. */
interface Registration {
    /** It is ready for something, see {@link Readiness}; the event is not stale. */
    void onReady(int readiness) throws Exception;

    /** What {@link #onReady} threw; must not throw. */
    void onFailure(Throwable cause);
}
