package io.hongyan.im.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the generator against a server that {@link Serve} has started. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Put a load on a server that \"serve\" runs with the same workload.")
final class Load implements Callable<Integer> {
    @Option(
            names = {"-p", "--port"},
            required = true,
            paramLabel = "PORT",
            description = "Where the server listens, on loopback.")
    private int port;

    @Mixin
    private LoadOptions options = new LoadOptions();

    @Override
    public Integer call() throws IOException {
        try (Generator generator = options.newGenerator()) {
            Measurement m = generator.run(port, options.warmup(), options.measuring(), () -> Usage.NONE);
            System.out.println(options.description());
            System.out.printf(
                    "%,.0f messages/s; client %.2f cores; latency p50 %.0f, p99 %.0f, max %.0f microseconds%n",
                    m.messagesPerSecond(),
                    m.clientCores(),
                    m.latencyMicros(50),
                    m.latencyMicros(99),
                    m.latencyMicros(100));
        }
        return 0;
    }
}
