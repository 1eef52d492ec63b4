package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.DrainReport;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.ServerStats;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A server on any transport, as hosts see it; the {@link Engine} is what runs. Any thread. */
public final class Server implements ImServer {
    private final ServerConfig config;
    private final Engine engine;

    private Server(ServerConfig config, Transport transport) {
        this.config = config;
        engine = new Engine(this, config, transport);
    }

    /**
     * Binds, tells the plugins, then starts the loops.
     *
     * @param config what to serve
     * @param transport on what
     * @return the running server
     * @throws IOException if it cannot listen or poll, or there is no thread for a loop; nothing is left behind
     * @throws IllegalStateException if a plugin refuses to start; nothing is left behind
     */
    public static Server start(ServerConfig config, Transport transport) throws IOException {
        Server server = new Server(config, transport);
        server.engine.start(transport);
        server.engine
                .log()
                .log(
                        Level.DEBUG,
                        Log.Topic.LIFE,
                        () -> "listening on " + server.addresses() + ", transport " + config.transport());
        return server;
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public CompletionStage<DrainReport> drain(Duration time) {
        return engine.drain(Objects.requireNonNull(time, "time"));
    }

    @Override
    public CompletionStage<Void> closeFuture() {
        return engine.completion();
    }

    @Override
    public InetSocketAddress address() {
        return engine.addresses().get(0);
    }

    @Override
    public Collection<InetSocketAddress> addresses() {
        return engine.addresses();
    }

    @Override
    public Optional<ClientSession> session(String id) {
        return engine.session(Objects.requireNonNull(id, "id"));
    }

    @Override
    public Collection<ClientSession> sessions() {
        return engine.sessions();
    }

    @Override
    public Group group(String name) {
        return engine.groups().named(this, name);
    }

    @Override
    public Group all() {
        return engine.groups().allHandle();
    }

    @Override
    public TransportInfo transport() {
        return config.transport();
    }

    @Override
    public List<ClosedSession> recentCloses() {
        return engine.recentCloses();
    }

    @Override
    public ServerStats stats() {
        return engine.stats();
    }

    @Override
    public String toString() {
        return "Hongyan on " + addresses() + ", " + config.transport();
    }
}
