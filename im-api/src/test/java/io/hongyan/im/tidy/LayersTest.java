package io.hongyan.im.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No two files of the engine know each other, be it by way of others: each can be read, and tested, on what lies below it. */
class LayersTest {
    private static final Path ENGINE =
            Path.of(System.getProperty("basedir", "")).resolve("src/main/java/io/hongyan/im/engine");
    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*");

    /** Which other files each file names in its code. */
    private static Map<String, TreeSet<String>> uses() throws IOException {
        Map<String, SourceText> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(ENGINE.toAbsolutePath())) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                if (!name.equals("package-info")) {
                    files.put(name, SourceText.read(ENGINE.toAbsolutePath(), file));
                }
            }
        }
        Map<String, TreeSet<String>> uses = new TreeMap<>();
        files.forEach((name, text) -> uses.put(
                name,
                NAME.matcher(text.code())
                        .results()
                        .map(MatchResult::group)
                        .filter(other -> files.containsKey(other) && !other.equals(name))
                        .collect(Collectors.toCollection(TreeSet::new))));
        return uses;
    }

    /** What is left once all that use none of what is left have been taken away, again and again. */
    static Map<String, TreeSet<String>> circle(Map<String, TreeSet<String>> uses) {
        Map<String, TreeSet<String>> left = new TreeMap<>();
        uses.forEach((name, others) -> left.put(name, new TreeSet<>(others)));
        for (boolean fewer = true; fewer; ) {
            List<String> free = new ArrayList<>();
            left.forEach((name, others) -> {
                others.retainAll(left.keySet());
                if (others.isEmpty()) {
                    free.add(name);
                }
            });
            left.keySet().removeAll(free);
            fewer = !free.isEmpty();
        }
        return left;
    }

    @Test
    void shouldKnowNobodyThatKnowsItWhenItIsAFileOfTheEngine() throws IOException {
        Map<String, TreeSet<String>> uses = uses();

        assertTrue(uses.getOrDefault("EventLoop", new TreeSet<>()).contains("Poller"), "nothing was read");
        assertEquals(Map.of(), circle(uses), "files in a circle, or above one, and whom they know there");
    }

    @Test
    void shouldFindTheCircleWhenThereIsOne() {
        Map<String, TreeSet<String>> uses = Map.of(
                "A", new TreeSet<>(List.of("B")),
                "B", new TreeSet<>(List.of("C", "D")),
                "C", new TreeSet<>(List.of("A")),
                "D", new TreeSet<>());

        assertEquals(
                Map.of(
                        "A", new TreeSet<>(List.of("B")),
                        "B", new TreeSet<>(List.of("C")),
                        "C", new TreeSet<>(List.of("A"))),
                circle(uses));
    }
}
