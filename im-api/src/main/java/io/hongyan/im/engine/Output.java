package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one peer: the queue, and the writing of it. Loop thread only.
 *
 * <p>After a failed write nothing is written any more, for nobody knows how much of a message has left: the queue is discarded, and what
 * comes later is too.
 */
final class Output implements Deadline.Owner {
    /** Of what is not accounted for: nothing was reserved, nothing is released. */
    private static final long FREE = 0;

    /** Whose output it is. */
    interface Owner {
        Station station();

        Stream stream();

        Interest interest();

        Tenant tenant();

        /** The account of the output; null before the session is open. */
        @Nullable
        Backlog account();

        /** The poller cannot watch the connection any more. */
        void unwatchable();

        /** The peer has taken no byte for too long. */
        void stalled(CloseReason reason);

        void onFailure(Throwable cause);
    }

    private final Owner owner;

    /** Only while there is something to write. */
    private @Nullable WireQueue queue;

    /** For a write to progress, while the kernel is full or the stream has to read first. */
    private @Nullable Deadline stall;

    private boolean broken;

    /** The session is closing, which has a deadline of its own. */
    private boolean last;

    /** How a write went. */
    enum Result {
        ALL_WRITTEN,
        MORE_NEXT_TURN,
        KERNEL_FULL,
        /** The stream has to read before it can go on, and holds nothing that could leave meanwhile. */
        READ_FIRST,
        BROKEN
    }

    Output(Owner owner) {
        this.owner = owner;
    }

    /** Wires whose bytes are reserved. One without bytes has left as soon as it comes. */
    void add(Wire wire, long charge) {
        if (broken) {
            discard(charge);
        } else if (wire.length() == 0) {
            release(charge);
        } else {
            queue().add(wire, charge);
            owner.station().loop().markDirty(owner.tenant());
        }
    }

    /** What has no account: an answer before the session is open, or the last words. */
    void addFree(Wire wire) {
        if (!broken && wire.length() > 0) {
            queue().add(wire, FREE);
            owner.station().loop().markDirty(owner.tenant());
        }
    }

    private WireQueue queue() {
        WireQueue mine = queue;
        if (mine == null) {
            mine = owner.station().loop().spareQueues().take();
            queue = mine;
        }
        return mine;
    }

    /** Puts the marker of a gap, if its place is reached and there is room for it; answers whether it did. */
    boolean tellGap(Backlog account, Encoder encoder) {
        Wire marker = account.tellGap(encoder, owner.station().loop().orders().head());
        if (marker == null) {
            return false;
        }
        add(marker, Backlog.controlCharge(marker.length()));
        return true;
    }

    /** The usual last wire; none if the protocol fails to find it. The peer is not told what failed inside the server. */
    void addNotice(Encoder encoder, CloseReason reason) {
        CloseReason told = reason.code() == Code.INTERNAL_ERROR
                ? new CloseReason(
                        reason.code(),
                        "the server could not handle this",
                        reason.pendingBytes(),
                        reason.limit(),
                        reason.idle(),
                        reason.retryAfter())
                : reason;
        try {
            addFree(encoder.closing(told));
        } catch (Throwable t) {
            owner.station().counters().errors.increment();
            owner.station()
                    .log()
                    .log(
                            Level.WARNING,
                            Log.Topic.CALLBACK,
                            () -> "no closing notice: " + encoder.getClass().getName() + " failed: " + Log.describe(t));
        }
    }

    /** Neither is there anything of ours nor of the stream's. */
    boolean isEmpty() {
        return queue == null && !hasPending(Stream.MORE_OUTPUT);
    }

    boolean isBroken() {
        return broken;
    }

    /** After a read: what the stream has to say by itself, or did not take before it, leaves in this iteration's flush. */
    void goOnSoon() {
        if (!owner.interest().writes() && (queue != null || hasPending(Stream.MORE_OUTPUT))) {
            owner.station().loop().markDirty(owner.tenant());
        }
    }

    /**
     * One write for all that is queued; sees to it that the rest leaves when it can.
     *
     * @param hungUp the kernel has reported an end: what it does not take now it never will
     */
    Result write(boolean hungUp) {
        Result result = broken ? Result.BROKEN : queue == null ? goOn(hungUp) : write(queue, hungUp);
        switch (result) {
            case ALL_WRITTEN, BROKEN -> {
                stopStall();
                check(owner.interest().wantWrite(false));
            }
            case MORE_NEXT_TURN -> owner.station().loop().markDirty(owner.tenant());
            case KERNEL_FULL -> {
                watchStall();
                check(owner.interest().wantWrite(true)
                        && (!hasPending(Stream.WANTS_READ) || owner.interest().readAnyway(true)));
            }
            case READ_FIRST -> {
                watchStall();
                check(owner.interest().wantWrite(false) && owner.interest().readAnyway(true));
            }
        }
        return result;
    }

