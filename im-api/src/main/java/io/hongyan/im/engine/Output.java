package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one peer: the queue, and the writing of it. Loop thread only.
 *
 * <p>After a failed write nothing is written any more, for nobody knows how much of a message has left: the queue is discarded, and what
 * comes later is too.
 */
final class Output {
    private final Peer peer;
    private final Server server;
    private final EventLoop loop;
    private final Connection connection;
    private final WireQueue queue = new WireQueue();

    /** The queue's head has left, and the account is settled. */
    private final WireQueue.Departures written = this::onWritten;

    private final WireQueue.Departures discarded = this::onDiscarded;
    private @Nullable Session session;
    private boolean broken;
    private long lastProgressNanos;

    /** Wires at the head that were queued before the session was open, when there was no account. */
    private int unaccounted;

    /** The notice that ends the output; it is not reserved in the backlog either. */
    private @Nullable Wire closingNotice;

    private Wire lastWords = Wire.EMPTY;

    /** How a write went. */
    enum Result {
        ALL_WRITTEN,
        MORE_NEXT_TURN,
        KERNEL_FULL,
        BROKEN
    }

    Output(Peer peer, Server server, EventLoop loop, Connection connection) {
        this.peer = peer;
        this.server = server;
        this.loop = loop;
        this.connection = connection;
    }

    void open(Session opened) {
        session = opened;
    }

    /** A wire whose bytes are reserved. */
    void add(Wire wire) {
        if (broken) {
            discard(wire);
        } else {
            queue.add(wire);
        }
    }

    /** Puts the marker of a gap, if there is room for it; its place is behind what was ordered before the gap. */
    void tellGap(Session owner, Runnable again) {
        Backlog backlog = owner.backlog();
        if (!backlog.hasGap()) {
            return;
        }
        Wire marker = backlog.tellGap(owner.encoder(), loop.head());
        if (marker != null) {
            add(marker);
            loop.markDirty(peer);
        } else if (!loop.isPast(backlog.gapEnd())) {
            loop.executeAfter(backlog.gapEnd(), again);
        }
    }

    /** What a protocol answers by itself; before the session is open there is no account of it. */
    void reply(Wire wire) {
        if (session != null) {
            session.deliver(wire);
        } else if (!broken) {
            queue.add(wire);
            unaccounted++;
            loop.markDirty(peer);
        }
    }

    /** The protocol's own last words go before the usual notice. */
    void lastWords(Wire wire) {
        lastWords = wire;
    }

    /** The last wire: what the protocol has to say, else this. */
    void addLast(Wire notice) {
        Wire last = lastWords.length() > 0 ? lastWords : notice;
        if (last.length() > 0 && !broken) {
            closingNotice = last;
            queue.add(last);
        }
    }

    /** The usual last wire. The peer is not told what failed inside the server. */
    static Wire notice(Encoder encoder, CloseReason reason) {
        CloseReason told = reason.code() == Code.INTERNAL_ERROR
                ? CloseReason.of(Code.INTERNAL_ERROR, "the server could not handle this")
                : reason;
        return encoder.closing(told);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean isBroken() {
        return broken;
    }

    long lastProgressNanos() {
        return lastProgressNanos;
    }

    /** From now on the peer's progress is watched. */
    void startWatch() {
        lastProgressNanos = loop.nowNanos();
    }

    /**
     * One write for all that is queued.
     *
     * @param hungUp the kernel has reported an end: what it does not take now it never will
     */
    Result write(boolean hungUp) {
        if (queue.isEmpty()) {
            return broken ? Result.BROKEN : Result.ALL_WRITTEN;
        }
        ByteBuffer bytes = loop.gather().fill(queue);
        int count;
        try {
            count = connection.write(bytes);
        } catch (IOException e) {
            return breakOff();
        }
        server.counters().writes.increment();
        if (count > 0) {
            server.counters().bytesOut.add(count);
            lastProgressNanos = loop.nowNanos();
            queue.advance(count, written);
        }
        if (bytes.hasRemaining()) {
            return count == 0 && hungUp ? breakOff() : Result.KERNEL_FULL;
        }
        return queue.isEmpty() ? Result.ALL_WRITTEN : Result.MORE_NEXT_TURN;
    }

    private Result breakOff() {
        broken = true;
        clear();
        return Result.BROKEN;
    }

    /** Discards the queue; counted. */
    void clear() {
        queue.clear(discarded);
    }

    /** Reserved, and discarded at once. */
    void discard(Wire wire) {
        server.counters().discardedOut.increment();
        session().backlog().release(Backlog.cost(wire));
    }

    private void onWritten(Wire wire) {
        if (isAccounted(wire)) {
            session().backlog().release(Backlog.cost(wire));
        }
    }

    private void onDiscarded(Wire wire) {
        if (isAccounted(wire)) {
            server.counters().discardedOut.increment();
            session().backlog().release(Backlog.cost(wire));
        }
    }

    private boolean isAccounted(Wire wire) {
        if (unaccounted > 0) {
            unaccounted--;
            return false;
        }
        return wire != closingNotice;
    }

    private Session session() {
        return Objects.requireNonNull(session, "its protocol has not opened the session");
    }
}
