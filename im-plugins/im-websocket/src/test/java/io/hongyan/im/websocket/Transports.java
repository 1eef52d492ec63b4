package io.hongyan.im.websocket;

import io.hongyan.im.spi.TransportProvider;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.virtual.VirtualWiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.ServiceLoader;

/** The transports that can serve here, and how clients reach their servers. */
final class Transports {
    private static final String VIRTUAL = "virtual";

    private Transports() {}

    /** Their names: nio and virtual always, epoll where it is Linux's and the JVM's. */
    static List<String> names() {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.unavailable().isEmpty())
                .map(TransportProvider::name)
                .sorted()
                .toList();
    }

    static WebSocketClient connect(String transport, InetSocketAddress server) throws IOException {
        Wiring wiring = transport.equals(VIRTUAL) ? new VirtualWiring() : Wiring.sockets();
        return new WebSocketClient(wiring.connect(server, 0));
    }
}
