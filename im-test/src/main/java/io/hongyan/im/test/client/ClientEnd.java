package io.hongyan.im.test.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A client's end of one connection: blocking, and nothing but bytes. One thread may write while another one reads; whoever waits
 * when it is closed fails.
 */
public interface ClientEnd extends AutoCloseable {
    /** How long a client waits for what must come. It measures nothing: it only tells a slow machine from a hang. */
    Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * This end of the connection.
     *
     * @return the address that the server sees
     */
    InetSocketAddress localAddress();

    /**
     * Sends a part of an array; waits while the server reads less than is sent.
     *
     * @param bytes the array
     * @param from the first byte
     * @param to one past the last byte
     * @throws IOException if the connection has failed
     */
    void write(byte[] bytes, int from, int to) throws IOException;

    /**
     * Waits for bytes, for {@link #PATIENCE} at most.
     *
     * @param target where they go, from its start; not empty
     * @return how many came; -1 at the end
     * @throws IOException if the connection has failed, or nothing comes
     */
    int read(byte[] target) throws IOException;

    /**
     * Ends output with a FIN; input goes on.
     *
     * @throws IOException if the connection has failed
     */
    void halfClose() throws IOException;

    /**
     * Ends the connection with an RST.
     *
     * @throws IOException if it has failed before
     */
    void reset() throws IOException;

    /**
     * Ends the connection; with an RST where input was not read. Idempotent.
     *
     * @throws IOException if the system refuses
     */
    @Override
    void close() throws IOException;
}
