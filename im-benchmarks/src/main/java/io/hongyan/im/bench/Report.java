package io.hongyan.im.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The rounds of a comparison, and the table made of them. */
final class Report {
    private final Map<Contender, List<Measurement>> rounds = new LinkedHashMap<>();
    private final List<Contender> contenders;

    /** By whom the others are measured: all that are not Hongyan. */
    private final List<Contender> peers;

    /** The jar of another state, if Hongyan is measured from it too. */
    private final Optional<Path> before;

    Report(List<Contender> contenders) {
        this.contenders = List.copyOf(contenders);
        peers = contenders.stream().filter(Contender::isPeer).toList();
        before = contenders.stream().flatMap(c -> Stream.ofNullable(c.before())).findFirst();
    }

    void add(Contender contender, Measurement measurement) {
        rounds.computeIfAbsent(contender, c -> new ArrayList<>()).add(measurement);
    }

    /** In Markdown; each cell the median of the rounds with their range. The ratios are of processor time. */
    String table() {
        List<String> head = new ArrayList<>(List.of("server", "messages/s, thousands", "server CPU ns/message"));
        peers.forEach(peer -> head.add("ratio to " + peer.label()));
        before.ifPresent(jar -> head.add("ratio to before"));
        head.addAll(
                List.of("allocated B/message", "messages/write", "cores: server, client, others", "p50 µs", "p99 µs"));
        StringBuilder text = new StringBuilder();
        text.append(row(head)).append("| --- ".repeat(head.size())).append("|\n");
        contenders.forEach(contender -> text.append(row(cells(contender))));
        return text.toString();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private List<String> cells(Contender contender) {
        List<Measurement> runs = runs(contender);
        List<String> cells = new ArrayList<>();
        cells.add(contender.label());
        cells.add(spread(runs, m -> m.messagesPerSecond() / 1e3).shown("%.0f"));
        cells.add(spread(runs, Measurement::serverCpuNanosPerMessage).shown("%.0f"));
        peers.forEach(peer -> cells.add(ratio(runs, runs(peer))));
        before.ifPresent(jar -> cells.add(contender.isPeer() ? "" : ratio(runs, runs(contender.from(jar)))));
        cells.add("%.0f"
                .formatted(spread(runs, Measurement::serverBytesPerMessage).median()));
        cells.add("%.1f".formatted(spread(runs, Measurement::messagesPerRead).median()));
        cells.add(cores(runs));
        cells.add(spread(runs, m -> m.latencyMicros(50)).shown("%.0f"));
        cells.add(spread(runs, m -> m.latencyMicros(99)).shown("%.0f"));
        return cells;
    }

    private List<Measurement> runs(Contender contender) {
        return rounds.getOrDefault(contender, List.of());
    }

    private static String cores(List<Measurement> runs) {
        return "%.2f, %.2f, %.2f"
                .formatted(
                        spread(runs, Measurement::serverCores).median(),
                        spread(runs, Measurement::clientCores).median(),
                        spread(runs, Measurement::otherCores).median());
    }

    private static Spread spread(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
        return Spread.of(runs.stream().mapToDouble(value).toArray());
    }

    /** Round by round, so that what slows a whole round down does not count. */
    private static String ratio(List<Measurement> runs, List<Measurement> peers) {
        double[] ratios = new double[Math.min(runs.size(), peers.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = runs.get(i).serverCpuNanosPerMessage() / peers.get(i).serverCpuNanosPerMessage();
        }
        return Spread.of(ratios).shown("%.2f");
    }
}
