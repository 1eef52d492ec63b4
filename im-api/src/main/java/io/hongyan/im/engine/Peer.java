package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loop's side of one session: its connection's life, and what it is watched for. Loop thread only, where nothing else is said.
 *
 * <pre>
 *   OPENING ──protocol known──> OPEN ──close──> FLUSHING ──all written, FIN sent──> LINGERING ──> CLOSED
 *      └───────── no callbacks ──────────────────────┘         (the peer has ended too: straight on) ^
 *                                  connection lost, aborted or too late: ────────────────────────────┘
 * </pre>
 *
 * <p>It never closes while something else of it is under way: whoever wants that orders it, and the loop calls {@link #close} at the end
 * of the iteration.
 */
final class Peer implements Registration {
    private enum State {
        OPENING,
        OPEN,
        FLUSHING,
        LINGERING,
        CLOSED
    }

    private static final long LINGER_NANOS = 1_000_000_000L;

    private final Server server;
    private final EventLoop loop;
    private final Connection connection;
    private final ServerConfig.Listener listener;
    private final Input input;
    private final Output output;
    private final Interest interest;
    private final Deadline deadline = new Deadline();

    private State state = State.OPENING;
    private long key = -1;
    private boolean dirty;
    private boolean closeOrdered;
    /** The kernel has reported an error or a hang-up. */
    private boolean hungUp;

    private @Nullable CloseReason closeReason;
    private @Nullable Session session;
    private @Nullable HandlerQueue inbound;

    Peer(Server server, EventLoop loop, Connection connection, ServerConfig.Listener listener) {
        this.server = server;
        this.loop = loop;
        this.connection = connection;
        this.listener = listener;
        output = new Output(this, server, loop, connection);
        input = new Input(this, output, server, loop, connection, listener);
        interest = new Interest(connection);
    }

    void start() throws IOException {
        key = loop.register(connection, this, Readiness.READ);
        input.start(listener.protocols());
    }

    @Override
    public void onReady(int readiness) {
        boolean failed = (readiness & (Readiness.HANG_UP | Readiness.ERROR)) != 0;
        hungUp |= failed;
        if (interest.writes() && (failed || (readiness & Readiness.WRITE) != 0)) {
            loop.markDirty(this);
        }
        if ((readiness & ~Readiness.WRITE) == 0) {
            return;
        }
        if (state == State.LINGERING) {
            if (input.discard(hungUp || (readiness & Readiness.PEER_CLOSED) != 0)) {
                closeNow();
            }
        } else if (interest.reads()) {
            input.read(readiness);
        }
    }

    /** The peer is known to speak its protocol. */
    void open(
            Protocol spoken, Encoder encoder, Map<AttributeKey<?>, Object> attributes, @Nullable Principal principal) {
        if (state != State.OPENING) {
            throw new IllegalStateException("protocol " + spoken.name() + " opened its session twice or too late");
        }
        state = State.OPEN;
        Session opened =
                new Session(server, this, loop, listener.limits(), spoken.name(), encoder, attributes, principal);
        session = opened;
        output.open(opened);
        HandlerQueue events = new HandlerQueue(server, opened, listener.limits());
        inbound = events;
        input.opened(opened, events);
        opened.handledBy(events);
        server.onSessionOpen(opened);
        events.opened();
    }

    boolean isClosing() {
        return state.compareTo(State.OPEN) > 0;
    }

    boolean isTaking() {
        return !isClosing() && (session == null || session.isOpen());
    }

    void decodeRest() {
        input.decodeRest();
    }

    /** Whether the socket is read at all now. */
    boolean isReading() {
        return interest.reads();
    }

    /** Whether what is delivered now comes before any close that was ordered. */
    boolean isDelivering() {
        return state == State.OPEN && !closeOrdered;
    }

    void orderClose() {
        closeOrdered = true;
    }

    /** A wire whose bytes are reserved. */
    void enqueue(Wire wire) {
        if (state != State.OPEN) {
            output.discard(wire);
            return;
        }
        output.add(wire);
        loop.markDirty(this);
        if (session().backlog().isCongested()) {
            hold(Interest.OUTBOUND_HIGH);
        }
    }

    boolean becomesDirty() {
        boolean was = dirty;
        dirty = true;
        return !was;
    }

    /** Writes once; once in an iteration. */
    void flush() {
        dirty = false;
        if (state == State.CLOSED || state == State.LINGERING) {
            return;
        }
        switch (output.write(hungUp)) {
            case ALL_WRITTEN -> {
                wantWrite(false);
                if (state == State.FLUSHING) {
                    finishOutput();
                }
            }
            case MORE_NEXT_TURN -> loop.markDirty(this);
            case KERNEL_FULL -> wantWrite(true);
            case BROKEN -> onBroken();
        }
        if (session != null && session.backlog().isCongested()) {
            refresh();
        }
    }

    /** The connection takes nothing any more. What the peer sent before is still wanted, if it can be read. */
    private void onBroken() {
        wantWrite(false);
        if (isClosing()) {
            loop.deferClose(this);
            return;
        }
        refresh();
        if (interest.reads()) {
            input.read(Readiness.ERROR);
        } else if (interest.holds(Interest.PAUSED)) {
            input.end(CloseReason.of(Code.CONNECTION_LOST, "connection lost"), Wire.EMPTY);
        }
    }

    private void wantWrite(boolean wanted) {
        if (wanted && !deadline.isSet()) {
            output.startWatch();
            Duration stall = listener.limits().writeStallTimeout();
            loop.wheel().set(deadline, loop.nowNanos() + stall.toNanos());
        } else if (!wanted && !isClosing()) {
            loop.wheel().cancel(deadline);
        }
        check(interest.wantWrite(wanted));
    }

    // ---- what others have changed

    void refreshSafely() {
        try {
            refresh();
        } catch (Throwable t) {
            onFailure(t);
        }
    }

    /** Looks at what other threads and the handler may have changed. */
    private void refresh() {
        HandlerQueue events = inbound;
        if (session == null || events == null || state != State.OPEN) {
            return;
        }
        output.tellGap(session, this::refreshSafely);
        if (session.backlog().relieve()) {
            events.writable();
        }
        input.takeTurnAgain();
    }

    /** The socket is not read while any reason holds it. */
    void hold(int reason) {
        hold(reason, true);
    }

    void hold(int reason, boolean held) {
        if (state != State.CLOSED && interest.holds(reason) != held) {
            check(held ? interest.hold(reason) : interest.release(reason));
        }
    }

    private void check(boolean watched) {
        if (!watched) {
            fail(CloseReason.of(Code.CONNECTION_LOST, "connection lost: it cannot be watched"));
        }
    }

    // ---- ending

    /** Closes as was ordered. Called when nothing else is under way. */
    void close() {
        if (state == State.CLOSED) {
            return;
        }
        if (!isClosing()) {
            beginClose();
        }
        boolean useless = session == null
                ? output.isEmpty()
                : session.isAborted() || session.closing().code() == Code.CONNECTION_LOST;
        if (useless || output.isBroken()) {
            closeNow();
        } else if (state == State.FLUSHING && !dirty) {
            flush();
        }
    }

    private void beginClose() {
        state = State.FLUSHING;
        hold(Interest.ENDED);
        input.clear();
        Duration patience = listener.limits().closeTimeout();
        loop.wheel().set(deadline, loop.nowNanos() + patience.toNanos());
        if (session == null) {
            output.addLast(Wire.EMPTY);
            return;
        }
        if (closeReason != null) {
            session.endWith(closeReason);
        }
        closeReason = session.closing().withEvidence(session.backlog().bytes(), input.idle());
        server.onSessionClosing(session);
        output.addLast(Output.notice(session.encoder(), closeReason));
    }

    /** All is written: our FIN. Input is read a little longer, for with unread input a close would be a reset, and the end lost. */
    private void finishOutput() {
        boolean over = input.isFinished();
        try {
            connection.shutdownOutput();
        } catch (IOException e) {
            over = true;
        }
        if (over) {
            closeNow();
            return;
        }
        state = State.LINGERING;
        check(interest.discard());
        long linger = Math.min(LINGER_NANOS, listener.limits().closeTimeout().toNanos());
        loop.wheel().set(deadline, loop.nowNanos() + linger);
    }

    /** The only way out. */
    private void closeNow() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        loop.wheel().cancel(deadline);
        loop.unregister(key);
        connection.close();
        input.clear();
        output.clear();
        HandlerQueue events = inbound;
        if (session == null || events == null) {
            server.onConnectionGone();
            return;
        }
        CloseReason reason = Objects.requireNonNull(closeReason, "not closing");
        server.onSessionEnd(session, reason);
        events.closed(reason);
    }

    /** Ends it for a cause of the loop's own, whatever state it is in. */
    void fail(CloseReason reason) {
        if (session != null) {
            session.abort(reason);
        } else {
            closeReason = reason;
            loop.deferClose(this);
        }
    }

    /** A protocol has thrown what it must not, or we have a bug: it costs this session. */
    @Override
    public void onFailure(Throwable cause) {
        server.counters().errors.increment();
        server.log().log(
                Level.WARNING,
                Log.Topic.CALLBACK,
                () -> "protocol " + input.protocolName() + " failed: " + Log.describe(cause));
        hold(Interest.ENDED);
        fail(CloseReason.of(
                Code.INTERNAL_ERROR,
                "protocol " + input.protocolName() + " threw "
                        + cause.getClass().getName()));
    }

    void goAway(CloseReason reason) {
        if (session != null) {
            session.close(reason);
        } else {
            fail(reason);
        }
    }

    /** The loop ends. */
    void abandon() {
        if (!isClosing()) {
            closeReason = CloseReason.of(Code.GOING_AWAY, "the server has ended");
            beginClose();
        }
        closeNow();
    }

    /** The one deadline that counts: for a write to progress, for the output to leave, or for the peer's end. */
    private final class Deadline extends TimerWheel.Timer {
        @Override
        void onDeadline() {
            if (state != State.OPEN) {
                closeNow();
                return;
            }
            Duration stall = listener.limits().writeStallTimeout();
            long end = output.lastProgressNanos() + stall.toNanos();
            if (loop.nowNanos() - end < 0) {
                loop.wheel().set(this, end);
            } else {
                String text = "slow consumer: took no byte for " + stall + " (writeStallTimeout)";
                fail(CloseReason.of(Code.SLOW_CONSUMER, text, stall.toMillis()));
            }
        }
    }

    // ---- who it is

    Session session() {
        return Objects.requireNonNull(session, "its protocol has not opened the session");
    }

    int loopIndex() {
        return loop.index();
    }

    InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }
}
