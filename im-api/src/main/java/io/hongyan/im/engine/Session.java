package io.hongyan.im.engine;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One client as hosts and other threads see it. It never touches the connection: what it is told goes to its {@link Line}, on the loop,
 * as commands and as the few flags below. What few sessions use is made when it is first used.
 */
final class Session extends Member implements Orders.Target, HandlerQueue.Owner, Runnable {
    private static final AtomicReferenceFieldUpdater<Session, CloseReason> CLOSING =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, CloseReason.class, "closing");

    @SuppressWarnings("rawtypes") // of a class literal
    private static final AtomicReferenceFieldUpdater<Session, CompletableFuture> CLOSED =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, CompletableFuture.class, "closed");

    private static final AtomicReferenceFieldUpdater<Session, Belongings> BELONGINGS =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, Belongings.class, "belongings");

    private static final AtomicReferenceFieldUpdater<Session, HandlerQueue> CALLBACKS =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, HandlerQueue.class, "callbacks");

    private static final AtomicIntegerFieldUpdater<Session> REFRESHING =
            AtomicIntegerFieldUpdater.newUpdater(Session.class, "refreshing");

    private final Station station;
    private final String protocol;

    /** The text of the id, once asked for. */
    private @Nullable String idText;

    private volatile @Nullable Belongings belongings;

    /** Set once, by the first who closes; from then on nothing is accepted. */
    private volatile @Nullable CloseReason closing;

    /** Made by the first who asks for it, or at the end. */
    private volatile @Nullable CompletableFuture<CloseReason> closed;

    private volatile boolean aborted;
    private volatile boolean paused;

    /** 1 while a task to refresh is on its way. */
    private volatile int refreshing;

    /** What the handler is being told; null while that is nothing. Begun by the loop, ended by whoever empties it. */
    private volatile @Nullable HandlerQueue callbacks;

    /** A late task waits for the end of a gap. The loop's. */
    private boolean awaitsGapEnd;

    /** @param belongings what its protocol has put on it, if it has */
    Session(Station station, Line line, String protocol, Encoder encoder, @Nullable Belongings belongings) {
        super(station.ids().nextId(), line, encoder, station.bounds());
        this.station = station;
        this.protocol = protocol;
        this.belongings = belongings;
    }

    // ---- sending

    @Override
    public SendResult send(Message message) {
        Objects.requireNonNull(message, "message");
        if (!isOpen()) {
            return SendResult.CLOSED;
        }
        Wire wire = message.wire(encoder());
        if (!canEverHold(wire)) {
            throw new IllegalArgumentException("message of " + wire.length()
                    + " encoded bytes can never be sent: outboundLimitBytes is "
                    + backlog().bounds().outboundBytes());
        }
        if (message.isVolatile() && !isWritable()) {
            return passOver();
        }
        boolean directly = loop().mayGoDirectly();
        long charge = Backlog.charge(wire.length());
        if (!backlog().reserve(charge)
                && !(directly && reserveAfterWriting(charge, loop().orders().head()))) {
            return message.isVolatile() ? passOver() : overflow(loop().orders().tail());
        }
        if (directly) {
            line().enqueue(wire, charge);
        } else if (loop().orders().offer(Command.SEND, this, wire)) {
            loop().signal();
        } else {
            backlog().release(charge);
            return message.isVolatile() ? passOver() : missed(loop().orders().tail());
        }
        counters().messagesOut.increment();
        return SendResult.ACCEPTED;
    }

    @Override
    public void onCommand(Command command, Object payload) {
        switch (command) {
            case SEND -> line().enqueue((Wire) payload, Backlog.charge(((Wire) payload).length()));
            case CLOSE -> line().closeSoon();
            case PUBLISH -> throw new IllegalArgumentException("a publication is for members, not for " + this);
        }
    }

    @Override
    public int bytesOf(Object payload) {
        return payload instanceof Wire wire ? wire.length() : 0;
    }

    @Override
    public void onFailure(Throwable cause) {
        line().onFailure(cause);
    }

    @Override
    public long pendingBytes() {
        return backlog().bytes();
    }

    @Override
    public boolean isWritable() {
        return !backlog().isCongested();
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

    /** At most one such task is under way. */
    @Override
    public void refresh() {
        if (REFRESHING.compareAndSet(this, 0, 1)) {
            loop().execute(this);
        }
    }

    /** The task of {@link #refresh}. */
    @Override
    public void run() {
        refreshing = 0;
        line().refresh();
    }

    /** Where a gap cannot be told yet because its place has not come: looks again then. On the loop, once at a time. */
    void awaitGapEnd() {
        Orders orders = loop().orders();
        long end = backlog().gapEnd(orders.head());
        if (!awaitsGapEnd && !orders.isPast(end)) {
            awaitsGapEnd = true;
            loop().addLate(end, this::onGapEnd);
        }
    }

    private void onGapEnd() {
        awaitsGapEnd = false;
        line().refresh();
    }

    // ---- what the loop asks

    @Override
    public EventLoop loop() {
        return station.loop();
    }

    @Override
    Counters counters() {
        return station.counters();
    }

    boolean isPaused() {
        return paused;
    }

    // ---- callbacks

    /** On the loop. A callback there leaves no interrupt behind, which would close the next channel. */
    void tell(HandlerQueue.Event event) {
        Dispatcher dispatcher = station.dispatcher();
        if (dispatcher.onLoop()) {
            event.tell(station.callbacks(), this);
            Thread.interrupted();
            return;
        }
        HandlerQueue queue = callbacks;
        if (queue == null || !queue.put(event)) {
            HandlerQueue begun = new HandlerQueue(this, this, station.callbacks(), dispatcher);
            begun.put(event);
            callbacks = begun;
            if (loop().inLoop()) {
                loop().due().add(begun);
            } else if (!begun.isHandedOn()) {
                // The loop ends, and nobody tries again.
                begun.run();
            }
        }
    }

    @Override
    public void idle(HandlerQueue retired) {
        CALLBACKS.compareAndSet(this, retired, null);
    }

    @Override
    @Nullable
    AtWork callbacks() {
        return callbacks;
    }

    /** Whether the handler is behind: then {@link #refresh} is called once it has caught up. On the loop. */
    boolean awaitsRoom() {
        HandlerQueue queue = callbacks;
        return queue != null && queue.isFull() && !queue.awaitRoom();
    }

    /** What waits for its handler, as the budget counts it. On the loop. */
    long waitingBytes() {
        HandlerQueue queue = callbacks;
        return queue == null ? 0 : queue.countedBytes();
    }

    double waitingBurden(long nowNanos) {
        HandlerQueue queue = callbacks;
        return queue == null ? 0 : queue.burden(nowNanos);
    }

    /** It closes, and memory is short. On the loop. */
    void giveUpMessages() {
        HandlerQueue queue = callbacks;
        if (queue != null) {
            queue.giveUp();
        }
    }

    // ---- ending

    @Override
    public boolean isOpen() {
        return closing == null;
    }

    @Override
    public void close(CloseReason reason) {
        if (CLOSING.compareAndSet(this, null, Objects.requireNonNull(reason, "reason"))) {
            orderClose();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        Objects.requireNonNull(reason, "reason");
        aborted = true;
        CLOSING.compareAndSet(this, null, reason);
        orderClose();
    }

    /** Behind what was ordered before. Never lost: a full queue is waited for by a task, and its place noted before. */
    private void orderClose() {
        Orders orders = loop().orders();
        if (loop().mayGoDirectly()) {
            line().closeSoon();
        } else if (orders.offer(Command.CLOSE, this, this)) {
            loop().signal();
        } else {
            long position = orders.tail();
            closesAt(position);
            loop().executeAfter(position, line()::closeSoon);
        }
    }

    /** On the loop: the connection has ended by itself; no command is needed. */
    void endWith(CloseReason reason) {
        CLOSING.compareAndSet(this, null, reason);
    }

    boolean isAborted() {
        return aborted;
    }

    /** The first reason given; only asked once the session is closing. */
    CloseReason closing() {
        return Objects.requireNonNull(closing, "not closing");
    }

    @Override
    void completeClose(CloseReason reason) {
        closed().complete(reason);
    }

    @Override
    public CompletionStage<CloseReason> closeFuture() {
        return closed().minimalCompletionStage();
    }

    private CompletableFuture<CloseReason> closed() {
        if (closed == null) {
            CLOSED.compareAndSet(this, null, new CompletableFuture<CloseReason>());
        }
        return Objects.requireNonNull(closed);
    }

    // ---- the rest

    @Override
    public String id() {
        String text = idText;
        if (text == null) {
            text = text();
            idText = text;
        }
        return text;
    }

    @Override
    public ImServer server() {
        return station.server();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return line().remoteAddress();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public Optional<Principal> principal() {
        Belongings mine = belongings;
        return mine == null ? Optional.empty() : mine.principal();
    }

    @Override
    public void principal(Principal who) {
        if (!ownBelongings().principal(Objects.requireNonNull(who, "principal"))) {
            throw new IllegalStateException(this + " has a principal already; it is said once");
        }
    }

    @Override
    public <T> Optional<T> attribute(AttributeKey<T> key) {
        Objects.requireNonNull(key, "key");
        Belongings mine = belongings;
        return mine == null ? Optional.empty() : mine.get(key);
    }

    @Override
    public <T> Optional<T> attribute(AttributeKey<T> key, T value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return ownBelongings().put(key, value);
    }

    @Override
    public <T> Optional<T> removeAttribute(AttributeKey<T> key) {
        Objects.requireNonNull(key, "key");
        Belongings mine = belongings;
        return mine == null ? Optional.empty() : mine.remove(key);
    }

    private Belongings ownBelongings() {
        if (belongings == null) {
            BELONGINGS.compareAndSet(this, null, new Belongings());
        }
        return Objects.requireNonNull(belongings);
    }

    /** For logs: enough to find it, not enough to guess it. */
    @Override
    public String toString() {
        return "session " + id().substring(0, 4) + ".. " + protocol + " " + remoteAddress();
    }
}
