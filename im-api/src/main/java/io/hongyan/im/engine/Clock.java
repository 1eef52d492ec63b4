package io.hongyan.im.engine;

/** Time that never goes back. Any thread. */
@FunctionalInterface
public interface Clock {
    /** Nanoseconds since an arbitrary moment; only differences mean something, also across overflow. */
    long nanoTime();
}
