package io.hongyan.im.engine;

/** Gives session ids. Any thread. */
@FunctionalInterface
public interface IdSource {
    /** An id that was never given before and that nobody can guess. */
    SessionId nextId();
}
