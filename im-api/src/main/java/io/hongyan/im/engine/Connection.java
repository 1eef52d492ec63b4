package io.hongyan.im.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One accepted, non-blocking byte stream. A layer such as TLS is a Connection around a Connection: what it reads is plain,
 * what it is given to write is plain, and what it has buffered inside it must report as readable.
 *
 * <p>EAGAIN and EINTR are results, not exceptions.
 */
public interface Connection extends Pollable {
    /** The peer's address, taken when the connection was accepted. Any thread. */
    InetSocketAddress remoteAddress();

    /**
     * Reads once.
     *
     * @param target a direct buffer with room
     * @return bytes read; 0 if there is nothing now; -1 at the end of input
     * @throws IOException if the connection has failed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once.
     *
     * @param source a direct buffer with bytes; its position advances by what was taken
     * @return bytes taken, less than were left or 0 if the kernel is full
     * @throws IOException if the connection has failed (SIGPIPE is never raised)
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Ends output with a FIN after what was written.
     *
     * @throws IOException if the connection has failed
     */
    void shutdownOutput() throws IOException;
}
