package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The engine's ports over a virtual network, on the threads and the clock of the machine; for one server. */
class VirtualTransport implements Transport {
    private final VirtualNetwork network;

    /** Made just before the poller of the same loop. */
    private VirtualMailbox mailbox;

    VirtualTransport(VirtualNetwork network) {
        this.network = network;
        mailbox = new VirtualMailbox(network.fate(), 1);
    }

    @Override
    public Mailbox newMailbox(int capacity) {
        mailbox = new VirtualMailbox(network.fate(), capacity);
        return mailbox;
    }

    @Override
    public Poller openPoller() {
        return newPoller();
    }

    final VirtualPoller newPoller() {
        return new VirtualPoller(network, mailbox);
    }

    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        return network.bind(address);
    }
}
