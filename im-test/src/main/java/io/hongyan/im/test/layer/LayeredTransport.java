package io.hongyan.im.test.layer;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Stream;
import io.hongyan.im.engine.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Another transport's sockets, with the layer around each. Of a transport on a real machine, which takes the defaults for all else. */
public final class LayeredTransport implements Transport {
    private final Transport below;

    /**
     * A layer on each connection.
     *
     * @param below what brings the sockets
     */
    public LayeredTransport(Transport below) {
        this.below = below;
    }

    @Override
    public Poller openPoller() throws IOException {
        return below.openPoller();
    }

    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        return below.bind(address, keepAlive);
    }

    @Override
    public Mailbox newMailbox(int capacity) {
        return below.newMailbox(capacity);
    }

    @Override
    public Stream streamOver(Connection connection) {
        return new LayeredStream(connection);
    }
}
