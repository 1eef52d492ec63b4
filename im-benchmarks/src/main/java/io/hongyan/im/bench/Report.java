package io.hongyan.im.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The rounds of a comparison, and the table made of them. */
final class Report {
    private final Map<Contender, List<Measurement>> rounds = new LinkedHashMap<>();
    private final Contender baseline;

    /** The baseline is the one that the others are measured by. */
    Report(Contender baseline) {
        this.baseline = baseline;
    }

    void add(Contender contender, Measurement measurement) {
        rounds.computeIfAbsent(contender, c -> new ArrayList<>()).add(measurement);
    }

    /** In Markdown; each cell the median of the rounds with their range. */
    String table() {
        StringBuilder text = new StringBuilder();
        String peer = baseline.label();
        text.append("| server | messages/s, thousands | ratio to ")
                .append(peer)
                .append(" | server CPU ns/message | ratio to ")
                .append(peer)
                .append(" | allocated B/message | messages/write | cores: server, client, others | p50 µs | p99 µs |\n")
                .append("| --- ".repeat(10))
                .append("|\n");
        rounds.forEach((contender, runs) -> text.append(row(contender, runs)));
        return text.toString();
    }

    private String row(Contender contender, List<Measurement> runs) {
        return "| " + contender.label()
                + " | " + spread(runs, m -> m.messagesPerSecond() / 1e3).shown("%.0f")
                + " | " + ratio(runs, Measurement::messagesPerSecond).shown("%.2f")
                + " | " + spread(runs, Measurement::serverCpuNanosPerMessage).shown("%.0f")
                + " | " + ratio(runs, Measurement::serverCpuNanosPerMessage).shown("%.2f")
                + " | "
                + "%.0f"
                        .formatted(
                                spread(runs, Measurement::serverBytesPerMessage).median())
                + " | "
                + "%.1f".formatted(spread(runs, Measurement::messagesPerRead).median())
                + " | " + cores(runs)
                + " | " + spread(runs, m -> m.latencyMicros(50)).shown("%.0f")
                + " | " + spread(runs, m -> m.latencyMicros(99)).shown("%.0f")
                + " |\n";
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
    private Spread ratio(List<Measurement> runs, ToDoubleFunction<Measurement> value) {
        List<Measurement> peers = rounds.getOrDefault(baseline, List.of());
        double[] ratios = new double[Math.min(runs.size(), peers.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = value.applyAsDouble(runs.get(i)) / value.applyAsDouble(peers.get(i));
        }
        return Spread.of(ratios);
    }
}
