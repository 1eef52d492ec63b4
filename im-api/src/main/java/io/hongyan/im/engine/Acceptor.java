package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A bound, listening, non-blocking socket. */
public interface Acceptor extends Pollable {
    /** The address it is bound to, with the real port. Any thread. */
    InetSocketAddress address();

    /**
     * Takes one waiting connection, non-blocking and with TCP_NODELAY set.
     *
     * @return null if none waits (ECONNABORTED and the like count as none)
     * @throws IOException if none can be taken now, such as for want of descriptors
     */
    @Nullable
    Connection accept() throws IOException;

    /**
     * Ends one waiting connection where {@link #accept} has thrown: its peer sees a close, and does not wait for what does not come. For that
     * an acceptor holds one descriptor to spare, and gives it up for as long as this takes. Who takes the place of that meanwhile does no harm:
     * then there is none to spare until an {@code accept} can have one.
     *
     * @return false if none waits, or none can be had so either
     */
    boolean shed();
}
