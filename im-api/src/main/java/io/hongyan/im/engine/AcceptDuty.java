package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;

/** One listening socket on the loop that accepts for all. Loop thread only. */
final class AcceptDuty implements Registration {
    /** So that a storm of connects does not hold up the loop's sessions. */
    private static final int ACCEPTS_PER_TURN = 64;

    /** How long it waits where the machine cannot give a connection, for want of descriptors above all. */
    private static final long BACK_OFF_NANOS = 200_000_000L;

    private final Server server;
    private final EventLoop loop;
    private final Acceptor acceptor;
    private final Station[] stations;
    private final BackOff backOff = new BackOff();
    private long key = -1;
    private boolean closed;

    AcceptDuty(Server server, EventLoop loop, Acceptor acceptor, Station[] stations) {
        this.server = server;
        this.loop = loop;
        this.acceptor = acceptor;
        this.stations = stations;
    }

    Acceptor acceptor() {
        return acceptor;
    }

    void start() throws IOException {
        key = loop.register(acceptor, this, Readiness.READ);
    }

    @Override
    public void onReady(int readiness) throws IOException {
        for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
            Connection connection;
            try {
                connection = acceptor.accept();
            } catch (IOException e) {
                server.log().log(
                        Level.WARNING,
                        Log.Topic.ACCEPT,
                        () -> "cannot accept on " + acceptor.address() + ", trying again soon: " + e.getMessage());
                acceptor.interest(0);
                loop.wheel().set(backOff, loop.nowNanos() + BACK_OFF_NANOS);
                return;
            }
            if (connection == null) {
                return;
            }
            server.adopt(connection, stations);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        server.log().log(
                Level.ERROR,
                Log.Topic.ACCEPT,
                () -> "accepting on " + acceptor.address() + " failed: " + Log.describe(cause));
    }

    /** The port is free when this returns. */
    void close() {
        closed = true;
        loop.wheel().cancel(backOff);
        loop.unregister(key);
        acceptor.close();
    }

    private final class BackOff extends TimerWheel.Timer {
        @Override
        void onDeadline() {
            try {
                acceptor.interest(Readiness.READ);
            } catch (IOException e) {
                AcceptDuty.this.onFailure(e);
            }
        }

        @Override
        void onFailure(Throwable cause) {
            AcceptDuty.this.onFailure(cause);
        }
    }
}