    /** What has room on the wire is written before a limit is judged against its owner; not where nothing is known to be taken. */
    void writeEarly(boolean hungUp) {
        if (queue != null && stall == null && write(hungUp) == Result.BROKEN) {
            owner.station().loop().markDirty(owner.tenant());
        }
    }

    private Result write(WireQueue mine, boolean hungUp) {
        Gather.Lot lot = owner.station().loop().gather().lend(mine);
        ByteBuffer bytes = lot.bytes();
        int count;
        boolean some;
        try {
            count = owner.stream().write(bytes);
            some = bytes.hasRemaining();
        } catch (IOException e) {
            return breakOff();
        } finally {
            owner.station().loop().gather().giveBack(lot);
        }
        owner.station().counters().writes.increment();
        if (count > 0) {
            if (stall != null) {
                stall.renew();
            }
            owner.station().counters().bytesOut.add(count);
            release(mine.advance(count, account()));
        }
        boolean more = !mine.isEmpty();
        if (more) {
            mine.holdBack(account(), owner.station().loop().nowNanos());
        } else {
            queue = null;
            owner.station().loop().spareQueues().give(mine);
        }
        if (some || hasPending(Stream.MORE_OUTPUT)) {
            return count == 0 && hungUp ? breakOff() : held();
        }
        return more ? Result.MORE_NEXT_TURN : Result.ALL_WRITTEN;
    }

    /** Nothing of ours is left, but the stream may hold some. */
    private Result goOn(boolean hungUp) {
        if (!hasPending(Stream.MORE_OUTPUT)) {
            return Result.ALL_WRITTEN;
        }
        try {
            owner.stream().write(Stream.NOTHING);
        } catch (IOException e) {
            return breakOff();
        }
        if (!hasPending(Stream.MORE_OUTPUT)) {
            return Result.ALL_WRITTEN;
        }
        return hungUp ? breakOff() : held();
    }

    private Result held() {
        return hasPending(Stream.WANTS_READ) && !hasPending(Stream.MORE_OUTPUT)
                ? Result.READ_FIRST
                : Result.KERNEL_FULL;
    }

    private boolean hasPending(int bit) {
        return (owner.stream().pending() & bit) != 0;
    }

    /** The FIN; false if the stream has something to say before it: then this is to be called again once it can write. */
    boolean finish() throws IOException {
        owner.stream().shutdownOutput();
        boolean done = !hasPending(Stream.MORE_OUTPUT);
        check(owner.interest().wantWrite(!done));
        return done;
    }

    private void check(boolean watched) {
        if (!watched) {
            owner.unwatchable();
        }
    }

    private void watchStall() {
        if (stall == null && !last) {
            stall = new Deadline(this, owner.station().loop());
            stall.setAfter(owner.station().limits().writeStallTimeout().toNanos());
        }
    }

    private void stopStall() {
        if (stall != null) {
            stall.cancel();
            stall = null;
        }
    }

    /** The session closes: what is still to leave has until then. */
    void beLast() {
        last = true;
        stopStall();
    }

    @Override
    public void onDeadline(Deadline passed) {
        Duration patience = owner.station().limits().writeStallTimeout();
        if (passed.isDue(patience.toNanos())) {
            String text = "slow consumer: took no byte for " + patience + " (writeStallTimeout)";
            owner.stalled(CloseReason.of(Code.SLOW_CONSUMER, text, patience.toMillis()));
        } else {
            passed.setAfter(patience.toNanos());
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        owner.onFailure(cause);
    }

    /** Nothing can be written any more. */
    Result breakOff() {
        broken = true;
        clear();
        return Result.BROKEN;
    }

    /** Discards the queue; counted. */
    void clear() {
        WireQueue mine = queue;
        if (mine != null) {
            queue = null;
            discard(mine.clear(account()));
            owner.station().loop().spareQueues().give(mine);
        }
    }

    private Account account() {
        return owner.station().loop().account();
    }

    /** Discards what has not begun to leave; counted. */
    void clearRest() {
        WireQueue mine = queue;
        if (mine != null) {
            discard(mine.clearRest(account()));
            if (mine.isEmpty()) {
                queue = null;
                owner.station().loop().spareQueues().give(mine);
            }
        }
    }

    /** Since when something has been held back; the moment itself where nothing is. */
    long heldSinceNanos() {
        long now = owner.station().loop().nowNanos();
        return queue == null ? now : queue.heldSinceNanos(now);
    }

    /** Reserved, and discarded; counted. */
    void discard(long charge) {
        owner.station().counters().discardedOut.add(Backlog.messages(charge));
        release(charge);
    }

    private void release(long charge) {
        Backlog account = owner.account();
        if (account != null && charge != FREE) {
            account.release(charge);
        }
    }
}
