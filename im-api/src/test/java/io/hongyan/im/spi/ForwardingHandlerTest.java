package io.hongyan.im.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each callback passes. By reflection, so that one that is added is asked for, too. */
class ForwardingHandlerTest {
    private static final Map<Class<?>, Object> ARGUMENTS = Map.of(
            ClientSession.class,
            proxy(ClientSession.class, (method, arguments) -> null),
            Message.class,
            Message.text("hello"),
            CloseReason.class,
            CloseReason.of(CloseReason.Code.NORMAL, "done"),
            Throwable.class,
            new IllegalStateException("an error"));

    private interface Answer {
        Object to(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.to(method, arguments)));
    }

    static List<Method> callbacks() {
        return Arrays.asList(MessageHandler.class.getMethods());
    }

    private static Object[] argumentsOf(Method callback) {
        return Arrays.stream(callback.getParameterTypes()).map(ARGUMENTS::get).toArray();
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    void shouldPassItOnWhenItIsACallback(Method callback) throws Exception {
        List<Object> called = new ArrayList<>();
        MessageHandler next = proxy(MessageHandler.class, (method, arguments) -> {
            called.add(method);
            called.addAll(Arrays.asList(arguments));
            return null;
        });

        callback.invoke(new ForwardingHandler(next), argumentsOf(callback));

        List<Object> expected = new ArrayList<>(List.of(callback));
        expected.addAll(Arrays.asList(argumentsOf(callback)));
        assertEquals(expected.size(), called.size(), called::toString);
        for (int i = 1; i < expected.size(); i++) {
            assertSame(expected.get(i), called.get(i));
        }
        assertEquals(callback, called.get(0));
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    void shouldLetItOutWhenTheNextOneThrows(Method callback) {
        Exception thrown = new Exception("on purpose");
        MessageHandler next = proxy(MessageHandler.class, (method, arguments) -> {
            throw thrown;
        });

        Throwable out = assertThrows(
                InvocationTargetException.class,
                () -> callback.invoke(new ForwardingHandler(next), argumentsOf(callback)));

        assertSame(thrown, out.getCause());
    }
}
