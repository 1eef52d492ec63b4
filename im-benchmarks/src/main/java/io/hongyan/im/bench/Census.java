package io.hongyan.im.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What a JVM weighs: the live objects of each class after full collections, as {@code jcmd GC.class_histogram} counts them, and the
 * memory that the process has in RAM.
 *
 * @param residentBytes after the collections
 * @param classes by name, as the JVM spells it: {@code [B} is an array of bytes
 */
record Census(long residentBytes, Map<String, Count> classes) {
    private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

    /** What a collector puts where an object died and moving the others was not worth it. */
    private static final String FILLER = "jdk.internal.vm.Filler";

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Path STATUS = Path.of("/proc/self/status");

    Census {
        classes = Map.copyOf(classes);
    }

    /** Of one class. */
    record Count(String name, long objects, long bytes) {
        static Count sum(Collection<Count> counts) {
            return new Count(
                    "",
                    counts.stream().mapToLong(Count::objects).sum(),
                    counts.stream().mapToLong(Count::bytes).sum());
        }
    }

    /** Of this process. The histogram collects once more, so that what a reference object held on to is gone too. */
    static Census take() throws IOException {
        System.gc();
        Map<String, Count> classes = new HashMap<>();
        for (String line : histogram().lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && !row.group(3).contains(FILLER)) {
                add(classes, new Count(row.group(3), Long.parseLong(row.group(1)), Long.parseLong(row.group(2))));
            }
        }
        return new Census(residentNow(), classes);
    }

    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException("this JVM makes no class histogram: " + e, e);
        }
    }

    /** Two classes of one name come from two loaders. */
    private static void add(Map<String, Count> classes, Count count) {
        classes.merge(
                count.name(), count, (a, b) -> new Count(a.name(), a.objects() + b.objects(), a.bytes() + b.bytes()));
    }

    private static long residentNow() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            Matcher resident = RESIDENT.matcher(line);
            if (resident.matches()) {
                return Long.parseLong(resident.group(1)) * 1024;
            }
        }
        return 0;
    }

    /** What has come since then; less than nothing where something went. */
    Census since(Census before) {
        Map<String, Count> grown = new HashMap<>(classes);
        before.classes.values().forEach(c -> add(grown, new Count(c.name(), -c.objects(), -c.bytes())));
        return new Census(residentBytes - before.residentBytes, grown);
    }

    Count total() {
        return Count.sum(classes.values());
    }

    /** As lines, the first with the number of the others. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(residentBytes + " " + classes.size());
        classes.values().forEach(c -> lines.add(c.objects() + " " + c.bytes() + " " + c.name()));
        return lines;
    }

    /** How many lines follow such a first one. */
    static int linesAfter(String first) {
        return Integer.parseInt(first.substring(first.indexOf(' ') + 1));
    }

    static Census parse(List<String> lines) {
        Map<String, Count> classes = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(" ", 3);
            add(classes, new Count(fields[2], Long.parseLong(fields[0]), Long.parseLong(fields[1])));
        }
        return new Census(Long.parseLong(lines.getFirst().split(" ", 2)[0]), classes);
    }
}
