package io.hongyan.im.test.virtual;

import io.hongyan.im.ImServer;
import io.hongyan.im.engine.Server;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import io.hongyan.im.test.layer.LayeredTransport;
import java.io.IOException;
import java.util.Optional;

/** Makes servers over this transport with a layer around each connection; taken by name only. */
public final class LayeredVirtualTransportProvider implements TransportProvider {
    static final String NAME = "virtual-layered";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return -2;
    }

    @Override
    public Optional<String> unavailable() {
        return new VirtualTransportProvider().unavailable();
    }

    @Override
    public ImServer start(ServerConfig config) throws IOException {
        return Server.start(config, new LayeredTransport(new VirtualTransport(RealThreads.NETWORK)));
    }
}
