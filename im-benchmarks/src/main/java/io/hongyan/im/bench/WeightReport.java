package io.hongyan.im.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What sessions weigh, as tables in Markdown: one of all servers, and one of classes for each. */
final class WeightReport {
    private final Map<String, Census> grown = new LinkedHashMap<>();
    private final int sessions;
    private final int top;

    WeightReport(int sessions, int top) {
        this.sessions = sessions;
        this.top = top;
    }

    void add(String server, Census growth) {
        grown.put(server, growth);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("| server | live bytes/session | objects/session | of it io.hongyan | the JDK's classes"
                        + " | primitive arrays | RSS bytes/session |\n")
                .append("| --- ".repeat(7))
                .append("|\n");
        grown.forEach((server, growth) -> text.append(row(server, growth)));
        grown.forEach((server, growth) -> text.append(classes(server, growth)));
        return text.toString();
    }

    private String row(String server, Census growth) {
        Census.Count total = growth.total();
        return "| %s | %.0f | %.1f | %.0f | %.0f | %.0f | %.0f |%n"
                .formatted(
                        server,
                        each(total.bytes()),
                        each(total.objects()),
                        each(bytes(growth, WeightReport::isOurs)),
                        each(bytes(growth, name -> !isOurs(name) && !isPrimitive(name))),
                        each(bytes(growth, WeightReport::isPrimitive)),
                        each(growth.residentBytes()));
    }

    private static long bytes(Census growth, Predicate<String> names) {
        return Census.Count.sum(growth.classes().values().stream()
                        .filter(count -> names.test(count.name()))
                        .toList())
                .bytes();
    }

    private static boolean isOurs(String name) {
        return name.contains("io.hongyan.");
    }

    /** An array of numbers; {@code [L} begins one of objects. */
    private static boolean isPrimitive(String name) {
        return name.matches("\\[+[BCDFIJSZ]");
    }

    private String classes(String server, Census growth) {
        List<Census.Count> heaviest = growth.classes().values().stream()
                .sorted(Comparator.comparingLong(Census.Count::bytes).reversed())
                .filter(count -> each(count.bytes()) >= 0.5)
                .limit(top)
                .toList();
        return heaviest.stream()
                .map(c -> "| %s | %.2f | %.1f |%n".formatted(c.name(), each(c.objects()), each(c.bytes())))
                .collect(Collectors.joining(
                        "", "\n%s:%n%n| class | objects | bytes |%n| --- | --- | --- |%n".formatted(server), ""));
    }

    private double each(long sum) {
        return (double) sum / sessions;
    }
}
