package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How a server ends: the ports are freed, every session is closed, the loops end once the last {@code onClose} has returned, and the last
 * loop ends the dispatcher. Handlers that do not come back are interrupted, and in the end left behind.
 */
final class Shutdown {
    private final Server server;
    private final Transport transport;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicInteger loopsLeft;
    private final CompletableFuture<Void> portsFree = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Thread watcher;
    private volatile boolean forced;

    Shutdown(Server server, Transport transport, int loops) {
        this.server = server;
        this.transport = transport;
        loopsLeft = new AtomicInteger(loops);
        watcher = new Thread(this::watch, "hongyan-shutdown");
        watcher.setDaemon(true);
    }

    boolean hasBegun() {
        return begun.get();
    }

    /** Whether it is no longer waited for sessions. */
    boolean isForced() {
        return forced;
    }

    CompletionStage<Void> completion() {
        return done.minimalCompletionStage();
    }

    /**
     * Returns when the ports are free. The accepting loop frees them; called on that loop it does so here and now, so that no two
     * loops can wait for each other.
     */
    void begin() {
        order();
        if (server.loops()[0].inLoop()) {
            freePorts();
        } else {
            transport.await(CompletableFuture.anyOf(portsFree, done));
        }
    }

    private void order() {
        if (begun.compareAndSet(false, true)) {
            for (EventLoop loop : server.loops()) {
                loop.execute(() -> server.closeSessionsOf(loop));
            }
            EventLoop accepting = server.loops()[0];
            accepting.execute(this::freePorts);
            transport.startWatch(watcher);
        }
    }

    /** Returns when all is done and no thread is left, but for handlers that were left behind. */
    void await() {
        transport.await(done);
        if (!forced) {
            for (EventLoop loop : server.loops()) {
                loop.liveThread().ifPresent(Shutdown::join);
            }
        }
        join(watcher);
    }

    private void freePorts() {
        if (!portsFree.isDone()) {
            server.stopAccepting();
            portsFree.complete(null);
        }
    }

    /**
     * Sees to handlers that do not come back, on a thread of its own since they may hold up any loop: twice the time to close is for
     * the sessions; then handlers are interrupted, and as much later given up.
     */
    private void watch() {
        long patience = 2 * server.limits().closeTimeout().toMillis();
        if (isDoneWithin(patience)) {
            return;
        }
        server.runners().forEach(Thread::interrupt);
        if (isDoneWithin(patience)) {
            return;
        }
        for (Thread stuck : server.runners()) {
            server.log().log(
                    Level.ERROR,
                    Log.Topic.LIFE,
                    () -> stuck.getName() + ": a handler does not return, the server ends without it; it stands at "
                            + Arrays.toString(stuck.getStackTrace()));
        }
        forced = true;
        server.signalLoops();
        if (!isDoneWithin(patience)) {
            done.complete(null);
        }
    }

    private boolean isDoneWithin(long millis) {
        try {
            done.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("nobody interrupts or fails this", e);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the loop's thread, its last act. One that ends before the server was to close has failed, and the others go too. */
    void onLoopEnd(EventLoop loop) {
        order();
        if (loop == server.loops()[0]) {
            freePorts();
        }
        loop.registrations().forEach(tenant -> {
            if (tenant instanceof Peer peer) {
                peer.abandon();
            }
        });
        loop.free();
        if (loopsLeft.decrementAndGet() == 0) {
            server.dispatcher().close(server.limits().closeTimeout());
            done.complete(null);
        }
    }
}
