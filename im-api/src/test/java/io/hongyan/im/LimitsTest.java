package io.hongyan.im;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bound is finite, and cannot be made infinite (F1). By reflection, so that a new bound is seen too. */
class LimitsTest {
    private static final Pattern RANGE = Pattern.compile("(\\w+) must be (-?\\d+) to (\\d+), was (-?\\d+)");
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofDays(1);

    /** Those that are off by default, and the one that is not and may be. */
    private static final Set<String> OFF = Set.of("firstMessageTimeout", "idleTimeout", "rateGrace");

    private static final Set<String> MAY_BE_OFF =
            Set.of("firstMessageTimeout", "idleTimeout", "rateGrace", "keepAliveTimeout");

    /** How each bound is changed, and no other. */
    private static final Map<String, BiFunction<Limits, Object, Limits>> CHANGES = Map.ofEntries(
            entry("maxMessageBytes", (l, v) -> l.withMaxMessageBytes((int) v)),
            entry("inboundLimitMessages", (l, v) -> l.withInboundLimitMessages((int) v)),
            entry("outboundLimitBytes", (l, v) -> l.withOutbound((int) v, l.outboundLimitMessages(), l.overflow())),
            entry("outboundLimitMessages", (l, v) -> l.withOutbound(l.outboundLimitBytes(), (int) v, l.overflow())),
            entry(
                    "overflow",
                    (l, v) -> l.withOutbound(l.outboundLimitBytes(), l.outboundLimitMessages(), (Overflow) v)),
            entry("commandQueueLength", (l, v) -> l.withCommandQueueLength((int) v)),
            entry("memoryBudgetBytes", (l, v) -> l.withMemoryBudgetBytes((long) v)),
            entry("maxSessions", (l, v) -> l.withMaxSessions((int) v)),
            entry("maxSessionsPerAddress", (l, v) -> l.withPerAddress((int) v, l.connectsPerSecondPerAddress())),
            entry("connectsPerSecondPerAddress", (l, v) -> l.withPerAddress(l.maxSessionsPerAddress(), (int) v)),
            entry("messagesPerSecond", (l, v) -> l.withRate((int) v, l.bytesPerSecond(), l.rateGrace())),
            entry("bytesPerSecond", (l, v) -> l.withRate(l.messagesPerSecond(), (int) v, l.rateGrace())),
            entry("rateGrace", (l, v) -> l.withRate(l.messagesPerSecond(), l.bytesPerSecond(), (Duration) v)),
            entry("idleTimeout", (l, v) -> l.withIdle((Duration) v, l.keepAliveTimeout())),
            entry("keepAliveTimeout", (l, v) -> l.withIdle(l.idleTimeout(), (Duration) v)),
            entry(
                    "silenceTimeout",
                    (l, v) -> l.withOpening((Duration) v, l.handshakeTimeout(), l.firstMessageTimeout())),
            entry(
                    "handshakeTimeout",
                    (l, v) -> l.withOpening(l.silenceTimeout(), (Duration) v, l.firstMessageTimeout())),
            entry(
                    "firstMessageTimeout",
                    (l, v) -> l.withOpening(l.silenceTimeout(), l.handshakeTimeout(), (Duration) v)),
            entry("pingInterval", (l, v) -> l.withHeartbeat((Duration) v, l.pongTimeout())),
            entry("pongTimeout", (l, v) -> l.withHeartbeat(l.pingInterval(), (Duration) v)),
            entry("writeStallTimeout", (l, v) -> l.withTimeouts((Duration) v, l.closeTimeout())),
            entry("closeTimeout", (l, v) -> l.withTimeouts(l.writeStallTimeout(), (Duration) v)));

