package io.hongyan.im.test.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How clients reach the servers of a transport: by the machine's sockets, or by a network that the transport brings. */
public interface Wiring {
    /**
     * Connects.
     *
     * @param server where to
     * @param receiveBufferBytes what the connection holds for a client that does not read, as far as this can be chosen; 0 for the usual
     * @return the client's end
     * @throws IOException if it cannot connect
     */
    ClientEnd connect(InetSocketAddress server, int receiveBufferBytes) throws IOException;

    /**
     * Connects from one of the addresses of this machine's loopback, with the usual buffers.
     *
     * @param client such as 127.0.0.2
     * @param server where to
     * @return the client's end
     * @throws IOException if it cannot connect, or there is no such address
     */
    ClientEnd connectFrom(InetAddress client, InetSocketAddress server) throws IOException;

    /**
     * Listens, as a stranger would whose port is wanted.
     *
     * @param address port 0 for any
     * @return the port, until it is closed
     * @throws IOException if the address is not there to be had
     */
    Port occupy(InetSocketAddress address) throws IOException;

    /** A port in use. */
    interface Port extends AutoCloseable {
        /**
         * Where it is.
         *
         * @return its address and number
         */
        InetSocketAddress address();

        /**
         * Frees it.
         *
         * @throws IOException if the system refuses
         */
        @Override
        void close() throws IOException;
    }

    /**
     * The machine's.
     *
     * @return TCP sockets
     */
    static Wiring sockets() {
        return new Sockets();
    }
}
