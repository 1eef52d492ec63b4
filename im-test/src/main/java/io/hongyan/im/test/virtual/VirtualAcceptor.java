package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A listening port of a virtual network. */
final class VirtualAcceptor extends VirtualPollable implements Acceptor {
    private final InetSocketAddress address;
    private final Deque<Link> waiting = new ArrayDeque<>();

    VirtualAcceptor(VirtualNetwork network, InetSocketAddress address) {
        super(network);
        this.address = address;
    }

    /** Whether a client that asks for this address, not 0.0.0.0 or ::, comes here. */
    boolean serves(InetSocketAddress asked) {
        return address.getPort() == asked.getPort()
                && (address.getAddress().isAnyLocalAddress()
                        || address.getAddress().equals(asked.getAddress()));
    }

    /** Under the network's lock. */
    void offer(Link link) {
        waiting.add(link);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public @Nullable Connection accept() throws IOException {
        synchronized (network) {
            demand(!isClosed(), "accept after close");
            if (waiting.isEmpty() || network.fate().strikes(Fault.EMPTY_READ)) {
                return null;
            }
            if (network.fate().strikes(Fault.FAILED_ACCEPT)) {
                throw new IOException("Too many open files");
            }
            Link link = waiting.remove();
            network.fate().note("server", "accepts " + link.client.getPort());
            return new VirtualConnection(network, link);
        }
    }

    @Override
    public boolean shed() {
        synchronized (network) {
            if (waiting.isEmpty()) {
                return false;
            }
            Link link = waiting.remove();
            network.fate().note("server", "turns away " + link.client.getPort());
            link.closeServer();
            network.changed();
            return true;
        }
    }

    @Override
    int readiness(int mask) {
        return waiting.isEmpty() ? 0 : mask & Readiness.READ;
    }

    @Override
    void closed() {
        network.unbind(this);
        waiting.forEach(link -> {
            link.closeServer();
            link.resetByServer = true;
        });
        waiting.clear();
    }
}
