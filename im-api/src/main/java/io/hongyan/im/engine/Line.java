package io.hongyan.im.engine;

import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;

/** The loop's side of a session, as the session knows it. Loop thread only, but for the address. */
interface Line {
    /** Whether what is delivered now comes before any close that was ordered. */
    boolean isDelivering();

    /** Queues wires that are reserved. */
    void enqueue(Wire wire, long charge);

    /** Writes what has room on the wire before a limit is judged against its owner. */
    void writeEarly();

    /** Looks at what other threads may have changed. Throws nothing. */
    void refresh();

    /** Closes at the end of this iteration. */
    void closeSoon();

    /** A command has failed. */
    void onFailure(Throwable cause);

    /** Any thread. */
    InetSocketAddress remoteAddress();
}
