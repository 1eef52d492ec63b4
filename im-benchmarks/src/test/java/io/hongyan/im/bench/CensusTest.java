package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.bench.Census.Count;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CensusTest {
    private static final class Thing {}

    @Test
    void shouldCountWhatLivesWhenItIsTakenTwice() throws Exception {
        @Nullable Thing[] things = new Thing[1500];
        Arrays.setAll(things, i -> i < 500 ? new Thing() : null);
        Census before = Census.take();
        Arrays.setAll(things, i -> i < 500 ? things[i] : new Thing());

        Census grown = Census.take().since(before);

        Count expected = new Count(Thing.class.getName(), 1000, 16_000);
        assertEquals(expected, grown.classes().get(Thing.class.getName()));
        assertEquals(1500, things.length);
    }

    @Test
    void shouldBeTheSameWhenItHasGoneThroughLines() {
        Census census = new Census(4096, Map.of("[B", new Count("[B", 2, 48), "a.B", new Count("a.B", -1, -16)));

        assertEquals(census, Census.parse(census.lines()));
        assertEquals(2, Census.linesAfter(census.lines().getFirst()));
        assertEquals(new Count("", 1, 32), census.total());
    }
}
