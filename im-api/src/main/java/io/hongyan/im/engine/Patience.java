package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import io.hongyan.im.spi.Wire;
import java.time.Duration;

/**
 * How long one peer may leave the server waiting for what it says. Loop thread only.
 *
 * <pre>
 *   SILENCE ──first byte──> HANDSHAKE ──open──> FIRST_MESSAGE ──> QUIET <──any byte── PINGED
 *      └── time is up: taken for a client that listens ──┘           └──time is up: ping──┘
 * </pre>
 *
 * In every other stage the end of the time is the end of the session; so it is in QUIET where a protocol has no ping. Each stage has one
 * deadline, which dripping does not extend, but for QUIET, which is about each byte. Whoever is not read at the end of it, and cannot be
 * asked later, is UNREAD for as long, and then QUIET anew: it may have been waiting for us. Where there is neither a ping nor an {@code
 * idleTimeout} nothing is waited for once the session has said something: then this is given up.
 */
final class Patience extends TimerWheel.Timer {
    private enum Stage {
        SILENCE,
        HANDSHAKE,
        FIRST_MESSAGE,
        QUIET,
        UNREAD,
        PINGED
    }

    /** Who is waited for. */
    interface Watched {
        /** It has said nothing for a while: it may want to hear. */
        void serveSilent();

        /** A peer that is not read because we are behind is not silent. */
        boolean isReading();

        /** Since its last byte. */
        Duration idle();

        /** Asks whether it is still there; false if there was no room to. */
        boolean ping(Wire ping);

        /** Whose answer about the peer is waited for, empty if it is the peer itself. */
        String awaited();

        void timeOut(CloseReason reason);

        /** Its protocol has failed in one of these. */
        void onFailure(Throwable cause);
    }

    private final Watched watched;
    private final EventLoop loop;
    private final Limits limits;
    private Stage stage = Stage.HANDSHAKE;
    private Wire ping = Wire.EMPTY;

    Patience(Watched watched, EventLoop loop, Limits limits) {
        this.watched = watched;
        this.loop = loop;
        this.limits = limits;
    }

    /** The connection is there; {@code servesSilent} if it may be one that only listens. */
    void start(boolean servesSilent) {
        if (servesSilent) {
            enter(Stage.SILENCE, limits.silenceTimeout());
        } else {
            enter(Stage.HANDSHAKE, limits.handshakeTimeout());
        }
    }

    void onBytes() {
        if (stage == Stage.SILENCE) {
            enter(Stage.HANDSHAKE, limits.handshakeTimeout());
        } else if (stage == Stage.PINGED || stage == Stage.UNREAD) {
            beQuiet();
        }
    }

    // Each answers whether there is anything left to wait for.

    boolean onOpen(Wire pingOfProtocol) {
        ping = pingOfProtocol;
        if (limits.firstMessageTimeout().isZero()) {
            return beQuiet();
        }
        enter(Stage.FIRST_MESSAGE, limits.firstMessageTimeout());
        return true;
    }

    boolean onMessage() {
        return stage != Stage.FIRST_MESSAGE || beQuiet();
    }

    void stop() {
        loop.wheel().cancel(this);
    }

    private boolean beQuiet() {
        loop.wheel().cancel(this);
        stage = Stage.QUIET;
        Duration time = quietTime();
        if (time.isZero()) {
            return false;
        }
        enter(Stage.QUIET, time);
        return true;
    }

    /** Zero if it may be quiet for ever: nobody can ask it. */
    private Duration quietTime() {
        return ping.length() > 0 ? limits.pingInterval() : limits.idleTimeout();
    }

    private void enter(Stage next, Duration time) {
        stage = next;
        loop.wheel().set(this, loop.nowNanos() + time.toNanos());
    }

    @Override
    void onDeadline() {
        switch (stage) {
            case SILENCE -> onSilence();
            case HANDSHAKE -> onHandshakeOver();
            case FIRST_MESSAGE -> timeOut("it said nothing for", limits.firstMessageTimeout(), "firstMessageTimeout");
            case QUIET -> onQuiet();
            case UNREAD -> beQuiet();
            case PINGED -> onUnanswered();
        }
    }

    /** Whoever is asked whether it may come in has the time of a handshake. */
    private void onSilence() {
        enter(Stage.HANDSHAKE, limits.handshakeTimeout());
        watched.serveSilent();
    }

    @Override
    void onFailure(Throwable cause) {
        watched.onFailure(cause);
    }

    /** The peer's fault, or that of whoever was asked about it. */
    private void onHandshakeOver() {
        String awaited = watched.awaited();
        String what = awaited.isEmpty() ? "its handshake took over" : awaited + " did not answer within";
        timeOut(what, limits.handshakeTimeout(), "handshakeTimeout");
    }

    private void onQuiet() {
        long left = quietTime().toNanos() - watched.idle().toNanos();
        if (left > 0) {
            enter(Stage.QUIET, Duration.ofNanos(left));
        } else if (!watched.isReading()) {
            enter(ping.length() > 0 ? Stage.QUIET : Stage.UNREAD, quietTime());
        } else if (ping.length() == 0) {
            timeOut("it said nothing for", limits.idleTimeout(), "idleTimeout");
        } else if (watched.ping(ping)) {
            enter(Stage.PINGED, limits.pongTimeout());
        } else {
            enter(Stage.QUIET, quietTime());
        }
    }

    private void onUnanswered() {
        if (!watched.isReading()) {
            beQuiet();
        } else {
            timeOut("it left a ping unanswered for", limits.pongTimeout(), "pongTimeout");
        }
    }

    private void timeOut(String what, Duration time, String limit) {
        watched.timeOut(
                CloseReason.of(Code.TIMEOUT, "timeout: " + what + " " + time + " (" + limit + ")", time.toMillis()));
    }
}
