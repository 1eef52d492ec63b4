package io.hongyan.im.spi;

import io.hongyan.im.ImServer;
import java.io.IOException;
import java.util.Optional;

/**
 * Makes servers on one kind of network I/O. Found by {@link java.util.ServiceLoader}; see {@link ImServer.Builder#transport} for how
 * one is chosen.
 */
public interface TransportProvider {
    /**
     * The name that it is chosen by.
     *
     * @return lower-case letters and digits, such as {@code nio}
     */
    String name();

    /**
     * The highest that can serve here is taken.
     *
     * @return 0 for one that serves everywhere, more for a better one, less than 0 to be taken by name only
     */
    int priority();

    /**
     * Why this transport cannot serve here.
     *
     * @return one sentence with the way out ("needs Java 25, this is 17"), or empty if it can
     */
    Optional<String> unavailable();

    /**
     * Whether its servers can hand their listening sockets to a successor, see {@link ImServer.Builder#handover}.
     *
     * @return false by default; then no server that is to do so is asked of it
     */
    default boolean handsOver() {
        return false;
    }

    /**
     * Starts a server; it is bound when this returns.
     *
     * @param config what to serve
     * @return the running server
     * @throws IOException if it cannot listen; nothing is left behind
     */
    ImServer start(ServerConfig config) throws IOException;
}
