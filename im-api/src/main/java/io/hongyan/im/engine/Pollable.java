package io.hongyan.im.engine;

import java.io.IOException;

/** Something that a {@link Poller} watches: a connection or an acceptor. Only its loop's thread may touch it, once registered. */
public interface Pollable {
    /**
     * Changes what is watched for, level-triggered. With 0 nothing at all is reported until asked again, not even an error.
     *
     * @param interest bits of {@link Readiness#READ} and {@link Readiness#WRITE}
     * @throws IOException if the kernel refuses; the caller closes it
     */
    void interest(int interest) throws IOException;

    /** Ends watching and frees the descriptor before it returns. Idempotent; after it there is no system call on it. */
    void close();
}
