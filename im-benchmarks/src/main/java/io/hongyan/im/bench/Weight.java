package io.hongyan.im.bench;

import io.hongyan.im.bench.WeighedServer.Grouping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Weighs idle sessions: what a server's heap and process have grown by, divided by the number of sessions. */
@Command(
        name = "weight",
        mixinStandardHelpOptions = true,
        description = "Weigh idle sessions, each of which has spoken once and been answered.")
final class Weight implements Callable<Integer> {
    /** So many come and go before the first census, so that what only the first ones make is there already. */
    private static final int FORERUNNERS = 500;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description = "hongyan-epoll, hongyan-nio or bare-nio (a channel and its key); default: ${DEFAULT-VALUE}.")
    private List<String> servers = List.of("hongyan-epoll", "hongyan-nio", BareNio.NAME);

    @Option(
            names = "--dispatch",
            split = ",",
            paramLabel = "loop|virtual",
            description = "Where Hongyan's handler runs, one or both; default: virtual.")
    private List<Serve.Dispatching> dispatches = List.of(Serve.Dispatching.VIRTUAL);

    @Option(
            names = "--group",
            paramLabel = "own|shared|none",
            description = "What a session joins, beside being in all(); default: own.")
    private Grouping grouping = Grouping.OWN;

    @Option(names = "--sessions", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int sessions = 10_000;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            description = "From the last answer to the census; default: ${DEFAULT-VALUE}.")
    private int idleSeconds = 2;

    @Option(names = "--top", paramLabel = "N", description = "Classes to be shown of each; default: ${DEFAULT-VALUE}.")
    private int top = 25;

    @Option(
            names = "--before",
            paramLabel = "JAR",
            description = "The benchmarks.jar of another state, to be weighed too.")
    private @Nullable Path before;

    @Option(names = "--jvm", paramLabel = "FLAG", description = "One more flag for every server's JVM; repeatable.")
    private List<String> jvmFlags = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (sessions < 1 || sessions > 25_000) {
            throw new IllegalArgumentException("--sessions must be 1 to 25000, was " + sessions);
        }
        WeightReport report = new WeightReport(sessions, top);
        for (Contender contender : Contender.of(servers, dispatches, before)) {
            report.add(contender.label(), weigh(contender, grouping, sessions, idleSeconds * 1000L, jvmFlags));
        }
        System.out.println(
                sessions + " sessions, group " + grouping.optionValue() + ", idle for " + idleSeconds + " s");
        System.out.println();
        System.out.println(report.text());
        System.out.println("JDK: " + System.getProperty("java.vendor") + " " + Runtime.version());
        System.out.println("Flags of every server: " + ServerProcess.weighingFlags(jvmFlags));
        return 0;
    }

    /** What all sessions together have added. */
    static Census weigh(Contender contender, Grouping grouping, int sessions, long idleMillis, List<String> jvmFlags)
            throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.startWeighed(contender, grouping, jvmFlags)) {
            try (IdleClients forerunners = IdleClients.open(server.port(), FORERUNNERS)) {
                forerunners.awaitEchoes();
                server.census();
            }
            Thread.sleep(idleMillis);
            Census without = server.census();
            try (IdleClients clients = IdleClients.open(server.port(), sessions)) {
                clients.awaitEchoes();
                Thread.sleep(idleMillis);
                return server.census().since(without);
            }
        }
    }
}
