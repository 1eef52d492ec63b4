package io.hongyan.im.bench;

import io.hongyan.im.Dispatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs one server under test. Says {@code port N} once it listens; then each line {@code cpu} on its input is answered with {@code cpu
 * NANOS ALLOCATED_BYTES}, and the end of the input ends it.
 */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Run one server; it prints its port, answers \"cpu\" on its input, and ends with its input.")
final class Serve implements Callable<Integer> {
    static final String PORT = "port ";
    static final String CPU = "cpu";

    enum Dispatching {
        LOOP(Dispatch.ON_LOOP),
        VIRTUAL(Dispatch.VIRTUAL_THREADS);

        private final Dispatch dispatch;

        Dispatching(Dispatch dispatch) {
            this.dispatch = dispatch;
        }

        Dispatch dispatch() {
            return dispatch;
        }

        String optionValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            paramLabel = "NAME",
            description =
                    "hongyan-nio, hongyan-epoll, netty (its native epoll), netty-batched, netty-nio or c (needs gcc).")
    private String name = "";

    @Option(
            names = {"-w", "--workload"},
            paramLabel = "echo|room",
            description = "Default: echo.")
    private Workload workload = Workload.ECHO;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops; default: ${DEFAULT-VALUE}.")
    private int loops = 1;

    @Option(
            names = "--dispatch",
            paramLabel = "loop|virtual",
            description = "Where Hongyan's handler runs; default: loop.")
    private Dispatching dispatch = Dispatching.LOOP;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (name.equals(CServer.NAME)) {
            return CServer.run(workload, loops);
        }
        try (ServerUnderTest server = start()) {
            System.err.println(server.description() + ", loops " + loops);
            System.out.println(PORT + server.port());
            answer();
        }
        return 0;
    }

    private ServerUnderTest start() throws IOException, InterruptedException {
        return switch (name) {
            case "hongyan-nio" -> HongyanServer.start("nio", workload, loops, dispatch.dispatch());
            case "hongyan-epoll" -> HongyanServer.start("epoll", workload, loops, dispatch.dispatch());
            case "netty" -> NettyServer.epoll(workload, loops, false);
            case "netty-batched" -> NettyServer.epoll(workload, loops, true);
            case "netty-nio" -> NettyServer.nio(workload, loops, false);
            default ->
                throw new IllegalArgumentException("no server is named \"" + name
                        + "\"; there are hongyan-nio, hongyan-epoll, netty, netty-batched, netty-nio and c");
        };
    }

    private static void answer() throws IOException {
        BufferedReader control = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = control.readLine(); line != null; line = control.readLine()) {
            if (line.equals(CPU)) {
                Usage usage = Usage.now();
                System.out.println(CPU + " " + usage.cpuNanos() + " " + usage.allocatedBytes());
            }
        }
    }
}
