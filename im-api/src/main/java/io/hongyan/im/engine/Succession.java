package io.hongyan.im.engine;

import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The place of one server in a row of servers with the same listening sockets; does nothing where the transport has no {@link Handover}. */
final class Succession implements Handover.Host {
    /** How long a start waits for the predecessor to accept no more. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final long BACK_OFF_NANOS = 200_000_000L;

    private final Running server;
    private final Drain drain;
    private final Transport transport;

    /** The engine's own list. */
    private final List<AcceptDuty> accepting;

    private final @Nullable Handover handover;

    /** How long this server takes to end, once it has handed on. */
    private final Duration drainTime;

    Succession(
            Running server,
            Drain drain,
            Transport transport,
            List<AcceptDuty> accepting,
            Optional<ServerConfig.Handover> asked) {
        this.server = server;
        this.drain = drain;
        this.transport = transport;
        this.accepting = accepting;
        handover = transport.handover();
        drainTime = asked.map(ServerConfig.Handover::drain).orElse(Duration.ZERO);
    }

    /** Before anything is bound. */
    void begin() throws IOException {
        if (handover != null) {
            handover.begin();
        }
    }

    /**
     * The loops run, and this server accepts. Returns when its predecessor does no more, so that whoever connects from then on is served here;
     * a predecessor that is held up is not waited for longer than for {@link #PATIENCE_NANOS}.
     */
    void serve() {
        if (handover == null) {
            return;
        }
        Patience patience = new Patience();
        loop().execute(() -> {
            loop().wheel().set(patience, loop().nowNanos() + PATIENCE_NANOS);
            handover.serve(this, patience::isOver);
        });
        transport.await(patience.over);
    }

    /** Frees the ports, then the place in the row. On the accepting loop, or where there are no loops yet. */
    void close() {
        stopAccepting();
        if (handover != null) {
            handover.close();
        }
    }

    private EventLoop loop() {
        return server.loops()[0];
    }

    // ---- what the handover asks, on the accepting loop

    @Override
    public Runnable watch(Pollable what, Handover.Ready ready) throws IOException {
        Watched watched = new Watched(what, ready);
        watched.key = loop().register(what, watched, Readiness.READ);
        return watched::end;
    }

    @Override
    public void stopAccepting() {
        accepting.forEach(AcceptDuty::close);
    }

    /**
     * What was accepted last is still on its way to the other loops. It goes in front of this, so that it is told that the server goes
     * away, as all others are, and not refused for that.
     */
    @Override
    public void handedOver() {
        AtomicInteger left = new AtomicInteger(server.loops().length);
        for (EventLoop loop : server.loops()) {
            loop.execute(() -> {
                if (left.decrementAndGet() == 0) {
                    drain.begin(drainTime);
                }
            });
        }
    }

    @Override
    public void log(Level level, String line) {
        server.log().log(level, Log.Topic.LIFE, () -> line);
    }

    /** Something that the handover watches. One that fails would fail again at once: it is left alone for a while. */
    private final class Watched extends TimerWheel.Timer implements Registration {
        private final Pollable what;
        private final Handover.Ready ready;
        private long key = -1;

        Watched(Pollable what, Handover.Ready ready) {
            this.what = what;
            this.ready = ready;
        }

        @Override
        public void onReady(int readiness) throws IOException {
            if (!isSet()) {
                ready.onReady();
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            log(
                    Level.WARNING,
                    "the handover cannot go on, trying again soon: "
                            + (cause instanceof IOException ? cause.getMessage() : Log.describe(cause)));
            loop().wheel().set(this, loop().nowNanos() + BACK_OFF_NANOS);
            interest(0);
        }

        @Override
        void onDeadline() {
            interest(Readiness.READ);
        }

        private void interest(int wanted) {
            try {
                what.interest(wanted);
            } catch (IOException e) {
                log(Level.WARNING, "the handover cannot be watched: " + e.getMessage());
            }
        }

        void end() {
            loop().wheel().cancel(this);
            loop().unregister(key);
            what.close();
        }
    }

    /** The start waits for it. */
    private final class Patience extends TimerWheel.Timer {
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        void isOver() {
            loop().wheel().cancel(this);
            over.complete(null);
        }

        @Override
        void onDeadline() {
            over.complete(null);
            log(
                    Level.WARNING,
                    "the predecessor still accepts, beside this server: it is held up; look what its handlers do, or end its process");
        }

        @Override
        void onFailure(Throwable cause) {
            loop().onFailure("waiting for the predecessor", cause);
        }
    }
}
