package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bound is finite, and cannot be made infinite (F1). By reflection, so that a new bound is seen too. */
class LimitsTest {
    private static final Pattern RANGE = Pattern.compile("(\\w+) must be (-?\\d+) to (\\d+), was (-?\\d+)");

    static Stream<RecordComponent> numbers() {
        return Arrays.stream(Limits.class.getRecordComponents()).filter(c -> c.getType() == int.class);
    }

    static Stream<RecordComponent> durations() {
        return Arrays.stream(Limits.class.getRecordComponents()).filter(c -> c.getType() == Duration.class);
    }

    static Stream<RecordComponent> references() {
        return Arrays.stream(Limits.class.getRecordComponents())
                .filter(c -> !c.getType().isPrimitive());
    }

    private static Object valueOf(Limits limits, RecordComponent component) {
        try {
            return component.getAccessor().invoke(limits);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** The defaults with one component changed, by the canonical constructor. */
    private static Limits with(RecordComponent changed, Object value) {
        RecordComponent[] all = Limits.class.getRecordComponents();
        Object[] values = Arrays.stream(all)
                .map(c -> c.getName().equals(changed.getName()) ? value : valueOf(Limits.defaults(), c))
                .toArray();
        try {
            return Limits.class
                    .getDeclaredConstructor(
                            Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String refusal(RecordComponent component, Object value) {
        return assertThrows(IllegalArgumentException.class, () -> with(component, value))
                .getMessage();
    }

    @Test
    void shouldKnowEveryKindOfBoundWhenOneIsAdded() {
        long known = numbers().count() + durations().count();
        long policies = Arrays.stream(Limits.class.getRecordComponents())
                .filter(c -> c.getType().isEnum())
                .count();

        assertEquals(Limits.class.getRecordComponents().length, known + policies);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void shouldRefuseWithFieldRuleAndValueWhenANumberIsOutOfRange(RecordComponent component) {
        Matcher rule = RANGE.matcher(refusal(component, Integer.MIN_VALUE));
        assertTrue(rule.matches(), () -> refusal(component, Integer.MIN_VALUE));
        assertEquals(component.getName(), rule.group(1));
        assertEquals("" + Integer.MIN_VALUE, rule.group(4));
        int least = Integer.parseInt(rule.group(2));
        int most = Integer.parseInt(rule.group(3));

        assertTrue(least >= 1, "0 or less would mean no bound or no service");
        assertTrue(most <= 1 << 30, "the largest must leave room for sums");
        for (int outside : new int[] {-1, 0, least - 1, most + 1, Integer.MAX_VALUE}) {
            String expected = component.getName() + " must be " + least + " to " + most + ", was " + outside;
            assertEquals(expected, refusal(component, outside));
        }
        assertEquals(least, valueOf(with(component, least), component));
        assertEquals(most, valueOf(with(component, most), component));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void shouldRefuseWithFieldRuleAndValueWhenADurationIsOutOfRange(RecordComponent component) {
        Duration least = Duration.ofMillis(1);
        Duration most = Duration.ofDays(1);

        for (Duration outside : new Duration[] {
            Duration.ZERO,
            Duration.ofSeconds(-1),
            least.minusNanos(1),
            most.plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE)
        }) {
            boolean off = outside.isZero() && component.getName().equals("firstMessageTimeout");
            if (!off) {
                assertEquals(
                        component.getName() + " must be 1 ms to 1 day, was " + outside, refusal(component, outside));
            }
        }
        assertEquals(least, valueOf(with(component, least), component));
        assertEquals(most, valueOf(with(component, most), component));
    }

    @ParameterizedTest
    @MethodSource("references")
    void shouldRefuseNullWhenABoundIsAReference(RecordComponent component) {
        assertThrows(NullPointerException.class, () -> with(component, null));
    }

    @Test
    void shouldSayTheDocumentedValuesWhenNothingIsSet() {
        Limits defaults = Limits.defaults();

        assertEquals(65_536, defaults.maxMessageBytes());
        assertEquals(64, defaults.inboundLimitMessages());
        assertEquals(1_048_576, defaults.outboundLimitBytes());
        assertEquals(10_000, defaults.outboundLimitMessages());
        assertEquals(Overflow.CLOSE, defaults.overflow());
        assertEquals(16_384, defaults.commandQueueLength());
        assertEquals(100_000, defaults.maxSessions());
        assertEquals(Duration.ofSeconds(30), defaults.writeStallTimeout());
        assertEquals(Duration.ofSeconds(3), defaults.closeTimeout());
    }

    @Test
    void shouldChangeNothingElseWhenOneBoundIsChanged() {
        requireChanged(d -> d.withMaxMessageBytes(1), "maxMessageBytes");
        requireChanged(d -> d.withInboundLimitMessages(1), "inboundLimitMessages");
        requireChanged(
                d -> d.withOutbound(1024, 1, otherThan(d.overflow())),
                "outboundLimitBytes",
                "outboundLimitMessages",
                "overflow");
        requireChanged(d -> d.withCommandQueueLength(16), "commandQueueLength");
        requireChanged(d -> d.withMaxSessions(1), "maxSessions");
        requireChanged(
                d -> d.withTimeouts(Duration.ofMillis(1), Duration.ofMillis(2)), "writeStallTimeout", "closeTimeout");
    }

    private static Overflow otherThan(Overflow policy) {
        return Arrays.stream(Overflow.values())
                .filter(p -> p != policy)
                .findFirst()
                .orElseThrow();
    }

    private static void requireChanged(Function<Limits, Limits> change, String... names) {
        Limits before = Limits.defaults();
        Limits after = change.apply(before);
        Set<String> changed = new TreeSet<>();
        for (RecordComponent component : Limits.class.getRecordComponents()) {
            if (!valueOf(before, component).equals(valueOf(after, component))) {
                changed.add(component.getName());
            }
        }
        assertEquals(new TreeSet<>(Set.of(names)), changed);
        assertNotEquals(before, after);
    }
}
