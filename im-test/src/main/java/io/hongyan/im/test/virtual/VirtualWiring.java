package io.hongyan.im.test.virtual;

import io.hongyan.im.test.client.ClientEnd;
import io.hongyan.im.test.client.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * How clients reach servers that take the transport {@code virtual} by name: within this process, at once, and blocking. A connection
 * always holds 64 KiB in each direction for who does not read, and no buffer can be chosen.
 */
public final class VirtualWiring implements Wiring {
    private final VirtualNetwork network;

    /** To the network of this process. */
    public VirtualWiring() {
        this(RealThreads.NETWORK);
    }

    private VirtualWiring(VirtualNetwork network) {
        this.network = network;
    }

    @Override
    public ClientEnd connect(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        return new VirtualClientEnd(network, network.connect(server));
    }

    @Override
    public ClientEnd connectFrom(InetAddress client, InetSocketAddress server) throws IOException {
        return new VirtualClientEnd(network, network.connect(client, server));
    }

    @Override
    public Port occupy(InetSocketAddress address) throws IOException {
        return new Occupied(network.bind(address));
    }

    private record Occupied(VirtualAcceptor acceptor) implements Port {
        @Override
        public InetSocketAddress address() {
            return acceptor.address();
        }

        @Override
        public void close() {
            acceptor.close();
        }
    }
}
