package io.hongyan.im.test.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.test.evidence.LogWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The engine under many seeds: {@code -Dhongyan.seeds=N} says how many, {@code -Dhongyan.firstSeed=N} from where on, {@code
 * -Dhongyan.seed=N} runs one and prints its transcript.
 */
@Tag("J3")
@Timeout(value = 6, unit = TimeUnit.HOURS) // as many seeds as are asked for
class SimulationTest {
    /** Sessions that end badly are what this is about; the reference keeps the level. */
    private static final Logger QUIET = Logger.getLogger("io.hongyan.im");

    static {
        QUIET.setLevel(Long.getLong("hongyan.seed") == null && !LogWatch.isOn() ? Level.OFF : Level.ALL);
    }

    private static final long SEEDS = Long.getLong("hongyan.seeds", 2000);
    private static final long FIRST_SEED = Long.getLong("hongyan.firstSeed", 1);
    private static final ObjLongConsumer<List<String>> RUN = SeedRun.woven();
    private static final int MOST_FAILURES = 20;

    @Test
    @Tag("J4")
    void shouldKeepEveryLawUnderEverySeed() {
        Long one = Long.getLong("hongyan.seed");
        if (one != null) {
            List<String> transcript = new ArrayList<>();
            try {
                RUN.accept(transcript, one);
            } finally {
                transcript.forEach(System.out::println);
            }
            return;
        }
        Map<Long, String> failures = new ConcurrentSkipListMap<>();
        long start = System.nanoTime();
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .parallel()
                .filter(seed -> failures.size() < MOST_FAILURES)
                .forEach(seed -> {
                    try {
                        RUN.accept(new ArrayList<>(), seed);
                    } catch (AssertionError e) {
                        failures.put(seed, String.valueOf(e.getMessage()));
                    }
                });
        System.out.printf("%d seeds, %.0f a second%n", SEEDS, SEEDS / ((System.nanoTime() - start) / 1e9));
        if (!failures.isEmpty()) {
            StringBuilder all = new StringBuilder("laws were broken; one run and its transcript: -Dhongyan.seed=N\n");
            failures.values()
                    .forEach(f -> all.append(f.lines().findFirst().orElse("")).append('\n'));
            failures.values().stream()
                    .findFirst()
                    .ifPresent(f -> all.append("\nthe first of them:\n").append(f));
            throw new AssertionError(all.toString());
        }
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        for (long seed = 1; seed <= 50; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();

            RUN.accept(first, seed);
            RUN.accept(second, seed);

            assertEquals(first, second);
        }
    }
}
