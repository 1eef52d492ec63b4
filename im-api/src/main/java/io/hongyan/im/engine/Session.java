package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client as hosts and other threads see it. It never touches the connection: what it is told goes to its {@link Peer}, on
 * the loop, as commands and as the few flags below.
 */
final class Session implements ClientSession {
    private final Server server;
    private final Peer peer;
    private final EventLoop loop;
    private final Limits limits;
    private final String id;
    private final String protocol;
    private final Encoder encoder;
    private final Backlog backlog;
    private final Map<AttributeKey<?>, Object> attributes = new ConcurrentHashMap<>(4);
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    /** Set once, by the first who closes; from then on nothing is accepted. */
    private final AtomicReference<@Nullable CloseReason> closing = new AtomicReference<>();

    private final AtomicReference<@Nullable Principal> principal;

    /** Set once, before the session is known to anyone. */
    private @Nullable HandlerQueue inbound;

    /** The close found no room in the command queue; its place is {@link #closeTail}. */
    private volatile boolean closesLate;

    private volatile long closeTail;
    private volatile boolean aborted;
    private volatile boolean paused;

    /** Whether a task to {@link Peer#refresh} is on its way. */
    private final AtomicBoolean refreshing = new AtomicBoolean();

    private final Runnable refreshTask;

    /** Guards the two fields below; held while joining and leaving, before the group's lock. */
    private final ReentrantLock groupsLock = new ReentrantLock();

    private final Set<String> groups = new HashSet<>(4);
    private boolean hasLeftAll;

    Session(
            Server server,
            Peer peer,
            EventLoop loop,
            Limits limits,
            String protocol,
            Encoder encoder,
            Map<AttributeKey<?>, Object> attributes,
            @Nullable Principal principal) {
        this.server = server;
        this.peer = peer;
        this.loop = loop;
        this.protocol = protocol;
        this.encoder = encoder;
        id = server.ids().nextId();
        this.limits = limits;
        this.attributes.putAll(attributes);
        this.principal = new AtomicReference<>(principal);
        backlog = new Backlog(limits);
        refreshTask = () -> {
            refreshing.set(false);
            peer.refreshSafely();
        };
    }

    // ---- sending

    @Override
    public SendResult send(Message message) {
        if (!isOpen()) {
            return SendResult.CLOSED;
        }
        Wire wire = message.wire(encoder);
        int cost = Backlog.cost(wire);
        if (!backlog.canEverHold(wire)) {
            throw new IllegalArgumentException("message of " + wire.length()
                    + " encoded bytes can never be sent: outboundLimitBytes is "
                    + limits.outboundLimitBytes());
        }
        if (!backlog.reserve(cost)) {
            return overflow(loop.tail());
        }
        if (loop.send(this, wire)) {
            server.counters().messagesOut.increment();
            return SendResult.ACCEPTED;
        }
        backlog.release(cost);
        server.counters().overflowed.increment();
        refuse(loop.tail());
        return SendResult.OVERFLOW;
    }

    /**
     * The same on the loop, while it executes what was ordered before: straight into the peer's queue. What was ordered before a
     * close or a gap is still delivered, so it is their places that count here, not the flags that were set at once.
     */
    SendResult deliver(Wire wire) {
        if (!peer.isDelivering() || (closesLate && loop.isPast(closeTail))) {
            return SendResult.CLOSED;
        }
        if (!backlog.reserve(Backlog.cost(wire), loop)) {
            return overflow(loop.head());
        }
        server.counters().messagesOut.increment();
        peer.enqueue(wire);
        return SendResult.ACCEPTED;
    }

    /** A group message was lost for want of room in the loop's command queue. */
    void miss() {
        server.counters().overflowed.increment();
        refuse(loop.tail());
    }

    Encoder encoder() {
        return encoder;
    }

    private SendResult overflow(long tail) {
        server.counters().overflowed.increment();
        if (limits.overflow() == Overflow.DROP || backlog.hasGap()) {
            refuse(tail);
        } else {
            close(CloseReason.of(
                    CloseReason.Code.SLOW_CONSUMER,
                    "slow consumer: output reached " + limits.outboundLimitBytes() + " bytes (outboundLimitBytes) or "
                            + limits.outboundLimitMessages() + " messages (outboundLimitMessages)",
                    limits.outboundLimitBytes()));
        }
        return SendResult.OVERFLOW;
    }

    private void refuse(long tail) {
        backlog.refuse(tail);
        refresh();
    }

    @Override
    public long pendingBytes() {
        return backlog.bytes();
    }

