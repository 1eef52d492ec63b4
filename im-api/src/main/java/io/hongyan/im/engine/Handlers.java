package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.spi.HandlerPlugin;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The host's handler inside its plugins. Each layer is guarded, so that what one throws is blamed on it and not on those outside
 * of it.
 */
final class Handlers {
    private final MessageHandler outermost;

    /** What each layer is called, the outermost first. */
    private final List<String> names;

    /** The innermost layer that what is flying now came through, for this thread. */
    @SuppressWarnings("ThreadLocalUsage") // each server has its own; a static one would tie servers together
    private final ThreadLocal<@Nullable Blame> blame = new ThreadLocal<>();

    private record Blame(Throwable thrown, String culprit) {}

    /** Plugins are outermost first. */
    Handlers(MessageHandler handler, List<HandlerPlugin> plugins) {
        Deque<String> called = new ArrayDeque<>();
        called.push("handler " + handler.getClass().getName());
        MessageHandler next = new Guarded(called.element(), handler);
        for (int i = plugins.size() - 1; i >= 0; i--) {
            HandlerPlugin plugin = plugins.get(i);
            MessageHandler wrapped = Objects.requireNonNull(
                    plugin.wrap(next), () -> "plugin " + plugin.name() + ": wrap(next) must not return null");
            called.push("plugin " + plugin.name());
            next = new Guarded(called.element(), wrapped);
        }
        outermost = next;
        names = List.copyOf(called);
    }

    MessageHandler outermost() {
        return outermost;
    }

    /** Who threw what a callback on this thread has just thrown. */
    String culprit(Throwable thrown) {
        Blame last = blame.get();
        blame.remove();
        return last != null && last.thrown() == thrown ? last.culprit() : "a handler";
    }

    /** The layer that was entered last in a callback with these frames; null if none was. */
    @Nullable
    String innermost(List<StackTraceElement> callback) {
        int entered = 0;
        for (StackTraceElement frame : callback) {
            if (frame.getClassName().equals(Guarded.class.getName())) {
                entered++;
            }
        }
        return entered == 0 ? null : names.get(Math.min(entered, names.size()) - 1);
    }

    private final class Guarded implements MessageHandler {
        private final String name;
        private final MessageHandler layer;

        Guarded(String name, MessageHandler layer) {
            this.name = name;
            this.layer = layer;
        }

        /** A layer further in has blamed itself already if the same is still flying. */
        private void blame(Throwable thrown) {
            Blame last = blame.get();
            if (last == null || last.thrown() != thrown) {
                blame.set(new Blame(thrown, name));
            }
        }

        @Override
        public void onMessage(ClientSession session, Message message) throws Exception {
            try {
                layer.onMessage(session, message);
            } catch (Throwable t) {
                blame(t);
                throw t;
            }
        }

        @Override
        public void onOpen(ClientSession session) throws Exception {
            try {
                layer.onOpen(session);
            } catch (Throwable t) {
                blame(t);
                throw t;
            }
        }

        @Override
        public void onWritable(ClientSession session) throws Exception {
            try {
                layer.onWritable(session);
            } catch (Throwable t) {
                blame(t);
                throw t;
            }
        }

        @Override
        public void onClose(ClientSession session, CloseReason reason) throws Exception {
            try {
                layer.onClose(session, reason);
            } catch (Throwable t) {
                blame(t);
                throw t;
            }
        }

        @Override
        public void onError(ClientSession session, Throwable cause) throws Exception {
            try {
                layer.onError(session, cause);
            } catch (Throwable t) {
                blame(t);
                throw t;
            }
        }
    }
}
