package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The engine under many seeds. {@code -Dhongyan.seeds=N} says how many, {@code -Dhongyan.seed=N} runs one and prints its transcript.
 */
@Tag("J3")
class SimulationTest {
    /** Sessions that end badly are what this is about; the reference keeps the level. */
    private static final Logger QUIET = Logger.getLogger("io.hongyan.im");

    static {
        QUIET.setLevel(Long.getLong("hongyan.seed") == null ? Level.OFF : Level.ALL);
    }

    private static final int SEEDS = Integer.getInteger("hongyan.seeds", 2000);
    private static final int MOST_FAILURES = 20;

    @Test
    @Tag("J4")
    void shouldKeepEveryLawUnderEverySeed() {
        Long one = Long.getLong("hongyan.seed");
        if (one != null) {
            Scenario scenario = new Scenario(one);
            try {
                scenario.run();
            } finally {
                scenario.transcript().forEach(System.out::println);
            }
            return;
        }
        List<String> failures = new ArrayList<>();
        long start = System.nanoTime();
        int seed = 0;
        while (seed < SEEDS && failures.size() < MOST_FAILURES) {
            try {
                new Scenario(++seed).run();
            } catch (AssertionError e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        System.out.printf("%d seeds, %.0f a second%n", seed, seed / ((System.nanoTime() - start) / 1e9));
        if (!failures.isEmpty()) {
            List<String> firstLines =
                    failures.stream().map(f -> f.lines().findFirst().orElse("")).toList();
            throw new AssertionError(String.join("\n", firstLines) + "\n\nfirst of them, again with -Dhongyan.seed=N:\n"
                    + failures.get(0));
        }
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        for (long seed = 1; seed <= 50; seed++) {
            Scenario first = new Scenario(seed);
            Scenario second = new Scenario(seed);

            first.run();
            second.run();

            assertEquals(first.transcript(), second.transcript());
        }
    }
}
