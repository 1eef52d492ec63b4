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

    /**
     * Ends watching, and the connection: a peer that reads sees the end at once. The descriptor is free, with all that the peer is still to
     * feel of it, before its poller next waits, and at the latest when that is closed; an acceptor's descriptor and port are free when this
     * returns. Idempotent; after it the engine has no call made on it.
     */
    void close();
}
