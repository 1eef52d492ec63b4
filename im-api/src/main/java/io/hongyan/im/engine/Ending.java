package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of one connection, from the moment that it begins to close. What was accepted before leaves, and the peer is heard meanwhile: see
 * {@link Farewell}. Loop thread only.
 *
 * <pre>
 *   FLUSHING ──all written, no answer awaited any more: FIN──> LINGERING ──the peer's end, or time──> CLOSED
 *      └──────the peer has ended too, or the connection is lost, aborted or too late──────────────────^
 * </pre>
 *
 * <p>There is {@link io.hongyan.im.Limits#closeTimeout} for all of it. It lingers for a second; if its peer is still talking then, or took
 * its time to read, for as long as is left.
 */
final class Ending implements Deadline.Owner {
    private enum State {
        FLUSHING,
        LINGERING,
        CLOSED
    }

    private static final long LINGER_NANOS = 1_000_000_000L;

    /** Whose end it is. */
    interface Owner {
        /** Neither is it watched nor open any more. */
        void release();

        void unwatchable();

        /** {@link #onAllWritten} is to be called, once that is so. */
        void flushSoon();

        void onFailure(Throwable cause);

        InetSocketAddress remoteAddress();
    }

    private final Owner owner;
    private final Station station;
    private final Input input;
    private final Output output;
    private final Interest interest;
    private final @Nullable Session session;
    private final Farewell farewell;
    private final Deadline deadline;
    private final long begunNanos;

    private State state = State.FLUSHING;

    /** The kernel had no room for all at once: the peer reads slowly, and may be far behind what was written. */
    private boolean slow;

    /** With its evidence. */
    private @Nullable CloseReason reason;

    Ending(Owner owner, Station station, Input input, Output output, Interest interest, @Nullable Session session) {
        this.owner = owner;
        this.station = station;
        this.input = input;
        this.output = output;
        this.interest = interest;
        this.session = session;
        farewell = input.leave();
        deadline = new Deadline(this, station.loop());
        deadline.setAfter(closeNanos());
        begunNanos = station.loop().nowNanos();
    }

    private long closeNanos() {
        return station.limits().closeTimeout().toNanos();
    }

    /** The last words, or the usual notice, go behind what is queued. */
    void begin() {
        output.beLast();
        if (session == null) {
            output.addFree(input.lastWords());
        } else {
            CloseReason decided = session.closing();
            long pending = Math.max(decided.pendingBytes(), session.backlog().bytes());
            CloseReason given = decided.withEvidence(pending, input.idle());
            reason = given;
            station.life().closing(session);
            if (input.lastWords().length() > 0) {
                output.addFree(input.lastWords());
            } else {
                output.addNotice(session.encoder(), given);
            }
        }
        watch();
    }

    /** Whatever held reading before, it is no reason any more; and behind the peer's end there is nothing to read. */
    private void watch() {
        if (!interest.hold(Interest.ENDED) || !interest.readAnyway(!farewell.isOver())) {
            owner.unwatchable();
        }
    }

    boolean isFlushing() {
        return state == State.FLUSHING;
    }

    /** Whether it is of no use to write anything. */
    boolean isUseless() {
        if (session == null) {
            return output.isEmpty() || output.isBroken();
        }
        return session.isAborted() || input.isLost() || output.isBroken();
    }

    /** All is written, perhaps not for the first time: our FIN, unless the peer is to answer before. */
    void onAllWritten() {
        if (farewell.isAwaited()) {
            return;
        }
        try {
            if (!output.finish()) {
                return;
            }
        } catch (IOException e) {
            closeNow();
            return;
        }
        if (farewell.isOver()) {
            closeNow();
            return;
        }
        state = State.LINGERING;
        linger(slow ? Math.max(leftNanos(), lingerNanos()) : lingerNanos());
    }

    /** The peer has to read before more can leave. */
    void onKernelFull() {
        slow = true;
    }

    private long lingerNanos() {
        return Math.min(LINGER_NANOS, closeNanos());
    }

    private long leftNanos() {
        return begunNanos + closeNanos() - station.loop().nowNanos();
    }

    private void linger(long nanos) {
        deadline.renew();
        deadline.setAfter(nanos);
    }

    /** Something has come from the peer, or a turn of the stream's; a turn may have been ordered before it was closed. */
    void hear(int readiness) {
        if (state == State.CLOSED) {
            return;
        }
        boolean awaited = farewell.isAwaited();
        boolean heard;
        try {
            heard = farewell.hear(readiness);
        } catch (IOException e) {
            closeNow();
            return;
        }
        if (farewell.isOver()) {
            if (state == State.LINGERING) {
                closeNow();
                return;
            }
            watch();
        }
        if (state == State.LINGERING && heard && !slow && leftNanos() > lingerNanos()) {
            linger(lingerNanos());
        }
        output.goOnSoon();
        if (awaited && !farewell.isAwaited()) {
            owner.flushSoon();
        }
    }

    @Override
    public void onDeadline(Deadline passed) {
        if (state == State.FLUSHING && farewell.isAwaited() && output.isEmpty()) {
            farewell.giveUp();
            owner.flushSoon();
        } else {
            closeNow();
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        owner.onFailure(cause);
    }

    /** The only way out. */
    void closeNow() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        deadline.cancel();
        owner.release();
        output.clear();
        if (session == null) {
            station.life().ended(null, owner.remoteAddress(), input.endReason());
            station.life().gone(null);
            return;
        }
        CloseReason given = Objects.requireNonNull(reason, "not begun");
        station.life().ended(session, owner.remoteAddress(), given);
        session.tell(new HandlerQueue.Closed(given));
    }
}
