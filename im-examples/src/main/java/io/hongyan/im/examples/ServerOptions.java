package io.hongyan.im.examples;

import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The options that all examples share, and the life of the process: start, say so in one line, serve until a signal
 * comes.
 */
final class ServerOptions {
    enum Transport {
        AUTO,
        NIO,
        EPOLL
    }

    enum Protocol {
        AUTO,
        LINE,
        FRAME,
        WEBSOCKET
    }

    enum Handlers {
        VIRTUAL,
        LOOP
    }

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Where to listen; default: on all addresses.")
    private String host = "";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Default: ${DEFAULT-VALUE}; 0 takes any free one.")
    private int port = 8888;

    @Option(
            names = "--transport",
            paramLabel = "auto|nio|epoll",
            description = "Default: auto, the best that can serve here.")
    private Transport transport = Transport.AUTO;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "Event loops; default: as many as processors (${DEFAULT-VALUE}).")
    private int loops = Math.min(1024, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--dispatch",
            paramLabel = "virtual|loop",
            description = "Run the handler on virtual threads (default) or on the event loop.")
    private Handlers dispatch = Handlers.VIRTUAL;

    @Option(
            names = "--protocol",
            paramLabel = "auto|line|frame|websocket",
            description = "Default: auto, all that can be told apart by their first bytes.")
    private Protocol protocol = Protocol.AUTO;

    @Option(
            names = "--max-message-bytes",
            paramLabel = "N",
            description = "Close a client that sends a larger message; default: ${DEFAULT-VALUE}.")
    private int maxMessageBytes = Limits.defaults().maxMessageBytes();

    @Option(
            names = "--first-message-seconds",
            paramLabel = "N",
            description = "Close a client that has sent no message for so long; default: ${DEFAULT-VALUE}, never.")
    private int firstMessageSeconds;

    @Option(
            names = "--drain-seconds",
            paramLabel = "N",
            description =
                    "On SIGTERM, and when another server takes over, close the clients by and by over so long; default: ${DEFAULT-VALUE}, 0 for all at once.")
    private int drainSeconds = 10;

    @Option(
            names = "--handover",
            paramLabel = "FILE",
            description =
                    "Take over from the server that was started with the same FILE, a Unix socket, and let the next one take over"
                            + " from this one: a restart that refuses nobody. Only with epoll.")
    private Optional<Path> handover = Optional.empty();

    /** What a program serves beside the server. */
    @FunctionalInterface
    interface Beside {
        /** Starts it; answers what is to be said of it in the line that tells that all is ready. */
        String start(ImServer server) throws IOException;
    }

    /** Serves until SIGINT or SIGTERM. Returns only when the server has closed. */
    int serve(String name, MessageHandler handler) throws IOException {
        return serve(name, handler, server -> "");
    }

    /** The same, with something beside it; if that fails, there is no server either. */
    int serve(String name, MessageHandler handler, Beside beside) throws IOException {
        if (drainSeconds < 0 || drainSeconds > 86_400) {
            throw new IllegalArgumentException("--drain-seconds must be 0 to 86400, was " + drainSeconds);
        }
        ImServer server = start(handler);
        String more;
        try {
            more = beside.start(server);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "hongyan-shutdown"));
        System.out.println("Hongyan " + name + " listens on " + shown(server.address()) + ", protocols "
                + lowerCase(protocol) + ", transport " + server.transport() + ", " + loops
                + (loops == 1 ? " loop" : " loops") + more);
        server.closeFuture().toCompletableFuture().join();
        return 0;
    }

    boolean speakWebSocket() {
        return protocol == Protocol.AUTO || protocol == Protocol.WEBSOCKET;
    }

    /** What is beside the server has a port that cannot be handed over. */
    boolean handsOver() {
        return handover.isPresent();
    }

    private ImServer start(MessageHandler handler) throws IOException {
        ImServer.Builder builder = ImServer.builder()
                .host(host)
                .port(port)
                .protocol(WebSocketProtocol.builder().paths("/", "/ws").build())
                .protocols(lowerCase(protocol))
                .transport(lowerCase(transport))
                .loops(loops)
                .dispatch(dispatch == Handlers.LOOP ? Dispatch.ON_LOOP : Dispatch.VIRTUAL_THREADS)
                .limits(limits())
                .handler(handler);
        handover.ifPresent(file -> builder.handover(file, Duration.ofSeconds(drainSeconds)));
        return builder.start();
    }

    /** A client that may send large messages must also be able to be sent some, with a name before the text. */
    private Limits limits() {
        Limits limits = Limits.defaults().withMaxMessageBytes(maxMessageBytes);
        int outbound = Math.clamp(4L * maxMessageBytes, limits.outboundLimitBytes(), 1 << 30);
        return limits.withOutbound(outbound, limits.outboundLimitMessages(), limits.overflow())
                .withOpening(
                        limits.silenceTimeout(), limits.handshakeTimeout(), Duration.ofSeconds(firstMessageSeconds));
    }

    /**
     * Runs as the JVM's shutdown hook. A JVM that ends by a signal exits with 128 + the signal's number (143 for
     * SIGTERM) whatever its hooks do; having been asked to end and having done so in good order is a success, and
     * {@code halt} is the only call that can still say so here ({@code exit} would wait for this very hook). If
     * the drain fails, it is not reached.
     */
    private void shutDown(ImServer server) {
        server.drain(Duration.ofSeconds(drainSeconds)).toCompletableFuture().join();
        server.close();
        Runtime.getRuntime().halt(0);
    }

    static String shown(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        String host = address.getAddress().isAnyLocalAddress() ? "*" : ip.contains(":") ? "[" + ip + "]" : ip;
        return host + ":" + address.getPort();
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
