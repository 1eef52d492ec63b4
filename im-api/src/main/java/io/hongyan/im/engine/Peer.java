package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loop's side of one session: its connection's life, and what it is watched for. Loop thread only, where nothing else is said.
 *
 * <pre>
 *   OPENING ──protocol known──> OPEN ──close──> an {@link Ending}
 *      └───────── no callbacks ───────────────────^
 * </pre>
 *
 * <p>It never closes while something else of it is under way: whoever wants that orders it, and the loop calls {@link #close} at the end
 * of the iteration.
 */
final class Peer extends Connected implements Line, Front, Output.Owner, Ending.Owner, Budget.Holder {
    private final Output output;
    private final Input input;

    /** The kernel has reported an error or a hang-up. */
    private boolean hungUp;

    /** There is something to read, and too much was read in that iteration. */
    private boolean waits;

    private @Nullable Session session;
    private @Nullable Ending ending;

    Peer(Station station, Connection connection) {
        super(station, connection);
        output = new Output(this);
        input = new Input(this);
    }

    void start() throws IOException {
        watch();
        input.start();
    }

    // ---- events

    @Override
    public void onReady(int readiness) {
        boolean failed = (readiness & (Readiness.HANG_UP | Readiness.ERROR)) != 0;
        hungUp |= failed;
        if (interest.writes() && (failed || (readiness & Readiness.WRITE) != 0)) {
            station.loop().markDirty(this);
        }
        if ((readiness & ~Readiness.WRITE) == 0) {
            return;
        }
        if (ending != null) {
            ending.hear(hungUp ? readiness | Readiness.HANG_UP : readiness);
        } else if (interest.reads()) {
            if (station.loop().account().mayRead(false)) {
                input.read(readiness);
                output.goOnSoon();
            } else {
                waits = true;
                takeTurnAgain();
            }
        } else {
            takeIn();
        }
    }

    /** A stream that must read before it can write does so although nobody wants to hear more now; if it cannot, it never writes. */
    private void takeIn() {
        if (wantsRead()) {
            if (!input.takeIn()) {
                output.breakOff();
            }
            station.loop().markDirty(this);
        }
        check(interest.readAnyway(wantsRead() && !output.isBroken()));
    }

    private boolean wantsRead() {
        return (stream.pending() & Stream.WANTS_READ) != 0;
    }

    @Override
    void takeTurn() {
        if (ending == null
                && waits
                && interest.reads()
                && !station.loop().account().mayRead(true)) {
            takeTurnAgain();
        } else if (ending == null) {
            if (waits && interest.reads()) {
                input.read(0);
            } else {
                input.takeTurn();
            }
            waits = false;
            output.goOnSoon();
        } else {
            ending.hear(hungUp ? Readiness.HANG_UP : 0);
        }
    }

    @Override
    void flush() {
        if (ending != null && !ending.isFlushing()) {
            return;
        }
        Output.Result result = output.write(hungUp);
        if (result == Output.Result.BROKEN) {
            onBroken();
        } else if (result == Output.Result.ALL_WRITTEN && ending != null) {
            ending.onAllWritten();
        } else if (result == Output.Result.KERNEL_FULL && ending != null) {
            ending.onKernelFull();
        }
        if (session != null && session.backlog().isCongested()) {
            lookAround();
        }
    }

    /** The connection takes nothing any more. What the peer sent before is still wanted, if it can be read. */
    private void onBroken() {
        if (ending != null) {
            closeSoon();
            return;
        }
        lookAround();
        if (interest.reads()) {
            input.read(Readiness.ERROR);
        } else if (interest.holds(Interest.PAUSED)) {
            input.end(CloseReason.of(Code.CONNECTION_LOST, "connection lost"), Wire.EMPTY);
        }
    }

    // ---- what its parts share

    @Override
    public @Nullable Backlog account() {
        return session == null ? null : session.backlog();
    }

    // ---- what the input finds

    @Override
    public void open(Protocol spoken, Encoder encoder, @Nullable Belongings belongings) {
        if (session != null || isClosing()) {
            throw new IllegalStateException("protocol " + spoken.name() + " opened its session twice or too late");
        }
        Session opened = new Session(station, this, spoken.name(), encoder, belongings);
        session = opened;
        station.life().opened(opened);
        opened.tell(new HandlerQueue.Opened());
    }

    @Override
    public Session session() {
        return Objects.requireNonNull(session, "its protocol has not opened the session");
    }

    @Override
    public boolean reply(Wire wire) {
        if (session != null) {
            return session.reply(wire);
        }
        output.addFree(wire);
        return true;
    }

    @Override
    public void ended(CloseReason reason) {
        if (session != null) {
            session.tell(new HandlerQueue.Ended(reason));
        } else {
            closeSoon();
        }
    }

    @Override
    public boolean isClosing() {
        return ending != null || (session == null && closeOrdered);
    }

    @Override
    public boolean isTaking() {
        return ending == null && (session == null || session.isOpen());
    }

    @Override
    public boolean isReading() {
        return interest.reads();
    }

    @Override
    public boolean isBroken() {
        return output.isBroken();
    }

    /** Not while the handler is behind, the peer does not take our output, or the host has paused it. Sets the interest. */
    @Override
    public boolean mayDecode() {
        boolean full = session().awaitsRoom();
        boolean congested = session().backlog().isCongested() && !output.isBroken();
        boolean paused = session().isPaused();
        hold(Interest.INBOUND_FULL, full);
        hold(Interest.OUTBOUND_HIGH, congested);
        hold(Interest.PAUSED, paused);
        return !full && !congested && !paused;
    }

    @Override
    public void hold(int reason, boolean held) {
        if (ending == null && interest.holds(reason) != held) {
            check(held ? interest.hold(reason) : interest.release(reason));
        }
    }

    private void check(boolean watched) {
        if (!watched) {
            unwatchable();
        }
    }

    // ---- what the session orders

    @Override
    public boolean isDelivering() {
        return ending == null && session != null && !closeOrdered;
    }

    @Override
    public void enqueue(Wire wire, long charge) {
        if (ending != null) {
            output.discard(charge);
            return;
        }
        output.add(wire, charge);
        if (session().backlog().isCongested()) {
            hold(Interest.OUTBOUND_HIGH, true);
        }
    }

    @Override
    public void writeEarly() {
        try {
            if (ending == null) {
                output.writeEarly(hungUp);
            }
        } catch (Throwable t) {
            onFailure(t);
        }
    }

    @Override
    public void refresh() {
        try {
            lookAround();
        } catch (Throwable t) {
            onFailure(t);
        }
    }

    /** Looks at what other threads and the handler may have changed. */
    private void lookAround() {
        Session opened = session;
        if (opened == null || ending != null) {
            return;
        }
        if (!output.tellGap(opened.backlog(), opened.encoder())) {
            opened.awaitGapEnd();
        }
        if (opened.backlog().relieve()) {
            opened.tell(new HandlerQueue.Writable());
        }
        input.orderTurn();
    }

    // ---- ending

    @Override
    void close() {
        Ending end = ending();
        if (end.isUseless()) {
            end.closeNow();
        } else if (end.isFlushing() && !dirty) {
            flush();
        }
    }

    /** From the first call on it closes. */
    private Ending ending() {
        if (ending == null) {
            ending = new Ending(this, station, input, output, interest, session);
            ending.begin();
        }
        return ending;
    }

    /** Ends it for a cause of the loop's own, whatever state it is in. */
    private void fail(CloseReason reason) {
        if (session != null) {
            session.abort(reason);
        } else {
            input.endUnopened(reason);
            closeSoon();
        }
    }

    @Override
    public void unwatchable() {
        fail(CloseReason.of(Code.CONNECTION_LOST, "connection lost: it cannot be watched"));
    }

    @Override
    public void stalled(CloseReason reason) {
        fail(reason);
    }

    /** A protocol has thrown what it must not, or we have a bug: it costs this session. */
    @Override
    public void onFailure(Throwable cause) {
        String culprit = input.takeBlame();
        station.counters().errors.increment();
        station.log().log(Level.WARNING, Log.Topic.CALLBACK, () -> culprit + " failed: " + Log.describe(cause));
        hold(Interest.ENDED, true);
        if (session == null) {
            output.breakOff();
        }
        fail(CloseReason.of(
                Code.INTERNAL_ERROR, culprit + " threw " + cause.getClass().getName()));
    }

    // ---- memory

    @Override
    public long heldBytes() {
        Session opened = session;
        Unfinished begun = input.unfinished();
        long own = begun == null ? 0 : begun.bytes();
        return opened == null ? own : own + opened.backlog().bytes() + opened.waitingBytes();
    }

    @Override
    public double burden(long nowNanos) {
        Session opened = session;
        Unfinished begun = input.unfinished();
        double own = begun == null ? 0 : begun.burden(nowNanos);
        return opened == null
                ? own
                : own
                        + (double) opened.backlog().bytes() * (nowNanos - output.heldSinceNanos() + 1)
                        + opened.waitingBurden(nowNanos);
    }

    @Override
    public void shed(CloseReason reason) {
        if (ending != null) {
            ending.closeNow();
            return;
        }
        if (session != null) {
            session.close(reason);
            session.giveUpMessages();
        } else {
            input.endUnopened(reason);
            closeSoon();
        }
        output.clearRest();
        input.giveUp();
    }

    void goAway(CloseReason reason) {
        if (session != null) {
            session.close(reason);
        } else {
            input.endUnopened(reason);
            closeSoon();
        }
    }

    /** The loop ends. */
    void abandon() {
        CloseReason reason = CloseReason.of(Code.GOING_AWAY, "the server has ended");
        if (session != null) {
            session.endWith(reason);
        } else {
            input.endUnopened(reason);
        }
        ending().closeNow();
    }
}
