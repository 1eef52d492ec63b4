package io.hongyan.im.spi;

import io.hongyan.im.ImServer;
import io.hongyan.im.MessageHandler;

/**
 * Decorates the handler of a server: it can observe, change, refuse or answer what comes before the handler sees it. Found by
 * {@link java.util.ServiceLoader}, or given to the builder.
 *
 * <pre>
 *   wrap ──> onStart ──> callbacks of all sessions, the last onClose ──> onStop
 * </pre>
 */
public interface HandlerPlugin {
    /**
     * The name that logs and errors use.
     *
     * @return by default the class's name
     */
    default String name() {
        return getClass().getName();
    }

    /**
     * Where this plugin stands: the lowest is outermost and sees a message first. Equal ones are sorted by name.
     *
     * @return by default 0
     */
    default int order() {
        return 0;
    }

    /**
     * Wraps the next handler inwards. Called once, when the server starts.
     *
     * @param next a plugin or the host's handler; call it, or do not
     * @return what is called instead, usually a {@link ForwardingHandler}: it forwards the callbacks that are not yours, {@code
     *     onClose} above all
     */
    MessageHandler wrap(MessageHandler next);

    /**
     * The server starts: its ports are bound, nobody has been accepted, and no callback has come. The place to open what the plugin needs.
     * Called once for each server, on the thread that starts it, the outermost plugin first; it may block. By default nothing.
     *
     * @param server the server, which can be kept; it has no sessions yet
     * @throws Exception to have the start fail: {@code start()} throws an {@link IllegalStateException} that names this plugin and has this
     *     as its cause, nothing is left behind, and the plugins that have started are told of the end
     */
    default void onStart(ImServer server) throws Exception {}

    /**
     * The server has ended: every {@code onClose} has returned, and the ports are free. The place to close what {@link #onStart} has opened.
     * Called once if {@code onStart} has returned, on a thread of the server's, the innermost plugin first, before {@link
     * ImServer#closeFuture()} completes. It may block: who waits in {@link ImServer#close()} waits for it, but as for a handler not for ever.
     * (A handler that was left behind, as {@code close()} says, may still be running.) By default nothing.
     *
     * @param server the server, which sends and accepts nothing any more
     * @throws Exception which is logged and counted as an error; the others are told all the same
     */
    default void onStop(ImServer server) throws Exception {}
}
