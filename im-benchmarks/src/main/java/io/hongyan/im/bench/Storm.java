package io.hongyan.im.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long it takes until very many that connect at once are all served: one thread calls all connects, none of which waits, says a
 * line on each connection that it has, and waits for the first words on each. (Who said nothing would wait for ever, where the kernel
 * has dropped the last step of the handshake for want of room: only what a client sends makes it try that again.)
 */
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = "Measure how long servers take to serve very many that connect at once, in interleaved rounds.")
final class Storm implements Callable<Integer> {
    private static final Path COUNTERS = Path.of("/proc/net/netstat");
    private static final ByteBuffer LINE = StandardCharsets.US_ASCII.encode("hello\n");
    private static final long PATIENCE_MILLIS = 60_000;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description = "As for serve; default: ${DEFAULT-VALUE}.")
    private List<String> servers = List.of("hongyan-nio", "hongyan-epoll", "netty");

    @Option(
            names = "--dispatch",
            split = ",",
            paramLabel = "loop|virtual",
            description = "Where Hongyan's handler runs, one or both; default: virtual.")
    private List<Serve.Dispatching> dispatches = List.of(Serve.Dispatching.VIRTUAL);

    @Option(names = "--loops", paramLabel = "N", description = "Event loops of each server; default: ${DEFAULT-VALUE}.")
    private int loops = 1;

    @Option(names = "--connections", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int connections = 10_000;

    @Option(
            names = "--before",
            paramLabel = "JAR",
            description = "Another state's benchmarks.jar, whose Hongyan is measured beside this one's.")
    private @Nullable Path before;

    @Option(names = "--rounds", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    /**
     * One storm.
     *
     * @param seconds from the first connect until the last one is served
     * @param overflows connects that the kernel has dropped meanwhile, of this machine, since a server's queue was full
     */
    private record Result(double seconds, double overflows) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<Contender, List<Result>> results = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Contender contender : Contender.of(servers, dispatches, before)) {
                Result result = measure(contender);
                results.computeIfAbsent(contender, c -> new ArrayList<>()).add(result);
                System.err.printf(
                        "round %d, %s: %.3f s, %.0f overflows%n",
                        round, contender.label(), result.seconds(), result.overflows());
            }
        }
        System.out.printf("%d connections at once, %d rounds, loops %d%n%n", connections, rounds, loops);
        System.out.println("| server | seconds until all are served | connects dropped |");
        System.out.println("| --- | --- | --- |");
        results.forEach((contender, all) -> System.out.printf(
                "| %s | %s | %s |%n",
                contender.label(),
                spread(all, Result::seconds).shown("%.2f"),
                spread(all, Result::overflows).shown("%.0f")));
        return 0;
    }

    private static Spread spread(List<Result> results, ToDoubleFunction<Result> value) {
        return Spread.of(results.stream().mapToDouble(value).toArray());
    }

    private Result measure(Contender contender) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(contender, Workload.ECHO, loops, List.of());
                Selector selector = Selector.open()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            long overflowsBefore = overflows();
            long start = System.nanoTime();
            try {
                for (int i = 0; i < connections; i++) {
                    connect(address, selector);
                }
                awaitGreetings(selector);
                return new Result((System.nanoTime() - start) / 1e9, overflows() - overflowsBefore);
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private static void connect(InetSocketAddress address, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        if (channel.connect(address)) {
            channel.write(LINE.duplicate());
            channel.register(selector, SelectionKey.OP_READ);
        } else {
            channel.register(selector, SelectionKey.OP_CONNECT);
        }
    }

    private void awaitGreetings(Selector selector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
        for (int left = connections; left > 0; ) {
            if (selector.select(PATIENCE_MILLIS) == 0) {
                throw new IOException(left + " of " + connections + " are not served");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                left -= isGreeted(key, buffer.clear()) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
    }

    private static boolean isGreeted(SelectionKey key, ByteBuffer buffer) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isConnectable()) {
            channel.finishConnect();
            channel.write(LINE.duplicate());
            key.interestOps(SelectionKey.OP_READ);
            return false;
        }
        if (channel.read(buffer) < 0) {
            throw new EOFException("the server closed a connection before it greeted");
        }
        key.interestOps(0);
        return true;
    }

    /** The kernel's count of connects that found a full queue of a listener; 0 where there is no Linux. */
    private static long overflows() throws IOException {
        if (!Files.exists(COUNTERS)) {
            return 0;
        }
        try (BufferedReader reader = Files.newBufferedReader(COUNTERS)) {
            List<String> names = List.of(reader.readLine().split(" ", -1));
            List<String> values = List.of(reader.readLine().split(" ", -1));
            return Long.parseLong(values.get(names.indexOf("ListenOverflows")));
        }
    }
}
