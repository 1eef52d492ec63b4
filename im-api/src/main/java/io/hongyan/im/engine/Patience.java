package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Wire;
import java.time.Duration;
import java.util.Optional;

/**
 * How long one peer may leave the server waiting for what it says. Loop thread only.
 *
 * <pre>
 *   SILENCE ──first byte──> HANDSHAKE ──open──> FIRST_MESSAGE ──> QUIET <──any byte── PINGED
 *      └── time is up: taken for a client that listens ──┘           └──time is up: ping──┘
 * </pre>
 *
 * In every other stage the end of the time is the end of the session. Each stage has one deadline, which dripping does not extend.
 */
final class Patience extends TimerWheel.Timer {
    private enum Stage {
        SILENCE,
        HANDSHAKE,
        FIRST_MESSAGE,
        QUIET,
        PINGED
    }

    private final Peer peer;
    private final Input input;
    private final EventLoop loop;
    private final Limits limits;
    private Stage stage = Stage.HANDSHAKE;
    private Wire ping = Wire.EMPTY;

    Patience(Peer peer, Input input, EventLoop loop, Limits limits) {
        this.peer = peer;
        this.input = input;
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
        } else if (stage == Stage.PINGED) {
            beQuiet();
        }
    }

    void onOpen(Wire pingOfProtocol) {
        ping = pingOfProtocol;
        if (limits.firstMessageTimeout().isZero()) {
            beQuiet();
        } else {
            enter(Stage.FIRST_MESSAGE, limits.firstMessageTimeout());
        }
    }

    void onMessage() {
        if (stage == Stage.FIRST_MESSAGE) {
            beQuiet();
        }
    }

    void stop() {
        loop.wheel().cancel(this);
    }

    private void beQuiet() {
        loop.wheel().cancel(this);
        stage = Stage.QUIET;
        if (ping.length() > 0) {
            enter(Stage.QUIET, limits.pingInterval());
        }
    }

    private void enter(Stage next, Duration time) {
        stage = next;
        loop.wheel().set(this, loop.nowNanos() + time.toNanos());
    }

    @Override
    void onDeadline() {
        switch (stage) {
            case SILENCE -> input.serveSilent();
            case HANDSHAKE -> onHandshakeOver();
            case FIRST_MESSAGE -> timeOut("it said nothing for", limits.firstMessageTimeout(), "firstMessageTimeout");
            case QUIET -> onQuiet();
            case PINGED -> onUnanswered();
        }
    }

    /** The peer's fault, or that of whoever was asked about it. */
    private void onHandshakeOver() {
        Optional<Admission<?>> awaited = input.awaited();
        String what = awaited.map(a -> a.who() + " did not answer within").orElse("its handshake took over");
        timeOut(
                what,
                limits.handshakeTimeout(),
                "handshakeTimeout",
                awaited.map(Admission::unanswered).orElse(Wire.EMPTY));
    }

    /** A peer that is not read because we are behind is not silent. */
    private void onQuiet() {
        long left = limits.pingInterval().toNanos() - input.idle().toNanos();
        if (left > 0) {
            enter(Stage.QUIET, Duration.ofNanos(left));
        } else if (!peer.isReading()) {
            enter(Stage.QUIET, limits.pingInterval());
        } else {
            input.reply(ping);
            enter(Stage.PINGED, limits.pongTimeout());
        }
    }

    private void onUnanswered() {
        if (!peer.isReading()) {
            beQuiet();
        } else {
            timeOut("it left a ping unanswered for", limits.pongTimeout(), "pongTimeout");
        }
    }

    private void timeOut(String what, Duration time, String limit) {
        timeOut(what, time, limit, Wire.EMPTY);
    }

    private void timeOut(String what, Duration time, String limit, Wire lastWords) {
        input.end(
                CloseReason.of(Code.TIMEOUT, "timeout: " + what + " " + time + " (" + limit + ")", time.toMillis()),
                lastWords);
    }
}
