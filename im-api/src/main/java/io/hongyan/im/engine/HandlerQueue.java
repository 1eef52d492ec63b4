package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one session's handler is still to be told, in order. The loop puts events in, a turn of the dispatcher takes them out one at a
 * time. It lives from its first event until it is empty: then it has retired, and the loop begins another. So an idle session has none, and
 * one that is not retired always has a turn under way or ordered.
 *
 * <p>Its messages are bounded: while it {@link #isFull} the loop neither decodes nor reads.
 */
final class HandlerQueue implements Dispatcher.Turn, AtWork {
    /** So that a busy session on a pool of threads lets others have their turn. */
    private static final int EVENTS_PER_TURN = 64;

    /** When a turn that there was no thread for is tried again. */
    private static final long TRY_AGAIN_NANOS = 200_000_000L;

    /** When it is looked again whether there is some. */
    private static final long NO_MEMORY_NANOS = 10_000_000;

    private static final int MESSAGE_SHIFT = 40;
    private static final long ONE_MESSAGE = 1L << MESSAGE_SHIFT;

    /** Objects around the bytes of a message that waits. */
    private static final int MESSAGE_BYTES = 128;

    private static final AtomicReferenceFieldUpdater<HandlerQueue, Event> NEWEST =
            AtomicReferenceFieldUpdater.newUpdater(HandlerQueue.class, Event.class, "newest");
    private static final AtomicReferenceFieldUpdater<HandlerQueue, Event> OLDEST =
            AtomicReferenceFieldUpdater.newUpdater(HandlerQueue.class, Event.class, "oldest");
    private static final AtomicLongFieldUpdater<HandlerQueue> LOAD =
            AtomicLongFieldUpdater.newUpdater(HandlerQueue.class, "load");
    private static final AtomicLongFieldUpdater<HandlerQueue> COUNTED =
            AtomicLongFieldUpdater.newUpdater(HandlerQueue.class, "counted");

    /** Something to tell, in a list. */
    abstract static class Event {
        private @Nullable Event next;

        abstract void tell(Callbacks callbacks, Member session);

        /** What of the bounds it takes. */
        long load() {
            return 0;
        }

        /** Its session closes: what it holds is needed no more. */
        void giveUp() {}
    }

    static final class Opened extends Event {
        @Override
        void tell(Callbacks callbacks, Member session) {
            callbacks.opened(session);
        }
    }

    static final class Received extends Event {
        private final int length;

        /** Null once it was given up. */
        private volatile @Nullable Message message;

        Received(Message message) {
            this.message = message;
            length = message.length();
        }

        @Override
        void tell(Callbacks callbacks, Member session) {
            callbacks.received(session, message);
        }

        @Override
        long load() {
            return ONE_MESSAGE + length;
        }

        @Override
        void giveUp() {
            message = null;
        }
    }

    static final class Writable extends Event {
        @Override
        void tell(Callbacks callbacks, Member session) {
            callbacks.writable(session);
        }
    }

    /** The peer's end, or its error, behind all that came before. */
    static final class Ended extends Event {
        private final CloseReason reason;

        Ended(CloseReason reason) {
            this.reason = reason;
        }

        @Override
        void tell(Callbacks callbacks, Member session) {
            session.close(reason);
        }
    }

    static final class Closed extends Event {
        private final CloseReason reason;

        Closed(CloseReason reason) {
            this.reason = reason;
        }

        @Override
        void tell(Callbacks callbacks, Member session) {
            callbacks.closed(session, reason);
        }
    }

    private static final Event RETIRED = new Opened();

    /** Whoever has begun the queue. */
    interface Owner {
        /** It has retired. On the thread of its last turn. */
        void idle(HandlerQueue retired);
    }

    private final Owner owner;
    private final Member session;
    private final Callbacks callbacks;
    private final Dispatcher dispatcher;

    /** Newest first; {@link #RETIRED} at the end of its life. */
    private volatile @Nullable Event newest;

    /** Taken out and not told yet, oldest first. Of the turn under way; the loop may look, to give up what is there. */
    private volatile @Nullable Event oldest;

    /** What it counts against the budget; only where it is much, and then until it retires. */
    private volatile long counted;

    private long countedSinceNanos;

    /** Messages in the upper bits, their bytes in the lower. */
    private volatile long load;

    /** The loop has stopped reading because this was full, and wants to hear when it no longer is. */
    private volatile boolean awaited;

    /** An event of this kind is in the queue already. */
    private volatile boolean tellsWritable;

    /** The thread of the turn under way. */
    private volatile @Nullable Thread runner;

    /** Plain, for it is read behind {@link #runner}, and only whether it has changed since the last look matters. */
    private int told;

    HandlerQueue(Owner owner, Member session, Callbacks callbacks, Dispatcher dispatcher) {
        this.owner = owner;
        this.session = session;
        this.callbacks = callbacks;
        this.dispatcher = dispatcher;
    }

    // ---- the loop puts in

    /** False if it has retired. */
    boolean put(Event event) {
        if (event instanceof Writable) {
            if (tellsWritable && newest != RETIRED) {
                return true;
            }
            tellsWritable = true;
        }
        if (event.load() != 0) {
            count(LOAD.addAndGet(this, event.load()));
        }
        Event before;
        do {
            before = newest;
            if (before == RETIRED) {
                uncount();
                return false;
            }
            event.next = before;
        } while (!NEWEST.compareAndSet(this, before, event));
        return true;
    }

    private void count(long now) {
        long cost = bytes(now) + messages(now) * MESSAGE_BYTES;
        long before = counted;
        if (cost - before >= Unfinished.LEAST_BYTES) {
            EventLoop loop = session.loop();
            if (before == 0) {
                countedSinceNanos = loop.nowNanos();
            }
            COUNTED.addAndGet(this, cost - before);
            loop.account().add(cost - before);
        }
    }

    private void uncount() {
        if (counted != 0) {
            session.loop().account().add(-COUNTED.getAndSet(this, 0));
        }
    }

    /** What it counts against the budget. */
    long countedBytes() {
        return counted;
    }

    double burden(long nowNanos) {
        return (double) counted * (nowNanos - countedSinceNanos + 1);
    }

    /** The session closes, and memory is short: the messages that its handler will not see are needed no more. */
    void giveUp() {
        for (Event event = oldest; event != null; event = event.next) {
            event.giveUp();
        }
        for (Event event = newest; event != null; event = event.next) {
            event.giveUp();
        }
        uncount();
    }

    boolean isRetired() {
        return newest == RETIRED;
    }

    boolean isFull() {
        long now = load;
        return messages(now) >= session.backlog().bounds().inboundMessages()
                || bytes(now) >= 2L * session.backlog().bounds().messageBytes();
    }

    /** Has {@link Member#refresh} called once there is room; answers true if there is already. */
    boolean awaitRoom() {
        awaited = true;
        if (isFull()) {
            return false;
        }
        awaited = false;
        return true;
    }

    // ---- the dispatcher takes out

    /** One turn. */
    @Override
    public void run() {
        runner = Thread.currentThread();
        int toldInTurn = 0;
        for (Event event = next(); event != null; event = next()) {
            told++;
            tell(event);
            if (++toldInTurn >= EVENTS_PER_TURN && (oldest != null || newest != null)) {
                runner = null;
                if (isHandedOn()) {
                    return;
                }
                runner = Thread.currentThread();
                toldInTurn = 0;
            }
        }
    }

    /** False if there is no thread for it. */
    boolean isHandedOn() {
        try {
            dispatcher.execute(this);
            return true;
        } catch (Throwable t) {
            return false;
        }
    }

    /** It costs the session; and since {@code onClose} at least is owed, the turn is tried again until there is a thread. */
    @Override
    public void refused(Throwable cause) {
        EventLoop loop = session.loop();
        loop.execute(() -> {
            callbacks.refused(session, cause);
            if (loop.hasEnded()) {
                // Nobody tries again.
                run();
            } else {
                loop.wheel().set(new Again(), loop.nowNanos() + TRY_AGAIN_NANOS);
            }
        });
    }

    private final class Again extends TimerWheel.Timer {
        @Override
        void onDeadline() {
            session.loop().due().add(HandlerQueue.this);
        }

        @Override
        void onFailure(Throwable cause) {
            session.loop().onFailure("trying a callback again", cause);
        }
    }

    /** Null once there was none and it has retired. */
    private @Nullable Event next() {
        Event first = oldest;
        if (first == null) {
            first = takeAll();
        }
        if (first != null) {
            OLDEST.lazySet(this, first.next);
        }
        return first;
    }

    /** Oldest first. */
    private @Nullable Event takeAll() {
        Event taken = NEWEST.getAndSet(this, null);
        while (taken == null) {
            runner = null;
            if (NEWEST.compareAndSet(this, null, RETIRED)) {
                uncount();
                owner.idle(this);
                return null;
            }
            runner = Thread.currentThread();
            taken = NEWEST.getAndSet(this, null);
        }
        Event first = null;
        while (taken != null) {
            Event next = taken.next;
            taken.next = first;
            first = taken;
            taken = next;
        }
        return first;
    }

    private void tell(Event event) {
        if (event instanceof Writable) {
            tellsWritable = false;
        }
        try {
            event.tell(callbacks, session);
        } catch (Throwable t) {
            fail(t);
        }
        if (event.load() != 0) {
            afterMessage(LOAD.addAndGet(this, -event.load()));
        }
    }

    /** A session that there is no memory to end for has its thread wait for some: it must not be forgotten. */
    private void fail(Throwable cause) {
        while (true) {
            try {
                callbacks.onFailure(session, cause);
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(NO_MEMORY_NANOS);
            }
        }
    }

    private void afterMessage(long left) {
        if (awaited
                && messages(left) <= session.backlog().bounds().inboundMessages() / 2
                && bytes(left) <= session.backlog().bounds().messageBytes()) {
            awaited = false;
            session.refresh();
        }
    }

    @Override
    public @Nullable Thread runner() {
        return runner;
    }

    @Override
    public int told() {
        return told;
    }

    private static long messages(long load) {
        return load >>> MESSAGE_SHIFT;
    }

    private static long bytes(long load) {
        return load & (ONE_MESSAGE - 1);
    }
}
