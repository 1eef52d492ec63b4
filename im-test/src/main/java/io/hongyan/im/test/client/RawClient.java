package io.hongyan.im.test.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;

/**
 * A client made of a blocking connection and nothing else, so that a test sees what is on the wire. One thread may send while
 * another one reads. A read that gives nothing for {@link ClientEnd#PATIENCE} fails; one that finds the end closes the connection, as
 * the server waits for the peer's end, too.
 */
public class RawClient implements AutoCloseable {
    private final ClientEnd end;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private boolean ended;

    /**
     * A client of a connection that is there.
     *
     * @param end this client's alone
     */
    public RawClient(ClientEnd end) {
        this.end = end;
    }

    /**
     * Connects a socket.
     *
     * @param server where to
     * @param receiveBufferBytes the size of the kernel's receive buffer, for a peer that is to be slow; 0 for the usual one
     * @throws IOException if it cannot connect
     */
    public RawClient(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        this(Wiring.sockets().connect(server, receiveBufferBytes));
    }

    /**
     * This end of the connection.
     *
     * @return the address that the server sees
     */
    public final InetSocketAddress localAddress() {
        return end.localAddress();
    }

    /**
     * Sends bytes as they are, in one write.
     *
     * @param bytes the bytes
     * @throws IOException if the connection has failed
     */
    public final void sendBytes(byte[] bytes) throws IOException {
        sendBytes(bytes, 0, bytes.length);
    }

    /**
     * Sends a part of an array, in one write.
     *
     * @param bytes the array
     * @param from the first byte
     * @param to one past the last byte
     * @throws IOException if the connection has failed
     */
    public final void sendBytes(byte[] bytes, int from, int to) throws IOException {
        Spoken.note(bytes, from, to);
        end.write(bytes, from, to);
    }

    /**
     * Reads one byte.
     *
     * @return 0 to 255, or -1 at the end
     * @throws IOException if the connection has failed
     */
    public final int readByte() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    /** False at the end. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        position = 0;
        limit = Math.max(0, end.read(buffer));
        if (limit == 0) {
            ended = true;
            end.close();
        }
        return !ended;
    }

    /**
     * Reads just so many bytes.
     *
     * @param count how many
     * @return the bytes
     * @throws IOException if the connection fails or ends before
     */
    public final byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            if (position == limit && !fill()) {
                throw new EOFException("ended after " + done + " of " + count + " bytes");
            }
            int more = Math.min(count - done, limit - position);
            System.arraycopy(buffer, position, bytes, done, more);
            position += more;
            done += more;
        }
        return bytes;
    }

    /**
     * The server has ended its output in good order, and sent nothing more before.
     *
     * @throws IOException if the connection was reset
     */
    public final void expectEnd() throws IOException {
        int next = readByte();
        if (next >= 0) {
            throw new AssertionError("expected the end, got a byte " + next);
        }
    }

    /**
     * Reads and forgets until the connection ends in whatever way.
     *
     * @throws IOException if it does not end
     */
    public final void awaitGone() throws IOException {
        try {
            while (readByte() >= 0) {
                position = limit;
            }
        } catch (SocketException reset) {
            // An end, too.
        }
    }

    /**
     * Ends output with a FIN; input goes on.
     *
     * @throws IOException if the connection has failed
     */
    public final void halfClose() throws IOException {
        end.halfClose();
    }

    /**
     * Ends the connection with an RST.
     *
     * @throws IOException if it has failed before
     */
    public final void reset() throws IOException {
        end.reset();
    }

    /** Ends the connection; with an RST where input was not read. */
    @Override
    public final void close() throws IOException {
        end.close();
    }
}
