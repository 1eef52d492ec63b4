package io.hongyan.im.spi;

import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.TransportInfo;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a transport needs to know to serve; validated by the builder that made it.
 *
 * @param listeners where to listen; at least one
 * @param loops how many event loops, 1 to 1,024
 * @param handler the host's handler
 * @param plugins in the order they wrap it, outermost first
 * @param dispatch where callbacks run
 * @param limits every bound of the whole server: {@link Limits#commandQueueLength()}, {@link Limits#maxSessions()}, {@link
 *     Limits#memoryBudgetBytes()}, {@link Limits#closeTimeout()}
 * @param transport what {@link io.hongyan.im.ImServer#transport()} is to say
 * @param handover how the listening sockets go from one server to the next, see {@link io.hongyan.im.ImServer.Builder#handover}; only
 *     where {@link TransportProvider#handsOver()}
 */
public record ServerConfig(
        List<Listener> listeners,
        int loops,
        MessageHandler handler,
        List<HandlerPlugin> plugins,
        Dispatch dispatch,
        Limits limits,
        TransportInfo transport,
        Optional<Handover> handover) {

    /** Checks the components and copies the lists. */
    public ServerConfig {
        listeners = List.copyOf(Objects.requireNonNull(listeners, "listeners"));
        Objects.requireNonNull(handler, "handler");
        plugins = List.copyOf(Objects.requireNonNull(plugins, "plugins"));
        Objects.requireNonNull(dispatch, "dispatch");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(handover, "handover");
    }

    /**
     * Of a server that hands nothing over.
     *
     * @param listeners where to listen; at least one
     * @param loops how many event loops, 1 to 1,024
     * @param handler the host's handler
     * @param plugins in the order they wrap it, outermost first
     * @param dispatch where callbacks run
     * @param limits every bound of the whole server
     * @param transport what {@link io.hongyan.im.ImServer#transport()} is to say
     */
    public ServerConfig(
            List<Listener> listeners,
            int loops,
            MessageHandler handler,
            List<HandlerPlugin> plugins,
            Dispatch dispatch,
            Limits limits,
            TransportInfo transport) {
        this(listeners, loops, handler, plugins, dispatch, limits, transport, Optional.empty());
    }

    /**
     * One address to listen on.
     *
     * @param address port 0 for any free one; the wildcard address serves IPv4 and IPv6
     * @param protocols those spoken there, in the order they are asked to detect; one alone is not asked
     * @param limits the bounds of its sessions; those on the whole server are of {@link ServerConfig#limits()}
     */
    public record Listener(InetSocketAddress address, List<Protocol> protocols, Limits limits) {
        /** Checks the components and copies the list. */
        public Listener {
            Objects.requireNonNull(address, "address");
            protocols = List.copyOf(Objects.requireNonNull(protocols, "protocols"));
            Objects.requireNonNull(limits, "limits");
        }
    }

    /**
     * A place in a row of servers.
     *
     * @param socket the Unix socket by which the next one finds this one
     * @param drain how long this one takes to end once the next one accepts, 0 to 1 day, see {@link io.hongyan.im.ImServer#drain}
     */
    public record Handover(Path socket, Duration drain) {
        private static final Duration LONGEST = Duration.ofDays(1);

        /** Checks the components. */
        public Handover {
            Objects.requireNonNull(socket, "socket");
            Objects.requireNonNull(drain, "drain");
            if (drain.isNegative() || drain.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("drain must be 0 to 1 day, was " + drain);
            }
        }
    }
}
