package io.hongyan.im;

import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Gathers and validates the description of a server, then hands it to the transport that is to serve. */
final class ServerBuilder implements ImServer.Builder {
    private static final int MAX_LOOPS = 1024;

    private record Endpoint(String host, int port, Optional<Limits> limits, List<String> protocols) {}

    private String host = "";
    private int port = 8888;
    private List<String> protocolNames = List.of(KnownProtocols.AUTO);
    private final List<Endpoint> more = new ArrayList<>();
    private final List<Protocol> protocols = new ArrayList<>();
    private final List<HandlerPlugin> plugins = new ArrayList<>();
    private boolean discoverPlugins = true;
    private Dispatch dispatch = Dispatch.VIRTUAL_THREADS;
    private int loops = Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors());
    private Limits limits = Limits.defaults();
    private String transport = Transports.AUTO;
    private Optional<ServerConfig.Handover> handover = Optional.empty();
    private @Nullable MessageHandler handler;
    private @Nullable ClassLoader loader;

    @Override
    public ImServer.Builder host(String name) {
        host = Objects.requireNonNull(name, "host");
        return this;
    }

    @Override
    public ImServer.Builder port(int number) {
        port = requirePort(number);
        return this;
    }

    @Override
    public ImServer.Builder protocols(String... names) {
        protocolNames = requireNames(names);
        return this;
    }

    @Override
    public ImServer.Builder protocol(Protocol protocol) {
        protocols.add(Objects.requireNonNull(protocol, "protocol"));
        return this;
    }

    @Override
    public ImServer.Builder listen(String name, int number, String... names) {
        return listen(name, number, Optional.empty(), names);
    }

    @Override
    public ImServer.Builder listen(String name, int number, Limits bounds, String... names) {
        return listen(name, number, Optional.of(Objects.requireNonNull(bounds, "limits")), names);
    }

    private ImServer.Builder listen(String name, int number, Optional<Limits> bounds, String... names) {
        more.add(new Endpoint(Objects.requireNonNull(name, "host"), requirePort(number), bounds, requireNames(names)));
        return this;
    }

    @Override
    public ImServer.Builder handler(MessageHandler given) {
        handler = Objects.requireNonNull(given, "handler");
        return this;
    }

    @Override
    public ImServer.Builder plugin(HandlerPlugin plugin) {
        plugins.add(Objects.requireNonNull(plugin, "plugin"));
        return this;
    }

    @Override
    public ImServer.Builder discoverPlugins(boolean discover) {
        discoverPlugins = discover;
        return this;
    }

    @Override
    public ImServer.Builder dispatch(Dispatch where) {
        dispatch = Objects.requireNonNull(where, "dispatch");
        return this;
    }

    @Override
    public ImServer.Builder loops(int number) {
        if (number < 1 || number > MAX_LOOPS) {
            throw new IllegalArgumentException("loops must be 1 to " + MAX_LOOPS + ", was " + number);
        }
        loops = number;
        return this;
    }

    @Override
    public ImServer.Builder limits(Limits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    @Override
    public ImServer.Builder transport(String name) {
        transport = Objects.requireNonNull(name, "transport");
        return this;
    }

    @Override
    public ImServer.Builder handover(Path socket, Duration drain) {
        handover = Optional.of(new ServerConfig.Handover(socket, drain));
        return this;
    }

    @Override
    public ImServer.Builder classLoader(ClassLoader first) {
        loader = Objects.requireNonNull(first, "loader");
        return this;
    }

    @Override
    public ImServer start() throws IOException {
        MessageHandler serving = handler != null ? handler : findHandler();
        KnownProtocols known = KnownProtocols.find(protocols, loader);
        List<ServerConfig.Listener> listeners = new ArrayList<>();
        listeners.add(new ServerConfig.Listener(resolve(host, port), known.named(protocolNames), limits));
        for (Endpoint e : more) {
            listeners.add(new ServerConfig.Listener(
                    resolve(e.host(), e.port()),
                    known.named(e.protocols()),
                    e.limits().orElse(limits)));
        }
        Transports.Choice choice = Transports.choose(transport, loader, handover.isPresent());
        TransportProvider provider = choice.provider();
        return provider.start(new ServerConfig(
                listeners, loops, serving, orderedPlugins(), dispatch, limits, choice.info(), handover));
    }

    private MessageHandler findHandler() {
        Services<MessageHandler> services = Services.load(l -> ServiceLoader.load(MessageHandler.class, l), loader);
        if (services.found().size() == 1) {
            return services.found().get(0);
        }
        if (services.found().isEmpty()) {
            throw new IllegalStateException("no handler: call handler(...), or provide one "
                    + MessageHandler.class.getName() + " for ServiceLoader"
                    + (services.failures().isEmpty() ? "" : "; failed: " + services.failures()));
        }
        List<String> names = new ArrayList<>();
        services.found().forEach(h -> names.add(h.getClass().getName()));
        throw new IllegalStateException("ServiceLoader finds " + names.size() + " handlers " + names
                + ": call handler(...) with the one that is to serve");
    }

    private List<HandlerPlugin> orderedPlugins() {
        List<HandlerPlugin> all = new ArrayList<>(plugins);
        if (discoverPlugins) {
            Services<HandlerPlugin> services = Services.load(l -> ServiceLoader.load(HandlerPlugin.class, l), loader);
            if (!services.failures().isEmpty()) {
                throw new IllegalStateException("a HandlerPlugin cannot be loaded: " + services.failures()
                        + "; mend or remove it, or call discoverPlugins(false)");
            }
            all.addAll(services.found());
        }
        all.sort(Comparator.comparingInt(HandlerPlugin::order).thenComparing(HandlerPlugin::name));
        return all;
    }

    /** A name that cannot be resolved is the transport's to refuse, as it refuses any address. */
    private static InetSocketAddress resolve(String host, int port) {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    private static int requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
        return port;
    }

    private static List<String> requireNames(String... names) {
        if (Objects.requireNonNull(names, "protocols").length == 0) {
            throw new IllegalArgumentException("protocols must name at least one, such as \"auto\" or \"line\"");
        }
        for (String name : names) {
            Objects.requireNonNull(name, "protocols");
        }
        return List.of(names);
    }
}
