package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one session's handler is still to be told, in order. The loop puts events in; they are handled one at a time, on the
 * loop at once or by the dispatcher. Its messages are bounded: while it {@link #isFull} the loop neither decodes nor reads.
 */
final class HandlerQueue implements Runnable {
    /** So that a busy session on a pool of threads lets others have their turn. */
    private static final int EVENTS_PER_TURN = 64;

    private sealed interface Event permits Opened, Received, Writable, Ended, Closed {}

    private record Opened() implements Event {}

    private record Received(Message message) implements Event {}

    private record Writable() implements Event {}

    /** The peer's end, or its error, behind all that came before. */
    private record Ended(CloseReason reason) implements Event {}

    private record Closed(CloseReason reason) implements Event {}

    private static final Event OPENED = new Opened();
    private static final Event WRITABLE = new Writable();

    private final Server server;
    private final Session session;
    private final Limits limits;
    private final Dispatcher dispatcher;
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** Whether a turn is under way or ordered. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** The loop has stopped reading because this was full, and wants to hear when it no longer is. */
    private volatile boolean awaited;

    /** The thread of the turn under way, off the loop. */
    private volatile @Nullable Thread runner;

    HandlerQueue(Server server, Session session, Limits limits) {
        this.server = server;
        this.session = session;
        this.limits = limits;
        dispatcher = server.dispatcher();
    }

    // ---- the loop puts in; a callback on the loop leaves no interrupt behind, which would close the next channel

    void opened() {
        put(OPENED);
    }

    void received(Message message) {
        if (dispatcher.onLoop()) {
            handleMessage(message);
            Thread.interrupted();
            return;
        }
        messages.incrementAndGet();
        bytes.addAndGet(message.length());
        put(new Received(message));
    }

    void writable() {
        put(WRITABLE);
    }

    void ended(CloseReason reason) {
        put(new Ended(reason));
    }

    void closed(CloseReason reason) {
        put(new Closed(reason));
    }

    boolean isFull() {
        return messages.get() >= limits.inboundLimitMessages() || bytes.get() >= 2L * limits.maxMessageBytes();
    }

    /** Has {@link Session#refresh} called once there is room; answers true if there is already. */
    boolean awaitRoom() {
        awaited = true;
        if (isFull()) {
            return false;
        }
        awaited = false;
        return true;
    }

    private void put(Event event) {
        if (dispatcher.onLoop()) {
            handle(event);
            Thread.interrupted();
            return;
        }
        events.add(event);
        if (scheduled.compareAndSet(false, true)) {
            if (session.loop().inLoop()) {
                session.loop().due().add(this);
            } else {
                dispatcher.execute(this);
            }
        }
    }

    // ---- the dispatcher takes out

    /** One turn. The flag is given up before the last look at the queue, so that no event is left without a turn. */
    @Override
    public void run() {
        int handled = 0;
        do {
            runner = Thread.currentThread();
            for (Event event = events.poll(); event != null; event = events.poll()) {
                handle(event);
                if (++handled >= EVENTS_PER_TURN && !events.isEmpty()) {
                    runner = null;
                    dispatcher.execute(this);
                    return;
                }
            }
            runner = null;
            scheduled.set(false);
        } while (!events.isEmpty() && scheduled.compareAndSet(false, true));
    }

    /** The thread that a callback of this session runs on, if it is not the loop. */
    @Nullable
    Thread runner() {
        return runner;
    }

    private void handle(Event event) {
        if (event instanceof Received received) {
            handleMessage(received.message());
            afterMessage(received.message());
        } else if (event instanceof Opened) {
            call(() -> handler().onOpen(session));
        } else if (event instanceof Writable) {
            if (session.isOpen()) {
                call(() -> handler().onWritable(session));
            }
        } else if (event instanceof Ended ended) {
            session.close(ended.reason());
        } else if (event instanceof Closed closed) {
            handleClose(closed.reason());
        }
    }

    /** A session that its host has closed is told of no more messages. */
    private void handleMessage(Message message) {
        if (!session.isOpen()) {
            server.counters().discardedIn.increment();
            return;
        }
        try {
            handler().onMessage(session, message);
        } catch (Throwable t) {
            onThrown(t);
        }
    }

    private void afterMessage(Message message) {
        int left = messages.decrementAndGet();
        long leftBytes = bytes.addAndGet(-message.length());
        if (awaited && left <= limits.inboundLimitMessages() / 2 && leftBytes <= limits.maxMessageBytes()) {
            awaited = false;
            session.refresh();
        }
    }

    private void handleClose(CloseReason reason) {
        try {
            handler().onClose(session, reason);
        } catch (Throwable t) {
            report("onClose", t);
        }
        session.completeClose(reason);
        server.onSessionGone(session);
    }

    private interface Callback {
        void call() throws Exception;
    }

    private void call(Callback callback) {
        try {
            callback.call();
        } catch (Throwable t) {
            onThrown(t);
        }
    }

    private void onThrown(Throwable thrown) {
        String culprit = report("a callback", thrown);
        try {
            handler().onError(session, thrown);
        } catch (Throwable t) {
            report("onError", t);
        }
        session.close(CloseReason.of(
                CloseReason.Code.INTERNAL_ERROR,
                culprit + " threw " + thrown.getClass().getName()));
    }

    /** Counts and logs it, and says who it was. */
    private String report(String callback, Throwable thrown) {
        server.counters().errors.increment();
        String culprit = server.handlers().culprit(thrown);
        server.log().log(
                Level.WARNING,
                Log.Topic.CALLBACK,
                () -> session + ": " + culprit + " failed in " + callback + ": " + Log.describe(thrown));
        return culprit;
    }

    private MessageHandler handler() {
        return server.handlers().outermost();
    }
}