    @Override
    public boolean isWritable() {
        return !backlog.isCongested();
    }

    @Override
    public void pause() {
        paused = true;
        refresh();
    }

    @Override
    public void resume() {
        paused = false;
        refresh();
    }

    /** Has the loop look at the flags; at most one such task is under way. */
    void refresh() {
        if (refreshing.compareAndSet(false, true)) {
            loop.execute(refreshTask);
        }
    }

    // ---- what the peer asks, on the loop

    boolean isPaused() {
        return paused;
    }

    Backlog backlog() {
        return backlog;
    }

    Peer peer() {
        return peer;
    }

    EventLoop loop() {
        return loop;
    }

    // ---- ending

    @Override
    public boolean isOpen() {
        return closing.get() == null;
    }

    @Override
    public void close(CloseReason reason) {
        if (closing.compareAndSet(null, Objects.requireNonNull(reason, "reason"))) {
            loop.close(this);
        }
    }

    @Override
    public void abort(CloseReason reason) {
        aborted = true;
        closing.compareAndSet(null, Objects.requireNonNull(reason, "reason"));
        loop.close(this);
    }

    /** On the loop: the connection has ended by itself; no command is needed. */
    void endWith(CloseReason reason) {
        closing.compareAndSet(null, reason);
    }

    /** Before the task that closes. */
    void closesAt(long tail) {
        closeTail = tail;
        closesLate = true;
    }

    boolean isAborted() {
        return aborted;
    }

    /** The first reason given; only asked once the session is closing. */
    CloseReason closing() {
        return Objects.requireNonNull(closing.get(), "not closing");
    }

    /** After the last callback. */
    void completeClose(CloseReason reason) {
        closed.complete(reason);
    }

    @Override
    public CompletionStage<CloseReason> closeFuture() {
        return closed.minimalCompletionStage();
    }

    /** Where its callbacks run; set before the first of them. */
    void handledBy(HandlerQueue events) {
        inbound = events;
    }

    /** The thread that a callback runs on now, off the loop. */
    @Nullable
    Thread runner() {
        return inbound == null ? null : inbound.runner();
    }

    // ---- groups

    boolean join(Groups directory, String name) {
        groupsLock.lock();
        try {
            return !hasLeftAll && isOpen() && groups.add(name) && directory.add(name, this);
        } finally {
            groupsLock.unlock();
        }
    }

    boolean leave(Groups directory, String name) {
        groupsLock.lock();
        try {
            return !hasLeftAll && groups.remove(name) && directory.remove(name, this);
        } finally {
            groupsLock.unlock();
        }
    }

    /** Ends all memberships, for good; the names stay to be read. */
    void leaveAll(Groups directory) {
        groupsLock.lock();
        try {
            if (!hasLeftAll) {
                hasLeftAll = true;
                groups.forEach(name -> directory.remove(name, this));
            }
        } finally {
            groupsLock.unlock();
        }
    }

    @Override
    public Set<String> groups() {
        groupsLock.lock();
        try {
            return Collections.unmodifiableSet(new TreeSet<>(groups));
        } finally {
            groupsLock.unlock();
        }
    }

    // ---- the rest

    @Override
    public String id() {
        return id;
    }

    @Override
    public ImServer server() {
        return server;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return peer.remoteAddress();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public Optional<Principal> principal() {
        return Optional.ofNullable(principal.get());
    }

    @Override
    public void principal(Principal who) {
        if (!principal.compareAndSet(null, Objects.requireNonNull(who, "principal")) && !who.equals(principal.get())) {
            throw new IllegalStateException(this + " has a principal already; it is said once");
        }
    }

    @Override
    public <T> Optional<T> attribute(AttributeKey<T> key) {
        return Optional.ofNullable(key.type().cast(attributes.get(key)));
    }

    @Override
    public <T> Optional<T> attribute(AttributeKey<T> key, T value) {
        return Optional.ofNullable(
                key.type().cast(attributes.put(key, key.type().cast(value))));
    }

    @Override
    public <T> Optional<T> removeAttribute(AttributeKey<T> key) {
        return Optional.ofNullable(key.type().cast(attributes.remove(key)));
    }

    /** As its id, so that whoever keeps sessions in a hash walks them in the same order when a simulation is run again. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** No two sessions have the same id. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** For logs: enough to find it, not enough to guess it. */
    @Override
    public String toString() {
        return "session " + id.substring(0, 4) + ".. " + protocol + " " + remoteAddress();
    }
}
