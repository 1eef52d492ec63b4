package io.hongyan.im.engine;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a server ends: the ports are freed, every session is closed, the loops end once the last {@code onClose} has returned, and the last
 * loop ends the dispatcher and tells the plugins. Handlers that do not come back are interrupted, and in the end left behind. Any thread.
 *
 * <p>Whoever closes waits for {@link #ended}, on which no code of the host's depends, and for the threads. What the host has made depend on
 * the end runs behind that on a thread that nobody waits for, since it may wait for those who close: {@code System.exit} does, for its hooks.
 * A handler or plugin that has called {@code System.exit} does not come back either: where it is all that is left, nobody waits for it.
 */
final class Shutdown {
    /** How long a thread is waited for before it is looked again whether it is one to be waited for. */
    private static final int LOOK_MILLIS = 10;

    /** How often it is looked whether all that is left is in {@code System.exit}. */
    private static final long EXIT_LOOK_MILLIS = 100;

    /** Once it is no longer waited for sessions: in so long a loop, or a handler, that nobody holds up has ended or begun to. */
    private static final long FORCED_MILLIS = 500;

    private final Running server;
    private final Transport transport;
    private final AtomicInteger loopsLeft;
    private final CompletableFuture<Void> portsFree = new CompletableFuture<>();

    /** All is done, but for telling so. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Told last. */
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private final CompletionStage<Void> completion = done.minimalCompletionStage();

    /** Threads in the last act of a loop, where callbacks may come too. */
    private final Set<Thread> ending = ConcurrentHashMap.newKeySet();

    private final Thread watcher;

    /** Written under this object's lock. */
    private volatile boolean begun;

    private volatile boolean forced;

    /** Guarded by this object's lock: whether the watcher runs, and then it tells. */
    private boolean watched;

    /** Guarded by this object's lock: code of the host's may depend on {@link #done}. */
    private boolean asked;

    /** There was no thread for the watcher: those who close see to what it would. */
    private volatile boolean unwatched;

    /** The thread that runs what the host has made depend on the end. */
    private volatile @Nullable Thread teller;

    Shutdown(Running server, Transport transport, int loops) {
        this.server = server;
        this.transport = transport;
        loopsLeft = new AtomicInteger(loops);
        watcher = new Thread(this::watchAndTell, "hongyan-shutdown");
        watcher.setDaemon(false);
    }

    boolean hasBegun() {
        return begun;
    }

    /** Whether it is no longer waited for sessions. */
    boolean isForced() {
        return forced;
    }

    synchronized CompletionStage<Void> completion() {
        asked = true;
        return completion;
    }

    /** Whether this thread is one that the end needs, or that runs what depends on it. */
    boolean isOwn(Thread thread) {
        return thread == watcher || thread == teller || thread == server.watchdog() || ending.contains(thread);
    }

    /**
     * Returns when the ports are free. The accepting loop frees them; called on that loop, or before it runs, it does so here and now, so
     * that no two loops can wait for each other.
     */
    void begin() {
        order();
        if (server.loops()[0].inLoop() || server.isStartingOn(Thread.currentThread())) {
            freePorts();
        } else if (Thread.currentThread() != watcher) {
            transport.await(CompletableFuture.anyOf(portsFree, ended));
        }
    }

    private void order() {
        if (isFirst()) {
            for (EventLoop loop : server.loops()) {
                loop.execute(() -> server.closeSessionsOf(loop));
            }
            server.loops()[0].execute(this::freePorts);
        }
    }

    /** Loops may end from here on; by then it is known who tells. */
    private synchronized boolean isFirst() {
        if (begun) {
            return false;
        }
        try {
            transport.startWatch(watcher);
            watched = watcher.getState() != Thread.State.NEW;
        } catch (Throwable t) {
            unwatched = true;
            server.log().log(
                    Level.WARNING,
                    Log.Topic.LIFE,
                    () -> "no thread to watch the server's end, whoever closes it does: " + Log.describe(t));
        }
        begun = true;
        return true;
    }

    /** Returns when all is done and no thread is left, but for code of the host's that was left behind or depends on the end. */
    void await() {
        if (unwatched) {
            if (!watch()) {
                tell();
            }
        } else {
            transport.await(ended);
        }
        if (!forced) {
            for (LoopThread runner : server.loopThreads()) {
                join(runner);
            }
        }
        join(watcher);
        server.watchdog().awaitEnd();
        while (!done.isDone()) {
            Thread.onSpinWait();
        }
    }

    private void freePorts() {
        if (!portsFree.isDone()) {
            server.stopAccepting();
            portsFree.complete(null);
        }
    }

    private void watchAndTell() {
        watch();
        tell();
    }

    /**
     * Sees to callbacks that do not come back, on a thread of its own since they may hold up any loop: twice the time to close is for
     * the sessions; then they are interrupted, and as much later given up. False if a loop was given up, too.
     */
    private boolean watch() {
        long patience = 2 * server.limits().closeTimeout().toMillis();
        if (endsWithin(patience)) {
            return true;
        }
        List<Thread> left = exiting();
        if (left.isEmpty()) {
            server.runners().forEach(Thread::interrupt);
            if (endsWithin(patience)) {
                return true;
            }
            left = exiting();
        }
        boolean exits = !left.isEmpty();
        return endsWithout(exits ? left : server.runners(), exits, patience);
    }

    /** Leaves these threads behind. False if a loop was, too. */
    private boolean endsWithout(List<Thread> left, boolean exits, long patience) {
        for (Thread stuck : left) {
            String what = exits
                    ? ": a handler or plugin has called System.exit, which waits for this close"
                    : ": a handler or plugin does not return";
            server.log().log(
                    exits ? Level.INFO : Level.ERROR,
                    Log.Topic.LIFE,
                    () -> stuck.getName() + what + ", the server ends without it; it stands at "
                            + Arrays.toString(stuck.getStackTrace()));
        }
        forced = true;
        server.signalLoops();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(patience, 2 * FORCED_MILLIS));
        int before;
        do {
            before = loopsLeft.get();
            if (isEndedWithin(FORCED_MILLIS)) {
                return true;
            }
        } while ((loopsLeft.get() < before || !left.containsAll(ending)) && System.nanoTime() < end);
        server.plugins().stop(server.server());
        server.watchdog().end();
        ended.complete(null);
        return false;
    }

    /** False after that time, and sooner if it would wait for threads that wait for the caller. */
    private boolean endsWithin(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; left > 0 && exiting().isEmpty(); ) {
            if (isEndedWithin(Math.min(left, EXIT_LOOK_MILLIS))) {
                return true;
            }
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return ended.isDone();
    }

    /** The threads in {@code System.exit}, if the JVM waits for its hooks and all that is left of this server waits for those threads. */
    private List<Thread> exiting() {
        try {
            // Never one of them: this asks whether they have begun.
            Runtime.getRuntime().removeShutdownHook(watcher);
            return List.of();
        } catch (IllegalStateException begunToExit) {
            Map<Thread, Boolean> seen = new HashMap<>();
            Predicate<Thread> exits = thread -> seen.computeIfAbsent(thread, Shutdown::isExiting);
            return server.isLeftTo(exits)
                    ? server.runners().stream().filter(exits).toList()
                    : List.of();
        }
    }

    private static boolean isExiting(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("exit") && frame.getClassName().equals(Runtime.class.getName())) {
                return true;
            }
        }
        return false;
    }

    private boolean isEndedWithin(long millis) {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (true) {
                try {
                    ended.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails this", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for a thread's end, unless that may be waiting for the caller's. */
    private void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != teller && thread != Thread.currentThread()) {
            try {
                thread.join(LOOK_MILLIS);
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
        Thread here = Thread.currentThread();
        ending.add(here);
        try {
            order();
            if (loop == server.loops()[0]) {
                freePorts();
            }
            server.abandonSessionsOf(loop);
            loop.free();
        } finally {
            if (loopsLeft.decrementAndGet() == 0) {
                finish();
            }
            ending.remove(here);
        }
    }

    private void finish() {
        try {
            // What was left behind will not end.
            server.dispatcher()
                    .close(
                            forced
                                    ? Duration.ofMillis(FORCED_MILLIS)
                                    : server.limits().closeTimeout());
            server.plugins().stop(server.server());
        } finally {
            server.watchdog().end();
            ended.complete(null);
            if (!isWatched()) {
                tell();
            }
        }
    }

    private synchronized boolean isWatched() {
        return watched;
    }

    private void tell() {
        synchronized (this) {
            if (!asked) {
                done.complete(null);
                return;
            }
            teller = Thread.currentThread();
        }
        done.complete(null);
    }
}
