package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.DrainReport;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.Protocols;
import io.hongyan.im.ServerStats;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ForwardingHandler;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.Utf8Validator;
import io.hongyan.im.spi.Wire;
import io.hongyan.im.test.virtual.VirtualServer;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every method and constructor of the API, and of the SPI's own classes, refuses null by the argument's name. */
class NullArgumentsTest {
    /** What users implement; nothing of ours is called. */
    private static final Set<Class<?>> OF_USERS = Set.of(MessageHandler.class, ForwardingHandler.class);

    private static final String NAME = "[a-z]\\w*";

    /** A value for each type of parameter. */
    private final Map<Class<?>, Object> values = new HashMap<>();

    /** What methods are called on, by the type that declares them. */
    private final Map<Class<?>, List<Object>> targets = new HashMap<>();

    private final List<String> wrong = new ArrayList<>();
    private int calls;

    private <T> void value(Class<T> type, T value) {
        values.put(type, value);
        targets.computeIfAbsent(type, t -> new ArrayList<>()).add(value);
    }

    @Test
    void shouldNameTheArgumentThatIsNull() {
        try (VirtualServer im = VirtualServer.of((session, message) -> {})) {
            ClientSession session = im.connect().session();
            Message message = Message.text("x");
            Limits limits = Limits.defaults();
            Wire wire = Wire.of(new byte[8]);
            InetSocketAddress address = new InetSocketAddress(1);
            MessageHandler handler = (from, said) -> {};
            TransportInfo transport = new TransportInfo("x", "x", List.of());
            ServerConfig.Listener listener = new ServerConfig.Listener(address, List.of(), limits);
            value(ImServer.class, im.server());
            value(ImServer.Builder.class, ImServer.builder());
            value(ClientSession.class, session);
            value(Group.class, im.server().all());
            value(Group.class, im.server().group("x"));
            value(Fanout.class, im.server().all().send("x"));
            value(Message.class, message);
            value(CloseReason.class, CloseReason.of(CloseReason.Code.NORMAL, "x"));
            value(AttributeKey.class, new AttributeKey<>("x", String.class));
            value(Limits.class, limits);
            value(TransportInfo.class, transport);
            value(Wire.class, wire);
            value(Utf8Validator.class, new Utf8Validator());
            value(ServerConfig.Listener.class, listener);
            value(
                    ServerConfig.class,
                    new ServerConfig(List.of(listener), 1, handler, List.of(), Dispatch.ON_LOOP, limits, transport));
            value(ProtocolException.class, new ProtocolException(CloseReason.of(CloseReason.Code.POLICY, "x")));
            value(ServerStats.class, im.server().stats());
            values.put(Optional.class, Optional.empty());
            values.put(Map.class, Map.of());
            values.put(Instant.class, Instant.EPOCH);
            putPlainValues(handler, address);
            List<Class<?>> types = new ArrayList<>(targets.keySet());
            types.addAll(List.of(
                    Protocols.class,
                    Fanout.Counts.class,
                    ForwardingHandler.class,
                    ClosedSession.class,
                    DrainReport.class));

            types.forEach(this::callAll);
        }

        assertEquals(List.of(), wrong);
        assertTrue(calls > 70, "only " + calls + " calls were tried");
    }

    private void putPlainValues(MessageHandler handler, InetSocketAddress address) {
        values.put(CloseReason.Code.class, CloseReason.Code.NORMAL);
        values.put(Encoder.class, Protocols.line().encoder());
        values.put(Protocol.class, Protocols.line());
        values.put(HandlerPlugin.class, (HandlerPlugin) next -> next);
        values.put(MessageHandler.class, handler);
        values.put(Dispatch.class, Dispatch.ON_LOOP);
        values.put(Overflow.class, Overflow.DROP);
        values.put(Duration.class, Duration.ofSeconds(1));
        values.put(Principal.class, (Principal) () -> "x");
        values.put(ClassLoader.class, getClass().getClassLoader());
        values.put(InetSocketAddress.class, address);
        values.put(ByteBuffer.class, ByteBuffer.allocate(8));
        values.put(byte[].class, new byte[8]);
        values.put(String[].class, new String[] {"line"});
        values.put(String.class, "x");
        values.put(Class.class, String.class);
        values.put(List.class, List.of());
        values.put(Object.class, "x");
        values.put(int.class, 2048);
        values.put(long.class, 1L);
        values.put(boolean.class, true);
        values.put(Path.class, Path.of("x"));
    }

    private void callAll(Class<?> type) {
        for (Constructor<?> constructor : type.getConstructors()) {
            callWithNulls(constructor, List.of(new Object()));
        }
        if (OF_USERS.contains(type)) {
            return;
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean isOfObject = method.getName().equals("equals") || method.isSynthetic();
            if (Modifier.isPublic(method.getModifiers()) && !isOfObject) {
                callWithNulls(method, targets.getOrDefault(type, List.of()));
            }
        }
    }

    /** Null in the place of each argument in turn. */
    private void callWithNulls(Executable executable, List<Object> on) {
        Class<?>[] types = executable.getParameterTypes();
        Set<Integer> references = new HashSet<>();
        Object[] good = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            good[i] = values.get(types[i]);
            if (good[i] == null) {
                throw new AssertionError("there is no " + types[i].getName() + " to call " + executable + " with");
            }
            if (!types[i].isPrimitive()) {
                references.add(i);
            }
        }
        for (Object target : on) {
            for (int i : references) {
                Object[] arguments = good.clone();
                arguments[i] = null;
                call(executable, target, arguments, i);
            }
        }
    }

    private void call(Executable executable, Object target, Object[] arguments, int nullAt) {
        calls++;
        String what = executable + " on " + target + ", argument " + (nullAt + 1) + " of "
                + Arrays.toString(executable.getParameterTypes());
        try {
            if (executable instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                Method method = (Method) executable;
                method.setAccessible(true);
                method.invoke(target, arguments);
            }
            wrong.add(what + ": takes null");
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            if (!(thrown instanceof NullPointerException)
                    || !String.valueOf(thrown.getMessage()).matches(NAME)) {
                wrong.add(what + ": " + thrown);
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(what, e);
        }
    }
}
