package io.hongyan.im.nio;

import io.hongyan.im.ImServer;
import io.hongyan.im.engine.Server;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.io.IOException;
import java.util.Optional;

/** Makes servers over {@code java.nio}, on every platform. */
public final class NioTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public NioTransportProvider() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public ImServer start(ServerConfig config) throws IOException {
        return Server.start(config, new NioTransport());
    }
}
