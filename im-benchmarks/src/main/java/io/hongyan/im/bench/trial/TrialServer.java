package io.hongyan.im.bench.trial;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.ServerStats;
import io.hongyan.im.websocket.WebSocketProtocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The server on trial, with a {@link TrialHandler}. Says {@code ports LINE FRAME WEBSOCKET} once it listens; then each line of its input
 * is answered with a line of {@link Vitals}, and the end of its input ends it.
 */
@Command(
        name = TrialServer.NAME,
        mixinStandardHelpOptions = true,
        description = {
            "Run a server that is to be attacked; it prints its ports for line, frame and websocket.",
            "A line of its input is \"vitals\", \"gc\" (collect, then tell) or \"abort\" (cut off all sessions, then tell)."
        })
public final class TrialServer implements Callable<Integer> {
    static final String NAME = "trial";
    static final String PORTS = "ports ";
    static final String VITALS = "vitals";
    static final String GC = "gc";
    static final String ABORT = "abort";

    private static final String HOST = "127.0.0.1";

    @Option(names = "--transport", paramLabel = "nio|epoll", description = "Default: ${DEFAULT-VALUE}.")
    private String transport = "epoll";

    @Option(names = "--port", paramLabel = "PORT", description = "Of websocket; default: any free one.")
    private int port;

    @Option(names = "--handshake-millis", paramLabel = "N", description = "Default: as the library's.")
    private long handshakeMillis = Limits.defaults().handshakeTimeout().toMillis();

    @Option(names = "--first-message-millis", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}, never.")
    private long firstMessageMillis;

    @Option(names = "--max-sessions", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int maxSessions = Limits.defaults().maxSessions();

    @Option(names = "--per-address", paramLabel = "N", description = "Sessions, and twice as many connects a second.")
    private int perAddress;

    @Option(names = "--max-message-bytes", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int maxMessageBytes = Limits.defaults().maxMessageBytes();

    @Option(names = "--deflate", description = "Agree upon compression.")
    private boolean deflate;

    @Option(names = "--pinning", description = "Record when a virtual thread is pinned.")
    private boolean records;

    private final Gauges gauges = new Gauges();

    @Override
    public Integer call() throws IOException {
        Pinning pinning = records ? new Pinning() : null;
        try (ImServer server = start()) {
            String ports = server.addresses().stream()
                    .map(address -> Integer.toString(address.getPort()))
                    .collect(Collectors.joining(" "));
            System.out.println(PORTS + ports);
            answer(server, pinning);
        } finally {
            if (pinning != null) {
                pinning.close();
            }
        }
        return 0;
    }

    private ImServer start() throws IOException {
        Limits limits = Limits.defaults()
                .withMaxSessions(maxSessions)
                .withMaxMessageBytes(maxMessageBytes)
                .withOpening(
                        Limits.defaults().silenceTimeout(),
                        Duration.ofMillis(handshakeMillis),
                        Duration.ofMillis(firstMessageMillis));
        if (perAddress > 0) {
            limits = limits.withPerAddress(perAddress, 2 * perAddress);
        }
        return ImServer.builder()
                .host(HOST)
                .port(0)
                .protocols("line")
                .listen(HOST, 0, "frame")
                .listen(HOST, port, "websocket")
                .protocol(WebSocketProtocol.builder().deflate(deflate).build())
                .transport(transport)
                .dispatch(Dispatch.VIRTUAL_THREADS)
                .limits(limits)
                .handler(new TrialHandler())
                .start();
    }

    private void answer(ImServer server, @Nullable Pinning pinning) throws IOException {
        BufferedReader control = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = control.readLine(); line != null; line = control.readLine()) {
            switch (line) {
                case VITALS -> {}
                case GC -> System.gc();
                case ABORT -> abortAll(server);
                default -> throw new IOException("unknown command \"" + line + "\"; there are vitals, gc and abort");
            }
            System.out.println(vitals(server, pinning).line());
        }
    }

    private static void abortAll(ImServer server) {
        for (ClientSession session : server.sessions()) {
            session.abort(CloseReason.of(Code.GOING_AWAY, "all are cut off"));
        }
    }

    private Vitals vitals(ImServer server, @Nullable Pinning pinning) {
        ServerStats stats = server.stats();
        Map<Vital, Long> numbers = new EnumMap<>(Vital.class);
        numbers.put(Vital.SESSIONS, stats.openSessions());
        numbers.put(Vital.ACCEPTED, stats.accepted());
        numbers.put(Vital.REFUSED, stats.refused());
        numbers.put(Vital.ERRORS, stats.errors());
        numbers.put(Vital.HEAP, Gauges.heap());
        numbers.put(Vital.HEAP_PEAK, gauges.heapPeak());
        numbers.put(Vital.DIRECT, Gauges.direct());
        numbers.put(Vital.THREADS, Gauges.threads());
        numbers.put(Vital.CPU_NANOS, Gauges.cpuNanos());
        numbers.put(Vital.PINNED, pinning == null ? 0 : pinning.count());
        return new Vitals(numbers, stats.closes());
    }
}
