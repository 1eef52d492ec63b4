package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of one connection, from the moment that it begins to close. Loop thread only.
 *
 * <pre>
 *   FLUSHING ──all written, FIN sent──> LINGERING ──the peer's end, or time──> CLOSED
 *      └──the peer has ended too, or the connection is lost, aborted or too late──^
 * </pre>
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

        void onFailure(Throwable cause);
    }

    private final Owner owner;
    private final Station station;
    private final Input input;
    private final Output output;
    private final Interest interest;
    private final @Nullable Session session;

    /** For the output to leave, then for the peer's end. */
    private Deadline deadline;

    private State state = State.FLUSHING;

    /** With its evidence. */
    private @Nullable CloseReason reason;

    Ending(Owner owner, Station station, Input input, Output output, Interest interest, @Nullable Session session) {
        this.owner = owner;
        this.station = station;
        this.input = input;
        this.output = output;
        this.interest = interest;
        this.session = session;
        deadline = deadline(station.limits().closeTimeout().toNanos());
    }

    private Deadline deadline(long nanos) {
        Deadline next = new Deadline(this, station.loop());
        next.setAfter(nanos);
        return next;
    }

    /** Nothing more is read; the last words, or the usual notice, go behind what is queued. */
    void begin() {
        if (!interest.hold(Interest.ENDED)) {
            owner.unwatchable();
        }
        input.clear();
        output.beLast();
        if (session == null) {
            output.addFree(input.lastWords());
            return;
        }
        CloseReason given = session.closing().withEvidence(session.backlog().bytes(), input.idle());
        reason = given;
        station.life().closing(session);
        if (input.lastWords().length() > 0) {
            output.addFree(input.lastWords());
        } else {
            output.addNotice(session.encoder(), given);
        }
    }

    boolean isFlushing() {
        return state == State.FLUSHING;
    }

    boolean isLingering() {
        return state == State.LINGERING;
    }

    /** Whether it is of no use to write anything. */
    boolean isUseless() {
        if (session == null) {
            return output.isEmpty() || output.isBroken();
        }
        return session.isAborted() || input.isLost() || output.isBroken();
    }

    /** All is written: our FIN. Input is read a little longer, for with unread input a close would be a reset, and the end lost. */
    void onAllWritten() {
        boolean over = input.isFinished();
        try {
            if (!output.finish()) {
                return;
            }
        } catch (IOException e) {
            over = true;
        }
        if (over || !interest.readAnyway(true)) {
            closeNow();
            return;
        }
        state = State.LINGERING;
        deadline.cancel();
        deadline =
                deadline(Math.min(LINGER_NANOS, station.limits().closeTimeout().toNanos()));
        input.orderDiscard();
    }

    /** While it lingers: what comes is thrown away. */
    void discard(boolean hungUp) {
        if (input.discard(hungUp)) {
            closeNow();
        } else {
            input.orderDiscard();
        }
    }

    @Override
    public void onDeadline(Deadline passed) {
        closeNow();
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
        input.clear();
        output.clear();
        if (session == null) {
            station.life().gone(null);
            return;
        }
        CloseReason given = Objects.requireNonNull(reason, "not begun");
        station.life().ended(session, given);
        session.tell(new HandlerQueue.Closed(given));
    }
}
