package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What the rates of peers and addresses are counted by (X8, E8). */
class BucketTest {
    private static final long SECOND = 1_000_000_000L;

    /** What was taken since the start of the time that is looked at, and when that ends. */
    private record Taken(long nanos, long tokens) {}

    @Property
    void neverGivesMoreThanASecondsWorthAndWhatTheTimeAllows(
            @ForAll @IntRange(min = 1, max = 1 << 30) int perSecond,
            @ForAll long start,
            @ForAll @Size(max = 30) List<@LongRange(min = -1000, max = 3 * SECOND) Long> steps,
            @ForAll @IntRange(min = 1, max = 1000) int greed) {
        Bucket bucket = new Bucket(perSecond, start);
        List<Taken> history = new ArrayList<>();
        long latest = start;
        for (long step : steps) {
            long now = start + Math.max(0, latest - start + step);
            latest = now - latest > 0 ? now : latest;
            int got = (int) ((long) bucket.tokens(now) * greed / 1000);
            bucket.take(got);
            history.add(new Taken(latest - start, got));
        }

        for (int from = 0; from < history.size(); from++) {
            long sum = 0;
            for (int to = from; to < history.size(); to++) {
                sum += history.get(to).tokens;
                long nanos = history.get(to).nanos - history.get(from).nanos;
                BigInteger most = BigInteger.valueOf(nanos)
                        .add(BigInteger.valueOf(SECOND))
                        .multiply(BigInteger.valueOf(perSecond))
                        .divide(BigInteger.valueOf(SECOND));
                assertTrue(BigInteger.valueOf(sum).compareTo(most) <= 0, sum + " in " + nanos + " ns");
            }
        }
    }

    /** Nothing is lost to rounding: whoever waits as long as it says gets one, and not before. */
    @Property
    void givesTheNextWhenItSaysSo(
            @ForAll @IntRange(min = 1, max = 1_000_000) int perSecond,
            @ForAll long start,
            @ForAll @LongRange(min = 0, max = 2 * SECOND) long rest) {
        Bucket bucket = new Bucket(perSecond, start);
        bucket.take(bucket.tokens(start));
        long now = start;
        for (int i = 0; i < 20; i++) {
            long wait = bucket.nanosToOne(now);
            assertTrue(wait > 0);
            assertEquals(0, bucket.tokens(now + wait - 1));
            now += wait;
            assertEquals(1, bucket.tokens(now));
            assertEquals(0, bucket.nanosToOne(now));
            bucket.take(1);
        }
        assertEquals(Math.min(perSecond, perSecond * rest / SECOND), bucket.tokens(now + rest), 1);
        assertEquals(perSecond, bucket.tokens(now + rest + SECOND));
        assertTrue(bucket.isFull(now + rest + SECOND));
    }

    @Test
    void shouldGiveNoneUntilADebtIsPaid() {
        Bucket bucket = new Bucket(10, 0);

        bucket.take(15);

        assertEquals(0, bucket.tokens(0));
        assertEquals(6 * SECOND / 10, bucket.nanosToOne(0));
        assertEquals(0, bucket.tokens(SECOND / 2));
        assertFalse(bucket.isFull(SECOND));
        assertEquals(5, bucket.tokens(SECOND));
    }
}
