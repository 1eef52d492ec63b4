package io.hongyan.im.nio;

import io.hongyan.im.engine.KeepAlive;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * Keep-alive as java.nio has it: for each connection, since it knows none on a listening channel. The options for its times are the JDK's, of
 * its module jdk.net, which need not be there: so they are found by their names, and what a platform lacks is passed over.
 */
final class NioKeepAlive {
    private final boolean on;
    private final Map<String, Integer> seconds;

    NioKeepAlive(KeepAlive wanted) {
        on = wanted.isOn();
        seconds = Map.of(
                "TCP_KEEPIDLE", wanted.idleSeconds(),
                "TCP_KEEPINTERVAL", wanted.intervalSeconds(),
                "TCP_KEEPCOUNT", wanted.probes());
    }

    /** Best effort: a channel that has been reset may refuse, and tells of it when it is read. */
    void set(SocketChannel accepted) {
        if (!on) {
            return;
        }
        try {
            accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            for (SocketOption<?> option : accepted.supportedOptions()) {
                set(accepted, option);
            }
        } catch (IOException | UnsupportedOperationException e) {
            NioTransport.LOG.log(System.Logger.Level.DEBUG, "setting keep-alive", e);
        }
    }

    @SuppressWarnings("unchecked") // by its type
    private void set(SocketChannel accepted, SocketOption<?> option) throws IOException {
        Integer value = seconds.get(option.name());
        if (value != null && option.type() == Integer.class) {
            accepted.setOption((SocketOption<Integer>) option, value);
        }
    }
}
