package io.hongyan.im.test.virtual;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

/** Who listens, and one lock for all that is between servers and clients. */
final class VirtualNetwork {
    private static final int FIRST_EPHEMERAL_PORT = 40_000;
    private static final int LAST_PORT = 65_535;

    /** Ports alone: every address of the machine is one. */
    private final Map<Integer, VirtualAcceptor> listening = new HashMap<>();

    private final Fate fate;
    private int lastPort = FIRST_EPHEMERAL_PORT;

    VirtualNetwork(Fate fate) {
        this.fate = fate;
    }

    Fate fate() {
        return fate;
    }

    synchronized VirtualAcceptor bind(InetSocketAddress asked) throws BindException, UnknownHostException {
        if (asked.isUnresolved()) {
            throw new UnknownHostException("cannot listen on " + asked + ": the host name cannot be resolved");
        }
        if (listening.containsKey(asked.getPort())) {
            throw new BindException("cannot listen on " + asked + ": the port is in use on the virtual network");
        }
        int port = asked.getPort() == 0 ? freePort() : asked.getPort();
        VirtualAcceptor acceptor = new VirtualAcceptor(this, new InetSocketAddress(asked.getAddress(), port));
        listening.put(port, acceptor);
        return acceptor;
    }

    private int freePort() {
        do {
            lastPort = lastPort == LAST_PORT ? FIRST_EPHEMERAL_PORT : lastPort + 1;
        } while (listening.containsKey(lastPort));
        return lastPort;
    }

    synchronized void unbind(VirtualAcceptor acceptor) {
        listening.remove(acceptor.address().getPort(), acceptor);
    }

    synchronized Link connect(InetSocketAddress server) throws ConnectException {
        VirtualAcceptor acceptor = listening.get(server.getPort());
        if (acceptor == null) {
            throw new ConnectException("nobody listens on port " + server.getPort() + " of the virtual network");
        }
        Link link = new Link(new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()), server);
        acceptor.offer(link);
        changed();
        return link;
    }

    /** The caller holds the lock. */
    void changed() {
        fate.changed(this);
    }
}