    /** All bounds: the accessors. */
    static Stream<Method> bounds() {
        return Arrays.stream(Limits.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
                .filter(m -> m.getParameterCount() == 0)
                .filter(m -> !Set.of("hashCode", "toString").contains(m.getName()));
    }

    static Stream<Method> numbers() {
        return bounds().filter(m -> m.getReturnType() == int.class);
    }

    static Stream<Method> durations() {
        return bounds().filter(m -> m.getReturnType() == Duration.class);
    }

    static Stream<Method> references() {
        return bounds().filter(m -> !m.getReturnType().isPrimitive());
    }

    private static Object valueOf(Limits limits, Method bound) {
        try {
            return bound.invoke(limits);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** The defaults with one bound changed. */
    private static Limits with(Method bound, Object value) {
        return CHANGES.get(bound.getName()).apply(Limits.defaults(), value);
    }

    private static String refusal(Method bound, Object value) {
        return assertThrows(IllegalArgumentException.class, () -> with(bound, value), bound + " = " + value)
                .getMessage();
    }

    /** Another value that is allowed. */
    private static Object otherThan(Object value) {
        if (value instanceof Overflow policy) {
            return policy == Overflow.CLOSE ? Overflow.DROP : Overflow.CLOSE;
        }
        if (value instanceof Long number) {
            return number + 1;
        }
        return value instanceof Duration time ? time.plusMillis(1) : (Object) ((int) value + 1);
    }

    @Test
    void shouldKnowEveryBoundWhenOneIsAdded() {
        assertEquals(CHANGES.keySet(), bounds().map(Method::getName).collect(toSet()));
        assertEquals(
                Set.of(int.class, long.class, Duration.class, Overflow.class),
                bounds().map(Method::getReturnType).collect(toSet()));
    }

    @Test
    void shouldNotBreakACallerWhenABoundIsAdded() {
        assertEquals(0, Limits.class.getConstructors().length, "a constructor would name every bound");
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void shouldBeFiniteWhenNothingIsSet(Method bound) {
        Object value = valueOf(Limits.defaults(), bound);

        if (value instanceof Integer number) {
            assertTrue(number > 0 && number < 1 << 30, () -> bound + " is " + number);
        } else if (value instanceof Duration time && !OFF.contains(bound.getName())) {
            assertTrue(time.compareTo(LEAST) >= 0 && time.compareTo(MOST) < 0, () -> bound + " is " + time);
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void shouldRefuseWithFieldRuleAndValueWhenANumberIsOutOfRange(Method bound) {
        Matcher rule = RANGE.matcher(refusal(bound, Integer.MIN_VALUE));
        assertTrue(rule.matches(), () -> refusal(bound, Integer.MIN_VALUE));
        assertEquals(bound.getName(), rule.group(1));
        assertEquals("" + Integer.MIN_VALUE, rule.group(4));
        int least = Integer.parseInt(rule.group(2));
        int most = Integer.parseInt(rule.group(3));

        assertTrue(least >= 1, "0 or less would mean no bound or no service");
        assertTrue(most <= 1 << 30, "the largest must leave room for sums");
        for (int outside : new int[] {-1, 0, least - 1, most + 1, Integer.MAX_VALUE}) {
            String expected = bound.getName() + " must be " + least + " to " + most + ", was " + outside;
            assertEquals(expected, refusal(bound, outside));
        }
        assertEquals(least, valueOf(with(bound, least), bound));
        assertEquals(most, valueOf(with(bound, most), bound));
    }

    @Test
    void shouldTakeAQuarterOfTheHeapAndRefuseABudgetThatBoundsNothing() {
        assertEquals(Runtime.getRuntime().maxMemory() / 4, Limits.defaults().memoryBudgetBytes());
        for (long outside : new long[] {Long.MIN_VALUE, 0, (1L << 16) - 1, (1L << 50) + 1, Long.MAX_VALUE}) {
            assertEquals(
                    "memoryBudgetBytes must be 65536 to 1125899906842624, was " + outside,
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> Limits.defaults().withMemoryBudgetBytes(outside))
                            .getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("durations")
    void shouldRefuseWithFieldRuleAndValueWhenADurationIsOutOfRange(Method bound) {
        for (Duration outside : new Duration[] {
            Duration.ZERO,
            Duration.ofSeconds(-1),
            LEAST.minusNanos(1),
            MOST.plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE)
        }) {
            boolean mayBeOff = MAY_BE_OFF.contains(bound.getName());
            if (!outside.isZero() || !mayBeOff) {
                String range = mayBeOff ? "0 (off) or 1 ms to 1 day" : "1 ms to 1 day";
                assertEquals(bound.getName() + " must be " + range + ", was " + outside, refusal(bound, outside));
            }
        }
        assertEquals(LEAST, valueOf(with(bound, LEAST), bound));
        assertEquals(MOST, valueOf(with(bound, MOST), bound));
    }

    @ParameterizedTest
    @MethodSource("references")
    void shouldRefuseNullWhenABoundIsAReference(Method bound) {
        assertThrows(NullPointerException.class, () -> with(bound, null));
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

    @ParameterizedTest
    @MethodSource("bounds")
    void shouldChangeNothingElseWhenOneBoundIsChanged(Method bound) {
        Limits before = Limits.defaults();
        Object value = otherThan(valueOf(before, bound));

        Limits after = with(bound, value);

        assertEquals(value, valueOf(after, bound));
        bounds().filter(other -> !other.equals(bound))
                .forEach(other -> assertEquals(valueOf(before, other), valueOf(after, other), other::getName));
        assertEquals(Limits.defaults(), before);
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void shouldBeAValueOfAllItsBounds(Method bound) {
        Limits before = Limits.defaults();
        Object value = valueOf(before, bound);

        Limits changed = with(bound, otherThan(value));
        Limits back = CHANGES.get(bound.getName()).apply(changed, value);

        assertNotEquals(before, changed);
        assertEquals(changed, with(bound, otherThan(value)));
        assertEquals(changed.hashCode(), with(bound, otherThan(value)).hashCode());
        assertEquals(before, back);
        assertEquals(before.hashCode(), back.hashCode());
        assertTrue(changed.toString().contains(bound.getName() + "=" + otherThan(value)), changed::toString);
    }
}
