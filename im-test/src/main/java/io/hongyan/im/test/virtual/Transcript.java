package io.hongyan.im.test.virtual;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What has happened, a line for each event; the oldest of very many are forgotten. */
final class Transcript {
    private static final int MOST_LINES = 100_000;
    private static final int NANOS_PER_MICRO = 1000;
    private static final int MICROS_PER_SECOND = 1_000_000;

    private final Deque<String> lines = new ArrayDeque<>();

    void add(long nanos, String who, String what) {
        if (lines.size() == MOST_LINES) {
            lines.remove();
        }
        long micros = nanos / NANOS_PER_MICRO;
        String fraction = Long.toString(MICROS_PER_SECOND + micros % MICROS_PER_SECOND);
        lines.add(micros / MICROS_PER_SECOND + "." + fraction.substring(1) + " " + who + " " + what);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    String last(int count) {
        List<String> all = new ArrayList<>(lines);
        int from = Math.max(0, all.size() - count);
        return (from > 0 ? "  ... " + from + " before\n" : "") + "  "
                + String.join("\n  ", all.subList(from, all.size()));
    }
}
