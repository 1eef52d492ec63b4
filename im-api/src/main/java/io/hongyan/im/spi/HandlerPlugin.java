package io.hongyan.im.spi;

import io.hongyan.im.MessageHandler;

/**
 * Decorates the handler of a server: it can observe, change, refuse or answer what comes before the handler sees it. Found by
 * {@link java.util.ServiceLoader}, or given to the builder.
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
}
