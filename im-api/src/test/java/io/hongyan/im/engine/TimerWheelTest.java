package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The wheel against a plain list of deadlines. */
class TimerWheelTest {
    /** How late the wheel may be; it says 16.8 ms. */
    private static final long TICK = 1L << 24;

    private static final int TIMERS = 6;

    /** A timer of the wheel, and what the list knows of it. */
    private static final class Watched extends TimerWheel.Timer {
        private final List<Watched> fired;
        private boolean set;
        private long deadline;

        Watched(List<Watched> fired) {
            this.fired = fired;
        }

        @Override
        void onDeadline() {
            assertFalse(isSet(), "a timer that fires is no longer set");
            fired.add(this);
        }

        @Override
        void onFailure(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    private enum Kind {
        SET,
        CANCEL,
        ADVANCE,
        ADVANCE_TO_NEXT
    }

    private record Step(Kind kind, int timer, long nanos) {}

    @Property(tries = 2000)
    void firesWhatAListOfDeadlinesFires(@ForAll("steps") List<Step> steps, @ForAll("starts") long start) {
        TimerWheel wheel = new TimerWheel(start);
        List<Watched> fired = new ArrayList<>();
        List<Watched> timers = new ArrayList<>();
        for (int i = 0; i < TIMERS; i++) {
            timers.add(new Watched(fired));
        }
        long now = start;
        for (Step step : steps) {
            Watched timer = timers.get(step.timer());
            switch (step.kind()) {
                case SET -> {
                    wheel.set(timer, now + step.nanos());
                    timer.set = true;
                    timer.deadline = now + step.nanos();
                }
                case CANCEL -> {
                    wheel.cancel(timer);
                    timer.set = false;
                }
                case ADVANCE -> now = advance(wheel, timers, fired, now + step.nanos());
                case ADVANCE_TO_NEXT -> {
                    long wait = wheel.nanosToNext(now);
                    now = advance(wheel, timers, fired, now + (wait == Long.MAX_VALUE ? step.nanos() : wait));
                }
            }
            requireSame(wheel, timers, now);
        }
    }

    private static long advance(TimerWheel wheel, List<Watched> timers, List<Watched> fired, long now) {
        fired.clear();
        wheel.expire(now);
        for (Watched timer : timers) {
            int times = (int) fired.stream().filter(f -> f == timer).count();
            long late = now - timer.deadline;
            assertTrue(times == 0 || timer.set && late >= 0, "fired, not set or " + -late + " ns early");
            assertTrue(times == 1 || !timer.set || late < TICK, "not fired, " + late + " ns late");
            assertTrue(times <= 1, "fired " + times + " times");
            timer.set &= times == 0;
        }
        return now;
    }

    private static void requireSame(TimerWheel wheel, List<Watched> timers, long now) {
        assertEquals(timers.stream().filter(t -> t.set).count(), wheel.size());
        timers.forEach(t -> assertEquals(t.set, t.isSet()));
        long wait = wheel.nanosToNext(now);
        assertTrue(wait >= 0, "a poll cannot wait " + wait);
        for (Watched timer : timers) {
            long left = Math.max(0, timer.deadline - now);
            assertTrue(!timer.set || wait <= left + TICK, () -> "would sleep " + wait + " of " + left + " ns");
        }
        assertEquals(wheel.size() == 0, wait == Long.MAX_VALUE);
    }

    @Test
    void shouldFireWhenATimerSetsItselfAndCancelsAnother() {
        List<Watched> fired = new ArrayList<>();
        TimerWheel wheel = new TimerWheel(0);
        Watched victim = new Watched(fired);
        TimerWheel.Timer[] busy = new TimerWheel.Timer[1];
        int[] runs = new int[1];
        busy[0] = new TimerWheel.Timer() {
            @Override
            void onDeadline() {
                wheel.cancel(victim);
                if (++runs[0] < 3) {
                    wheel.set(busy[0], runs[0] * 10 * TICK);
                }
            }

            @Override
            void onFailure(Throwable cause) {
                throw new AssertionError(cause);
            }
        };
        wheel.set(victim, 5 * TICK);
        wheel.set(busy[0], 5 * TICK);

        for (int tick = 0; tick < 40; tick++) {
            wheel.expire(tick * TICK);
        }

        assertEquals(3, runs[0]);
        assertTrue(fired.size() <= 1);
        assertEquals(0, wheel.size());
    }

    @Test
    void shouldFireAllWhenTheClockJumpsOverManyTurns() {
        List<Watched> fired = new ArrayList<>();
        TimerWheel wheel = new TimerWheel(-5);
        for (int i = 0; i < 2000; i++) {
            wheel.set(new Watched(fired), i * TICK);
        }

        wheel.expire(2000 * TICK);

        assertEquals(2000, fired.size());
        assertEquals(0, wheel.size());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> spans = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 3 * TICK),
                Arbitraries.longs().between(0, 600 * TICK),
                Arbitraries.longs().between(0, 5000 * TICK),
                Arbitraries.of(0L, 1L, TICK - 1, TICK, TICK + 1, 512 * TICK, 513 * TICK));
        Arbitrary<Kind> kinds =
                Arbitraries.of(Kind.SET, Kind.SET, Kind.SET, Kind.CANCEL, Kind.ADVANCE, Kind.ADVANCE_TO_NEXT);
        return Combinators.combine(kinds, Arbitraries.integers().between(0, TIMERS - 1), spans)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    /** Also such that the clock overflows under way. */
    @Provide
    Arbitrary<Long> starts() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.of(0L, -1L, Long.MAX_VALUE - 3 * TICK, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
