package io.hongyan.im.engine;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes to and from one peer as the engine reads and writes them. A {@link Connection} is a stream of itself; a layer such as TLS is
 * a stream around one: what it reads is plain and what it is given to write is plain, while the poller goes on to watch the socket below.
 *
 * <p>Such a layer holds bytes of its own, and what the socket is ready for is not always what the layer waits for. So after each call
 * {@link #pending} says what the poller cannot know. EAGAIN and EINTR are results, not exceptions. Loop thread only.
 */
public interface Stream {
    /** Without room and without bytes: for a call that is not about plain bytes. */
    ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** A read may give plain bytes, or the end, without any event: a turn is to be taken again. Then a read that gave 0 says nothing yet. */
    int MORE_INPUT = 1;

    /** Bytes that the layer has made or taken wait for room in the socket: it wants to write, and there is no FIN before. */
    int MORE_OUTPUT = 2;

    /**
     * No write goes on before something is read, such as the peer's part of a handshake. The layer takes in all that the socket has until then,
     * for nobody may want the plain bytes before it: past a bound of its own it fails. At the end of input it is pending no more: writes go on
     * without, or fail.
     */
    int WANTS_READ = 4;

    /**
     * Reads once.
     *
     * @param target a direct buffer; one without room asks the layer to take in what the socket has, and to give nothing
     * @return bytes read; 0 if there is nothing now; -1 at the end of input
     * @throws IOException if the connection has failed; a layer with something to say of that has tried to write it
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes once.
     *
     * @param source a direct buffer; its position advances by what was taken. An empty one asks the layer to go on with what it holds
     * @return bytes taken, less than were left or 0 if no more can be taken now
     * @throws IOException if the connection has failed (SIGPIPE is never raised)
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Ends output: what the layer itself has to say last, then a FIN. If {@link #MORE_OUTPUT} is pending afterwards there was no FIN yet, and
     * this is to be called again once it can write.
     *
     * @throws IOException if the connection has failed
     */
    void shutdownOutput() throws IOException;

    /**
     * What is left after the last call.
     *
     * @return bits of {@link #MORE_INPUT}, {@link #MORE_OUTPUT} and {@link #WANTS_READ}; always 0 of a plain socket
     */
    default int pending() {
        return 0;
    }
}
