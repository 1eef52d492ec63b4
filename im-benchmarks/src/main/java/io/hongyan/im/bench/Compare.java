package io.hongyan.im.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures servers side by side: each round runs every server once, one after the other, each in a fresh JVM with the same flags and
 * under the same load.
 */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Measure servers side by side, in interleaved rounds, and print a table.")
final class Compare implements Callable<Integer> {
    private static final int ATTEMPTS = 10;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description = "As for serve; the ratios are to those that are not Hongyan. Default: ${DEFAULT-VALUE}.")
    private List<String> servers = List.of("hongyan-nio", "hongyan-epoll", "netty");

    @Option(
            names = "--dispatch",
            split = ",",
            paramLabel = "loop|virtual",
            description = "Where Hongyan's handler runs, one or both; default: loop.")
    private List<Serve.Dispatching> dispatches = List.of(Serve.Dispatching.LOOP);

    @Option(
            names = "--before",
            paramLabel = "JAR",
            description = "The benchmarks.jar of another state: Hongyan is measured from it too, right before.")
    private @Nullable Path before;

    @Option(names = "--loops", paramLabel = "N", description = "Event loops of each server; default: ${DEFAULT-VALUE}.")
    private int loops = 1;

    @Option(names = "--rounds", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--calm",
            paramLabel = "CORES",
            description =
                    "Wait until other processes use no more than this, and measure again (at most ten times) where they"
                            + " used more meanwhile; default: never.")
    private double calmCores = Double.POSITIVE_INFINITY;

    @Option(names = "--jvm", paramLabel = "FLAG", description = "One more flag for every server's JVM; repeatable.")
    private List<String> jvmFlags = List.of();

    @Mixin
    private LoadOptions options = new LoadOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Contender> contenders = Contender.of(servers, dispatches, before);
        Report report = new Report(contenders);
        for (int round = 1; round <= rounds; round++) {
            for (Contender contender : contenders) {
                Measurement measurement = measureInCalm(contender);
                report.add(contender, measurement);
                progress("round " + round, contender, measurement);
            }
        }
        System.out.println(options.description() + ", " + rounds + " rounds, loops " + loops);
        System.out.println();
        System.out.println(report.table());
        machine().forEach(System.out::println);
        return 0;
    }

    private Measurement measureInCalm(Contender contender) throws IOException, InterruptedException {
        MachineTime.awaitCalm(calmCores);
        Measurement measurement = measure(contender);
        for (int more = ATTEMPTS - 1; more > 0 && measurement.otherCores() > calmCores; more--) {
            progress("again", contender, measurement);
            MachineTime.awaitCalm(calmCores);
            measurement = measure(contender);
        }
        return measurement;
    }

    private Measurement measure(Contender contender) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(contender, options.workload(), loops, jvmFlags);
                Generator generator = options.newGenerator()) {
            return generator.run(server.port(), options.warmup(), options.measuring(), server::usage);
        }
    }

    private static void progress(String what, Contender contender, Measurement m) {
        System.err.printf(
                "%s, %s: %,.0f messages/s, %.0f ns/message, %.1f messages/write, cores %.2f server, %.2f client, %.2f others%n",
                what,
                contender.label(),
                m.messagesPerSecond(),
                m.serverCpuNanosPerMessage(),
                m.messagesPerRead(),
                m.serverCores(),
                m.clientCores(),
                m.otherCores());
    }

    private List<String> machine() {
        List<String> facts = new ArrayList<>();
        facts.add("Cores: " + Runtime.getRuntime().availableProcessors());
        facts.add("System: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        facts.add("JDK: " + System.getProperty("java.vendor") + " " + Runtime.version());
        facts.add("Flags of every server: " + ServerProcess.flags(jvmFlags));
        return facts;
    }
}
