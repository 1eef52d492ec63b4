package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.bench.Census.Count;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CensusTest {
    private static final class Thing {}

    @Test
    void shouldCountWhatLivesWhenItIsTakenTwice() throws Exception {
        Census before = Census.take();
        Thing[] kept = new Thing[1000];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new Thing();
        }

        Census grown = Census.take().since(before);

        Count things = grown.classes().get(Thing.class.getName());
        assertEquals(new Count(Thing.class.getName(), kept.length, 16L * kept.length), things);
    }

    @Test
    void shouldBeTheSameWhenItHasGoneThroughLines() {
        Census census = new Census(4096, Map.of("[B", new Count("[B", 2, 48), "a.B", new Count("a.B", -1, -16)));

        assertEquals(census, Census.parse(census.lines()));
        assertEquals(2, Census.linesAfter(census.lines().getFirst()));
        assertEquals(new Count("", 1, 32), census.total());
    }
}
