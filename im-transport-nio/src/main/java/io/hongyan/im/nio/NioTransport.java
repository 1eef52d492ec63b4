package io.hongyan.im.nio;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;

/** The engine's ports over {@code java.nio}. Stateless; any thread. */
final class NioTransport implements Transport {
    static final System.Logger LOG = System.getLogger("io.hongyan.im.nio");

    @Override
    public Poller openPoller() throws IOException {
        return new NioPoller(Selector.open());
    }

    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        return NioAcceptor.bind(address, keepAlive);
    }

    @Override
    public Mailbox newMailbox(int capacity) {
        return new NioMailbox(capacity);
    }
}
