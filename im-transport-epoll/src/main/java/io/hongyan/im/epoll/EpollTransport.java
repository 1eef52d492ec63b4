package io.hongyan.im.epoll;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Handover;
import io.hongyan.im.engine.KeepAlive;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The engine's ports over Linux epoll, of one server. What listens is bound by the thread that starts it; the rest is any thread's. */
final class EpollTransport implements Transport {
    private final @Nullable EpollHandover handover;

    EpollTransport() {
        this(null);
    }

    /** Null where nothing is to be handed over. */
    EpollTransport(@Nullable EpollHandover handover) {
        this.handover = handover;
    }

    @Override
    public Poller openPoller() throws IOException {
        return EpollPoller.open();
    }

    /** What the predecessor or systemd has bound to the address is taken before one is bound. */
    @Override
    public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) throws IOException {
        int fd = handover == null ? InheritedSockets.NONE : handover.take(address);
        if (fd == InheritedSockets.NONE) {
            fd = ListenFds.take(address);
        }
        EpollAcceptor acceptor = fd == InheritedSockets.NONE
                ? EpollAcceptor.bind(address, keepAlive)
                : EpollAcceptor.over(fd, keepAlive);
        if (handover != null) {
            handover.add(acceptor);
        }
        return acceptor;
    }

    @Override
    public @Nullable Handover handover() {
        return handover;
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
