package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.BindFailure;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Who listens, and one lock for all that is between servers and clients. */
final class VirtualNetwork {
    private static final int FIRST_EPHEMERAL_PORT = 40_000;
    private static final int LAST_PORT = 65_535;
    private static final InetAddress LOOPBACK_4 = loopback("127.0.0.1");
    private static final InetAddress LOOPBACK_6 = loopback("::1");

    private final List<VirtualAcceptor> listening = new ArrayList<>();

    private final Fate fate;
    private int lastPort = FIRST_EPHEMERAL_PORT;

    VirtualNetwork(Fate fate) {
        this.fate = fate;
    }

    Fate fate() {
        return fate;
    }

    /** On an address of this machine, which are those of its loopback and all private ones. */
    synchronized VirtualAcceptor bind(InetSocketAddress asked) throws BindException {
        if (asked.isUnresolved()) {
            throw BindFailure.unresolved(asked);
        }
        if (!isOurs(asked.getAddress())) {
            throw refused(asked, "Cannot assign requested address");
        }
        int port = asked.getPort() == 0 ? freePort() : asked.getPort();
        VirtualAcceptor acceptor = new VirtualAcceptor(this, new InetSocketAddress(asked.getAddress(), port));
        for (VirtualAcceptor other : listening) {
            if (other.serves(acceptor.address()) || acceptor.serves(other.address())) {
                throw refused(asked, "Address already in use");
            }
        }
        listening.add(acceptor);
        return acceptor;
    }

    private static boolean isOurs(InetAddress address) {
        return address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isSiteLocalAddress();
    }

    private static BindException refused(InetSocketAddress asked, String reason) {
        return BindFailure.of(asked, reason, new BindException(reason));
    }

    private int freePort() {
        do {
            lastPort = lastPort == LAST_PORT ? FIRST_EPHEMERAL_PORT : lastPort + 1;
        } while (listening.stream().anyMatch(acceptor -> acceptor.address().getPort() == lastPort));
        return lastPort;
    }

    synchronized void unbind(VirtualAcceptor acceptor) {
        listening.remove(acceptor);
    }

    Link connect(InetSocketAddress asked) throws ConnectException {
        return connect(asked.getAddress() instanceof Inet6Address ? LOOPBACK_6 : LOOPBACK_4, asked);
    }

    synchronized Link connect(InetAddress client, InetSocketAddress asked) throws ConnectException {
        InetSocketAddress server =
                asked.getAddress().isAnyLocalAddress() ? new InetSocketAddress(client, asked.getPort()) : asked;
        for (VirtualAcceptor acceptor : listening) {
            if (acceptor.serves(server)) {
                Link link = new Link(new InetSocketAddress(client, freePort()), server);
                acceptor.offer(link);
                changed();
                return link;
            }
        }
        throw new ConnectException("nobody listens on " + server + " of the virtual network");
    }

    private static InetAddress loopback(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The caller holds the lock. */
    void changed() {
        fate.changed(this);
    }
}
