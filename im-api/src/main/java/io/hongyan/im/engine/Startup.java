package io.hongyan.im.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a server begins to run: its loops are made, and when it is bound its plugins are told and the loops are started. On the thread that starts it. */
final class Startup {
    private final Running server;
    private final Shutdown shutdown;

    /** The thread that tells the plugins; no loop runs yet. */
    private volatile @Nullable Thread telling;

    Startup(Running server, Shutdown shutdown) {
        this.server = server;
        this.shutdown = shutdown;
    }

    /** Whether that thread is the one that tells the plugins of the start. Any thread. */
    boolean isOn(Thread thread) {
        return thread == telling;
    }

    /** The thread that a plugin is told of the start on now. Any thread. */
    @Nullable
    Thread runner() {
        return telling;
    }

    /**
     * Makes a loop that does not run yet.
     *
     * @throws IOException if the machine does not give what it needs; nothing is left open
     */
    EventLoop openLoop(int index, Transport transport, Counters counters, Budget budget) throws IOException {
        Mailbox mailbox = transport.newMailbox(powerOfTwo(server.limits().commandQueueLength()));
        Poller poller;
        try {
            poller = transport.openPoller();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            String wayOut = Log.wayOut(reason);
            throw new IOException(
                    "no poller for loop " + index + " of " + server.loops().length + ": " + reason
                            + (wayOut == null ? "" : "; " + wayOut + ", or take fewer loops"),
                    e);
        }
        try {
            return new EventLoop(
                    index, poller, mailbox, transport.clock(), server.dispatcher(), server.log(), counters, budget);
        } catch (RuntimeException | Error e) {
            // For want of memory outside of the heap.
            poller.close();
            throw e;
        }
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    /**
     * The accepting loop is the last to start, so that nobody comes before all are there. If one does not, all end by the usual way; those
     * that have no thread end on this one.
     *
     * @throws IOException if there is no thread for a loop; nothing is left behind
     * @throws IllegalStateException if a plugin refuses to start; nothing is left behind
     */
    void run(Transport transport) throws IOException {
        EventLoop[] loops = server.loops();
        int left = loops.length;
        try {
            tellPlugins();
            server.watchdog().begin(transport);
            while (left > 0) {
                start(server.loopThreads()[left - 1], transport);
                left--;
            }
        } catch (IOException | RuntimeException | Error e) {
            for (int i = 0; i < left; i++) {
                shutdown.onLoopEnd(loops[i]);
            }
            shutdown.await();
            throw e;
        }
    }

    private void tellPlugins() {
        telling = Thread.currentThread();
        try {
            server.plugins().start(server.server());
        } finally {
            telling = null;
        }
    }

    private void start(LoopThread runner, Transport transport) throws IOException {
        try {
            transport.start(runner);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "no thread for loop " + runner.loop().index() + " of " + server.loops().length + ": "
                            + e.getMessage()
                            + "; allow the process more threads (ulimit -u, pids.max of its cgroup), or take fewer loops",
                    e);
        }
    }
}
