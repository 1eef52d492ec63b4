package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One accepted, non-blocking socket: what a {@link Poller} watches, and the plain {@link Stream} of its bytes. It is never given a buffer
 * without room to read into, nor an empty one to write.
 */
public interface Connection extends Pollable, Stream {
    /** The peer's address, taken when the connection was accepted. Any thread. */
    InetSocketAddress remoteAddress();

    /**
     * Reads once.
     *
     * @param target a direct buffer with room
     * @return bytes read; 0 if there is nothing now; -1 at the end of input
     * @throws IOException if the connection has failed
     */
    @Override
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once.
     *
     * @param source a direct buffer with bytes; its position advances by what was taken
     * @return bytes taken, less than were left or 0 if the kernel is full
     * @throws IOException if the connection has failed (SIGPIPE is never raised)
     */
    @Override
    int write(ByteBuffer source) throws IOException;

    /**
     * Ends output with a FIN after what was written.
     *
     * @throws IOException if the connection has failed
     */
    @Override
    void shutdownOutput() throws IOException;
}
