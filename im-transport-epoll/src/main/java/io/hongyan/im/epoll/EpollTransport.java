package io.hongyan.im.epoll;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The engine's ports over Linux epoll. Stateless; any thread. */
final class EpollTransport implements Transport {
    @Override
    public Poller openPoller() throws IOException {
        return EpollPoller.open();
    }

    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        return EpollAcceptor.bind(address, keepAlive);
    }

    @Override
    public Mailbox newMailbox(int capacity) {
        return new EpollMailbox(capacity);
    }

    /** Uses each thing once that a machine, a JVM or a sandbox may not have. */
    static void probe() throws IOException {
        EpollPoller poller = EpollPoller.open();
        try {
            poller.wakeUp();
            poller.poll(0, (key, readiness) -> {});
        } finally {
            poller.close();
        }
        if (!new EpollMailbox(1).offer(Command.SEND, "target", "payload")) {
            throw new IOException("the command ring takes nothing");
        }
    }
}
