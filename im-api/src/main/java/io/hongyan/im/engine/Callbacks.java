package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Calls the handler of one server, and here what user code throws ends: it is blamed, counted, told to {@code onError}, and costs that
 * session. One at a time for each session, on whatever thread.
 */
final class Callbacks {
    private final Handlers handlers;
    private final Counters counters;
    private final Log log;
    private final SessionLife life;

    Callbacks(Handlers handlers, Counters counters, Log log, SessionLife life) {
        this.handlers = handlers;
        this.counters = counters;
        this.log = log;
        this.life = life;
    }

    void opened(Member session) {
        call(session, () -> handler().onOpen(session));
    }

    /** A session that its host has closed is told of no more messages, which may have been given up. */
    void received(Member session, @Nullable Message message) {
        if (!session.isOpen() || message == null) {
            counters.discardedIn.increment();
            return;
        }
        try {
            handler().onMessage(session, message);
        } catch (Throwable t) {
            onThrown(session, t);
        }
    }

    void writable(Member session) {
        if (session.isOpen()) {
            call(session, () -> handler().onWritable(session));
        }
    }

    /** The last one; by then it has left all groups. */
    void closed(Member session, CloseReason reason) {
        try {
            session.settleMemberships();
            handler().onClose(session, reason);
        } catch (Throwable t) {
            report(session, "onClose", t);
        } finally {
            try {
                session.completeClose(reason);
            } finally {
                life.gone(session);
            }
        }
    }

    /** What has failed in the telling, such as for want of memory or stack; the session ends, the others are told on. */
    void onFailure(Member session, Throwable cause) {
        counters.errors.increment();
        session.abort(CloseReason.of(
                CloseReason.Code.INTERNAL_ERROR,
                "a callback failed with " + cause.getClass().getName()));
    }

    /** There is no thread to call on. */
    void refused(Member session, Throwable cause) {
        if (session.isOpen()) {
            counters.errors.increment();
            log.log(
                    Level.WARNING,
                    Log.Topic.CALLBACK,
                    () -> session + ": no thread for its callbacks, closing: " + Log.describe(cause));
        }
        session.close(CloseReason.of(
                CloseReason.Code.INTERNAL_ERROR,
                "no thread for its callbacks: " + cause.getClass().getName()));
    }

    private interface Callback {
        void call() throws Exception;
    }

    private void call(Member session, Callback callback) {
        try {
            callback.call();
        } catch (Throwable t) {
            onThrown(session, t);
        }
    }

    private void onThrown(Member session, Throwable thrown) {
        String culprit = report(session, "a callback", thrown);
        try {
            handler().onError(session, thrown);
        } catch (Throwable t) {
            report(session, "onError", t);
        }
        session.close(CloseReason.of(
                CloseReason.Code.INTERNAL_ERROR,
                culprit + " threw " + thrown.getClass().getName()));
    }

    /** Counts and logs it, and says who it was. */
    private String report(Member session, String callback, Throwable thrown) {
        counters.errors.increment();
        String culprit = handlers.culprit(thrown);
        log.log(
                Level.WARNING,
                Log.Topic.CALLBACK,
                () -> session + ": " + culprit + " failed in " + callback + ": " + Log.describe(thrown));
        return culprit;
    }

    private MessageHandler handler() {
        return handlers.outermost();
    }
}
