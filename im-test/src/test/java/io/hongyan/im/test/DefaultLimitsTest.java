package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No limit is infinite, and none can be made so. Asked of the record itself, so that one that is added is asked too. */
final class DefaultLimitsTest {
    private static final Duration LONG = Duration.ofDays(1);

    @Test
    @Tag("F1")
    void shouldBeFiniteByDefault() throws Exception {
        for (RecordComponent component : Limits.class.getRecordComponents()) {
            Object value = component.getAccessor().invoke(Limits.defaults());

            assertTrue(isBound(value) || isOff(component, value), component.getName() + " is " + value);
        }
    }

    @Test
    @Tag("F1")
    void shouldRefuseWhatIsNoBound() throws Exception {
        RecordComponent[] components = Limits.class.getRecordComponents();
        Constructor<Limits> constructor = Limits.class.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        for (int i = 0; i < components.length; i++) {
            for (Object bad : outOfRange(components[i].getType())) {
                if (isOff(components[i], bad)) {
                    continue;
                }
                Object[] values = new Object[components.length];
                for (int v = 0; v < values.length; v++) {
                    values[v] = components[v].getAccessor().invoke(Limits.defaults());
                }
                values[i] = bad;

                Throwable refusal = assertThrows(
                                InvocationTargetException.class,
                                () -> constructor.newInstance(values),
                                components[i].getName() + " = " + bad)
                        .getCause();

                assertTrue(refusal instanceof IllegalArgumentException, refusal::toString);
                assertTrue(refusal.getMessage().contains(components[i].getName()), refusal::getMessage);
                assertTrue(refusal.getMessage().contains(bad.toString()), refusal::getMessage);
            }
        }
    }

    /** The one time that bounds no memory: how long a client may only listen. */
    private static boolean isOff(RecordComponent component, Object value) {
        return component.getName().equals("firstMessageTimeout") && value.equals(Duration.ZERO);
    }

    private static boolean isBound(Object value) {
        if (value instanceof Integer number) {
            return number > 0 && number < 1 << 30;
        }
        if (value instanceof Duration duration) {
            return duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(LONG) < 0;
        }
        return value instanceof Overflow;
    }

    private static Object[] outOfRange(Class<?> type) {
        if (type == int.class) {
            return new Object[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
        }
        if (type == Duration.class) {
            return new Object[] {
                Duration.ZERO, Duration.ofSeconds(-1), LONG.plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE)
            };
        }
        return new Object[0];
    }
}
