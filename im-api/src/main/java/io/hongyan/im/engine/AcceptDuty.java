package io.hongyan.im.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;

/** One listening socket on the loop that accepts for all. Loop thread only. */
final class AcceptDuty implements Registration {
    /** So that a storm of connects does not hold up the loop's sessions for longer, and yet does not overflow the kernel's queue. */
    private static final long TURN_NANOS = 5_000_000L;

    private static final int ACCEPTS_PER_TURN = 1024;

    /** How many are accepted between two looks at the clock. */
    private static final int ACCEPTS_PER_LOOK = 16;

    /** How many are turned away before it backs off. */
    private static final int SHED_PER_TURN = 256;

    /** How long it waits where the machine cannot give a connection, for want of descriptors above all. */
    private static final long BACK_OFF_NANOS = 200_000_000L;

    /** Who takes what is accepted. */
    interface Adopter {
        void adopt(Connection connection, Station[] stations);

        /** How many there are. */
        int connections();
    }

    private final Adopter adopter;
    private final Log log;
    private final EventLoop loop;
    private final Clock clock;
    private final Acceptor acceptor;
    private final Station[] stations;
    private final BackOff backOff = new BackOff();
    private long key = -1;
    private boolean closed;

    /** A trouble that lasts is told of so often. */
    private final OnceAMinute lines = new OnceAMinute();

    /** Since it was told of last. */
    private long turnedAway;

    AcceptDuty(Adopter adopter, Log log, EventLoop loop, Clock clock, Acceptor acceptor, Station[] stations) {
        this.adopter = adopter;
        this.log = log;
        this.loop = loop;
        this.clock = clock;
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
        long start = clock.nanoTime();
        for (int i = 1; i <= ACCEPTS_PER_TURN && !closed && !backOff.isSet(); i++) {
            Connection connection;
            try {
                connection = acceptor.accept();
            } catch (IOException e) {
                shed(start);
                throw e;
            }
            if (connection == null) {
                return;
            }
            adopter.adopt(connection, stations);
            if (i % ACCEPTS_PER_LOOK == 0 && clock.nanoTime() - start >= TURN_NANOS) {
                return;
            }
        }
    }

    /** Those who wait, and would wait for as long as descriptors are short. Others of the loop have their bounded time, too. */
    private void shed(long start) {
        int shed = 0;
        while (shed < SHED_PER_TURN && acceptor.shed()) {
            shed++;
            if (shed % ACCEPTS_PER_LOOK == 0 && clock.nanoTime() - start >= TURN_NANOS) {
                break;
            }
        }
        turnedAway += shed;
        loop.counters().refused.add(shed);
    }

    /**
     * Whatever has failed, it would fail again at once, for what waits is reported again: it is tried later, until it goes well. (Were an
     * interest of 0 refused too, there would be events meanwhile; they do nothing.)
     */
    @Override
    public void onFailure(Throwable cause) {
        if (closed) {
            return;
        }
        loop.wheel().set(backOff, loop.nowNanos() + BACK_OFF_NANOS);
        tell(cause);
        try {
            acceptor.interest(0);
        } catch (IOException | RuntimeException e) {
            tell(e);
        }
    }

    private void tell(Throwable cause) {
        if (!lines.isDue(loop.nowNanos())) {
            lines.leaveOut(1);
            return;
        }
        String sentence = sentence(cause, lines.take(loop.nowNanos()));
        turnedAway = 0;
        log.log(Level.WARNING, Log.Topic.ACCEPT, () -> sentence);
    }

    private String sentence(Throwable cause, int untold) {
        String reason = cause instanceof IOException ? String.valueOf(cause.getMessage()) : Log.describe(cause);
        String wayOut = Log.wayOut(reason);
        return "cannot accept on " + acceptor.address() + " beside " + adopter.connections() + " connections: " + reason
                + (wayOut == null ? "" : "; " + wayOut + ", or take fewer sessions (maxSessions)")
                + (turnedAway == 0 ? "" : "; " + turnedAway + " who waited were turned away")
                + "; trying again every " + BACK_OFF_NANOS / 1_000_000 + " ms"
                + (untold == 0 ? "" : " (" + untold + " more times since this was said last)");
    }

    /** Takes those whom the kernel has connected already: to close before would reset them. */
    void takeWaiting() {
        try {
            for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
                Connection connection = acceptor.accept();
                if (connection == null) {
                    return;
                }
                adopter.adopt(connection, stations);
            }
        } catch (Throwable t) {
            tell(t);
        }
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
            } catch (Throwable t) {
                onFailure(t);
            }
        }

        @Override
        void onFailure(Throwable cause) {
            AcceptDuty.this.onFailure(cause);
        }
    }
}
