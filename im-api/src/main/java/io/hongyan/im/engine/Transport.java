package io.hongyan.im.engine;

import io.hongyan.im.Dispatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the engine asks of a kind of network I/O: a factory of its parts. The defaults are those of a real machine; a
 * simulation replaces them.
 */
public interface Transport {
    /** Opens the poller of one loop. */
    Poller openPoller() throws IOException;

    /**
     * Binds and listens, without SO_REUSEPORT: a second server on the port must get its error.
     *
     * @param address port 0 for any; the wildcard serves IPv4 and IPv6
     * @param keepAlive what the connections are to have, as far as the system knows it
     * @throws java.net.BindException or another IOException whose message names the cause; nothing is left open
     */
    Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException;

    /**
     * Makes the command queue of one loop.
     *
     * @param capacity commands that can wait; a power of two
     */
    Mailbox newMailbox(int capacity);

    /** How listening sockets come and go; null where that is not asked for. */
    default @Nullable Handover handover() {
        return null;
    }

    /** What the engine reads and writes in place of a connection: itself, or a layer around it. */
    default Stream streamOver(Connection connection) {
        return connection;
    }

    /** The clock of deadlines. */
    default Clock clock() {
        return System::nanoTime;
    }

    /** Where session ids come from. */
    default IdSource ids() {
        return new RandomIds();
    }

    /** Where callbacks run that do not run on the loop. */
    default Dispatcher newDispatcher(Dispatch dispatch) {
        return Dispatchers.open(dispatch);
    }

    /** Has a loop run until it {@link LoopThread#isOver}; on that thread, unless a simulation is the thread. */
    default void start(LoopThread runner) {
        runner.start();
    }

    /** Starts a thread that looks at loops and callbacks which do not return. A simulation, where all of them do, has none. */
    default void startWatch(Thread watcher) {
        watcher.start();
    }

    /** Waits for what loops and callbacks complete. A simulation runs them meanwhile. */
    default void await(CompletableFuture<?> done) {
        done.join();
    }
}
