package io.hongyan.im.test.virtual;

import io.hongyan.im.ImServer;
import io.hongyan.im.engine.Server;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes servers on a network within this process, under the name {@code virtual}; never chosen by {@code auto}. Through a {@link
 * VirtualServer} everything is simulated; taken by name elsewhere, only the network is: threads and the clock are real.
 */
public final class VirtualTransportProvider implements TransportProvider {
    static final String NAME = "virtual";

    /** Where the server that this thread is about to start is to be. */
    private static final ThreadLocal<@Nullable Simulation> CHOSEN = new ThreadLocal<>();

    /** For {@link java.util.ServiceLoader}. */
    public VirtualTransportProvider() {}

    static ImServer start(Simulation simulation, ImServer.Builder builder) throws IOException {
        CHOSEN.set(simulation);
        try {
            return builder.start();
        } finally {
            CHOSEN.remove();
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return -1;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public ImServer start(ServerConfig config) throws IOException {
        Simulation chosen = CHOSEN.get();
        return Server.start(
                config, chosen == null ? new VirtualTransport(RealThreads.NETWORK) : new SimulatedTransport(chosen));
    }
}
