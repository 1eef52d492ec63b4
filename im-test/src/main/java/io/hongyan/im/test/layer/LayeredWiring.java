package io.hongyan.im.test.layer;

import io.hongyan.im.test.client.ClientEnd;
import io.hongyan.im.test.client.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How clients reach the servers of a {@link LayeredTransport}. */
public final class LayeredWiring implements Wiring {
    private final Wiring below;

    /**
     * The client's side of the layer, on each connection.
     *
     * @param below how clients reach the transport below
     */
    public LayeredWiring(Wiring below) {
        this.below = below;
    }

    @Override
    public ClientEnd connect(InetSocketAddress server, int receiveBufferBytes) throws IOException {
        return new LayeredEnd(below.connect(server, receiveBufferBytes));
    }

    @Override
    public ClientEnd connectFrom(InetAddress client, InetSocketAddress server) throws IOException {
        return new LayeredEnd(below.connectFrom(client, server));
    }

    @Override
    public Port occupy(InetSocketAddress address) throws IOException {
        return below.occupy(address);
    }
}
