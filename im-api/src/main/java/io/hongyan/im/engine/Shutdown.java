package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How a server ends: the ports are freed, every session is closed, the loops end once the last {@code onClose} has returned, and the last
 * loop ends the dispatcher. Handlers that do not come back are interrupted, and in the end left behind.
 */
final class Shutdown {
    private final Server server;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicInteger loopsLeft;
    private final CompletableFuture<Void> portsFree = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean forced;

    Shutdown(Server server, int loops) {
        this.server = server;
        loopsLeft = new AtomicInteger(loops);
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
            portsFree.join();
        }
    }

    private void order() {
        if (begun.compareAndSet(false, true)) {
            for (EventLoop loop : server.loops()) {
                loop.execute(() -> server.closeSessionsOf(loop));
            }
            EventLoop accepting = server.loops()[0];
            accepting.execute(this::freePorts);
            accepting.execute(() -> watchHandlers(accepting));
        }
    }

    void await() {
        done.join();
    }

    private void freePorts() {
        if (!portsFree.isDone()) {
            server.stopAccepting();
            portsFree.complete(null);
        }
    }

    /** Twice the time to close is for the sessions; then handlers are interrupted, and as much later given up. */
    private void watchHandlers(EventLoop loop) {
        long patience = 2 * server.limits().closeTimeout().toNanos();
        TimerWheel.Timer giveUp = new TimerWheel.Timer() {
            @Override
            void onDeadline() {
                server.sessionsLeft()
                        .forEach(s -> server.log().log(
                                Level.ERROR,
                                Log.Topic.LIFE,
                                () -> s + ": its handler does not return, the server ends without it; it stands at "
                                        + stackOf(s)));
                forced = true;
                server.signalLoops();
            }
        };
        TimerWheel.Timer interrupt = new TimerWheel.Timer() {
            @Override
            void onDeadline() {
                server.runners().forEach(Thread::interrupt);
                loop.wheel().set(giveUp, loop.nowNanos() + patience);
            }
        };
        loop.wheel().set(interrupt, loop.nowNanos() + patience);
    }

    private static String stackOf(Session session) {
        Thread runner = session.runner();
        return runner == null ? "no callback" : Arrays.toString(runner.getStackTrace());
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
