package io.hongyan.im.bench.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Clients of all kinds, faults and storms for as long as one likes, and what the server holds each second. Before and afterwards nobody is
 * there; what it holds more then is a leak, and ends this with 1.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = "Load a server with talk, faults and storms; fail if it then holds more than before.")
public final class Soak implements Callable<Integer> {
    /** No less and no more heap all the time, touched beforehand: so what is in RAM tells of the rest. */
    private static final List<String> STEADY_HEAP = List.of("-Xms128m", "-XX:+AlwaysPreTouch");

    private static final int REGULARS = 10;
    private static final int TROUBLEMAKERS = 2;
    private static final int STORM_SECONDS = 10;
    private static final int STORM_CROWD = 300;
    private static final int MOST_COMPLAINTS = 5;
    private static final int CLOSE_TIMEOUT_SECONDS = 5;
    private static final int MOST_SETTLE_SECONDS = 120;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Of load, behind a warm-up of a quarter of it; default: the system property soak.minutes, or 2.")
    private double minutes = Double.parseDouble(System.getProperty("soak.minutes", "2"));

    @Option(names = "--transport", paramLabel = "nio|epoll", description = "Default: ${DEFAULT-VALUE}.")
    private String transport = "epoll";

    @Option(names = "--csv", paramLabel = "FILE", description = "Where the samples go; default: nowhere.")
    private @Nullable Path csv;

    @Option(names = "--plot", paramLabel = "FILE.png", description = "Where they are drawn; default: nowhere.")
    private @Nullable Path plot;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            description = "What is still held so long behind the load is a leak; default: ${DEFAULT-VALUE}.")
    private long settleSeconds = 60;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            description = "Multiplies the number of clients; default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    private final List<SoakSample> samples = new ArrayList<>();
    private final long start = System.nanoTime();

    @Override
    public Integer call() throws IOException {
        List<String> faults = run();
        if (csv != null) {
            List<String> lines = new ArrayList<>(List.of(SoakSample.HEAD));
            samples.forEach(sample -> lines.add(sample.row()));
            Files.write(csv, lines);
        }
        if (plot != null) {
            SoakPlot.draw(samples, String.format("Soak of %s, %.1f minutes", transport, minutes), plot);
        }
        faults.forEach(System.out::println);
        System.out.println(faults.isEmpty() ? "soak: OK" : "soak: FAIL");
        return faults.isEmpty() ? 0 : 1;
    }

    private List<String> run() throws IOException {
        ServerSetup setup =
                ServerSetup.small("--pinning", "--handshake-millis", "1000").withFlags(STEADY_HEAP);
        try (TrialProcess server = TrialProcess.start(transport, setup)) {
            long millis = (long) (minutes * TimeUnit.MINUTES.toMillis(1));
            load(server, millis / 4);
            SoakSample baseline = settled(server, null);
            List<String> faults = load(server, millis);
            SoakSample end = settled(server, baseline);
            faults.addAll(Leaks.between(baseline, end));
            System.out.println(SoakSample.HEAD);
            System.out.println(baseline.row());
            System.out.println(end.row());
            if (end.pinned() > baseline.pinned()) {
                faults.addAll(server.pinned());
            }
            return faults;
        }
    }

    /** Answers what has gone wrong for those who do nothing wrong. */
    private List<String> load(TrialProcess server, long millis) throws IOException {
        SoakLoad load = new SoakLoad(server.ports());
        try (load) {
            Regulars.addTo(load, scaled(REGULARS));
            Troublemakers.addTo(load, scaled(TROUBLEMAKERS));
            long began = System.nanoTime();
            for (int second = 1; System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(millis); second++) {
                if (second % STORM_SECONDS == 0) {
                    load.unleash(scaled(STORM_CROWD));
                }
                sample(server);
                Stage.rest(Math.max(1, second * 1000L - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
            }
        }
        System.out.printf("%,d visits in good order, %,d faults%n", load.exchanges(), load.faults());
        List<String> broken = new ArrayList<>(load.broken());
        if (broken.size() > MOST_COMPLAINTS) {
            broken.set(MOST_COMPLAINTS, "and " + (broken.size() - MOST_COMPLAINTS) + " more like these");
            broken.subList(MOST_COMPLAINTS + 1, broken.size()).clear();
        }
        return broken;
    }

    private int scaled(int number) {
        return (int) Math.max(1, Math.round(number * scale));
    }

    private SoakSample sample(TrialProcess server) throws IOException {
        SoakSample sample = SoakSample.take(server, (System.nanoTime() - start) / 1e9);
        samples.add(sample);
        return sample;
    }

    /** What it holds once nobody is there; with a baseline, once it holds no more than that, if it ever does. */
    private SoakSample settled(TrialProcess server, @Nullable SoakSample baseline) throws IOException {
        SoakSample now = sample(server);
        for (int second = 0; second < MOST_SETTLE_SECONDS && !isSettled(now, baseline, second); second++) {
            Stage.rest(1000);
            now = sample(server);
        }
        return now;
    }

    /** The baseline is taken when all timeouts of those who are gone are over. */
    private boolean isSettled(SoakSample now, @Nullable SoakSample baseline, int second) {
        boolean isSame = baseline == null
                ? second >= CLOSE_TIMEOUT_SECONDS
                : Leaks.between(baseline, now).isEmpty();
        return now.sessions() == 0 && (isSame || second >= settleSeconds);
    }
}
