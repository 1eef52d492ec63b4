package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A session as groups see it: where it is, what it is a member of, and how a group's messages reach it. */
abstract class Member extends SessionId implements ShardedGroup.Excepted {
    private static final AtomicReferenceFieldUpdater<Member, Memberships> MEMBERSHIPS =
            AtomicReferenceFieldUpdater.newUpdater(Member.class, Memberships.class, "memberships");

    private final Line line;
    private final Encoder encoder;
    private final Backlog backlog;

    /** The close found no room in the command queue: its place. */
    private volatile @Nullable Long closePosition;

    /** From the first join on; a session that has ended without one has {@link Memberships#ENDED}. */
    private volatile @Nullable Memberships memberships;

    /** In the group of all sessions. Set once, before the session is known to anyone. */
    private @Nullable Membership inAll;

    Member(SessionId id, Line line, Encoder encoder, Bounds bounds) {
        super(id);
        this.line = line;
        this.encoder = encoder;
        backlog = new Backlog(bounds);
    }

    final Line line() {
        return line;
    }

    // ---- delivery, on the loop where nothing else is said

    @Override
    public final Encoder encoder() {
        return encoder;
    }

    /** The server's. */
    abstract Counters counters();

    final Backlog backlog() {
        return backlog;
    }

    /** After the last callback. */
    abstract void completeClose(CloseReason reason);

    /** What its handler is still to be told, off the loop; null if that is nothing. Any thread. */
    abstract @Nullable AtWork callbacks();

    /** The thread that a callback runs on now, off the loop. Any thread. */
    final @Nullable Thread runner() {
        AtWork telling = callbacks();
        return telling == null ? null : telling.runner();
    }

    @Override
    public final boolean canEverHold(Wire wire) {
        return backlog.canEverHold(wire);
    }

    @Override
    public final boolean deliverAll(Wire wires, long charge) {
        if (!line.isDelivering() || closePosition != null) {
            return false;
        }
        if (!backlog.reserve(charge)) {
            line.writeEarly();
            if (!backlog.reserve(charge)) {
                return false;
            }
        }
        line.enqueue(wires, charge);
        return true;
    }

    @Override
    public final SendResult deliver(Wire wire, boolean isVolatile, long position) {
        Long last = closePosition;
        if (!line.isDelivering() || (last != null && position - last >= 0)) {
            return SendResult.CLOSED;
        }
        if (isVolatile && !isWritable()) {
            return passOver();
        }
        long charge = Backlog.charge(wire.length());
        if (!backlog.reserve(charge, position) && !reserveAfterWriting(charge, position)) {
            return isVolatile ? passOver() : overflow(position);
        }
        counters().messagesOut.increment();
        line.enqueue(wire, charge);
        return SendResult.ACCEPTED;
    }

    /**
     * What a protocol says by itself. Where it finds no room the peer reads no answers, and misses no message. On the loop.
     *
     * @return whether it is queued
     */
    final boolean reply(Wire wire) {
        if (!line.isDelivering()) {
            return false;
        }
        long charge = Backlog.controlCharge(wire.length());
        if (!backlog.reserveControl(charge)) {
            line.writeEarly();
            if (!backlog.reserveControl(charge)) {
                if (backlog.bounds().overflow() == Overflow.CLOSE) {
                    close(slowConsumer());
                }
                return false;
            }
        }
        line.enqueue(wire, charge);
        return true;
    }

    @Override
    public final void refuse(long tail) {
        counters().overflowed.increment();
        backlog.refuse(tail);
    }

    final SendResult missed(long tail) {
        refuse(tail);
        refresh();
        return SendResult.OVERFLOW;
    }

    @Override
    public final SendResult passOver() {
        counters().overflowed.increment();
        return SendResult.OVERFLOW;
    }

    final SendResult overflow(long position) {
        if (backlog.bounds().overflow() == Overflow.DROP || backlog.hasGap()) {
            return missed(position);
        }
        close(slowConsumer());
        return passOver();
    }

    private CloseReason slowConsumer() {
        Bounds bounds = backlog.bounds();
        return CloseReason.of(
                        CloseReason.Code.SLOW_CONSUMER,
                        "slow consumer: output reached " + bounds.outboundBytes() + " bytes (outboundLimitBytes) or "
                                + bounds.outboundMessages() + " messages (outboundLimitMessages)",
                        bounds.outboundBytes())
                .withEvidence(backlog.bytes(), Duration.ZERO);
    }

    final boolean reserveAfterWriting(long charge, long position) {
        line.writeEarly();
        return backlog.reserve(charge, position);
    }

    /** Before the task that closes: nothing that lies behind is delivered. */
    final void closesAt(long position) {
        closePosition = position;
    }

    // ---- membership

    final boolean joinGroup(Memberships.Directory directory, String name) {
        return ofFirstUse().join(directory, name, this);
    }

    final boolean leaveGroup(String name) {
        Memberships mine = memberships;
        return mine != null && mine.leave(name);
    }

    /** Ends all memberships, for good; the names stay to be read. On the loop. */
    final void leaveAll() {
        if (memberships != null || !MEMBERSHIPS.compareAndSet(this, null, Memberships.ENDED)) {
            Memberships mine = memberships;
            if (mine != null) {
                mine.leaveAll();
            }
        }
    }

    private Memberships ofFirstUse() {
        if (memberships == null) {
            MEMBERSHIPS.compareAndSet(this, null, new Memberships());
        }
        return Objects.requireNonNull(memberships);
    }

    /** Returns once whoever was joining or leaving has done so, too. Not on a loop that others wait for. */
    final void settleMemberships() {
        Memberships mine = memberships;
        if (mine != null && mine.hasWork()) {
            mine.take();
            mine.give();
        }
    }

    @Override
    public final @Nullable Membership membershipIn(Membership.Home group) {
        Membership all = inAll;
        if (all != null && all.group() == group) {
            return all;
        }
        Memberships mine = memberships;
        return mine == null ? null : mine.in(group);
    }

    final void joinAll(Membership.Home all) {
        Membership membership = new Membership(all, this);
        inAll = membership;
        all.joinSoon(membership);
    }

    final void leaveTheAll() {
        Membership membership = inAll;
        if (membership != null) {
            membership.group().leaveSoon(membership);
        }
    }

    /** No two sessions of a server have the same id, and those of two servers are not the same. */
    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return hash();
    }

    @Override
    public final Set<String> groups() {
        Memberships mine = memberships;
        return mine == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(mine.names()));
    }
}
