package io.hongyan.im.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PaceTest {
    @Test
    void shouldKeepEvenDistancesWhenTheyAreNoWholeNanoseconds() {
        Pace pace = new Pace(3, 1000);

        long first = pace.dueNanos();
        for (int i = 0; i < 3_000_000; i++) {
            pace.advance();
        }

        assertEquals(1000, first);
        assertEquals(1000 + 1_000_000L * 1_000_000_000L, pace.dueNanos(), 1000);
    }
}
