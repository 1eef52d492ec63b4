package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What a builder refuses, with field, rule and value, and what it hands to the transport. */
class ServerBuilderTest {
    private static final MessageHandler NOTHING = (session, message) -> {};

    /** Thrown in place of a server, with what one was to be made of. */
    private static final class Started extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ServerConfig config;

        Started(ServerConfig config) {
            this.config = config;
        }
    }

    /** Starts nothing. */
    public static final class Fake implements TransportProvider {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        public ImServer start(ServerConfig config) {
            throw new Started(config);
        }
    }

    /** A handler that ServiceLoader may find. */
    public static final class Found implements MessageHandler {
        @Override
        public void onMessage(ClientSession session, Message message) {}
    }

    /** Another one. */
    public static final class FoundToo implements MessageHandler {
        @Override
        public void onMessage(ClientSession session, Message message) {}
    }

    /** A plugin that cannot be loaded. */
    public static final class BrokenPlugin implements HandlerPlugin {
        public BrokenPlugin() {
            throw new IllegalStateException("scripted failure");
        }

        @Override
        public MessageHandler wrap(MessageHandler next) {
            return next;
        }
    }

    private record Plugin(String name, int order) implements HandlerPlugin {
        @Override
        public MessageHandler wrap(MessageHandler next) {
            return next;
        }
    }

    /** A builder that finds the fake transport, and whatever else the loader knows. */
    private static ImServer.Builder builder() {
        return ImServer.builder()
                .classLoader(ScriptedLoader.of(TransportProvider.class, Fake.class.getName()))
                .transport("fake");
    }

    private static ServerConfig configOf(ImServer.Builder builder) {
        return assertThrows(Started.class, builder::start).config;
    }

    private static String refusal(Runnable setting) {
        return assertThrows(IllegalArgumentException.class, setting::run).getMessage();
    }

    private static String failure(ImServer.Builder builder) {
        return assertThrows(IllegalStateException.class, builder::start).getMessage();
    }

    @Test
    void shouldRefuseWithFieldRuleAndValueWhenOutOfRange() {
        ImServer.Builder builder = ImServer.builder();

        assertEquals("port must be 0 to 65535, was -1", refusal(() -> builder.port(-1)));
        assertEquals("port must be 0 to 65535, was 65536", refusal(() -> builder.port(65_536)));
        assertEquals("port must be 0 to 65535, was 70000", refusal(() -> builder.listen("", 70_000, "line")));
        assertEquals("loops must be 1 to 1024, was 0", refusal(() -> builder.loops(0)));
        assertEquals("loops must be 1 to 1024, was 1025", refusal(() -> builder.loops(1025)));
        assertTrue(refusal(builder::protocols).startsWith("protocols must name at least one"));
        assertTrue(refusal(() -> builder.listen("", 0)).startsWith("protocols must name at least one"));
    }

    @Test
    void shouldRefuseNullWhenAnythingIsSet() {
        ImServer.Builder builder = ImServer.builder();
        List<Runnable> settings = List.of(
                () -> builder.host(null),
                () -> builder.protocols((String[]) null),
                () -> builder.protocols("line", null),
                () -> builder.protocol(null),
                () -> builder.listen(null, 0, "line"),
                () -> builder.handler(null),
                () -> builder.plugin(null),
                () -> builder.dispatch(null),
                () -> builder.limits(null),
                () -> builder.transport(null),
                () -> builder.classLoader(null));

        for (Runnable setting : settings) {
            assertThrows(NullPointerException.class, setting::run);
        }
    }

    @Test
    void shouldSayWhichThereAreWhenAProtocolIsUnknown() {
        String unknown = failure(builder().handler(NOTHING).protocols("lime"));

        assertEquals("no protocol is named \"lime\"; there are [frame, line] and \"auto\"", unknown);
    }

    /** A jar that was made of several has lost its entry. */
    @Test
    void shouldSayThatAProtocolIsThereWithoutAnEntry() {
        ClassLoader loader = ScriptedLoader.of(TransportProvider.class, Fake.class.getName())
                .holding("io.hongyan.im.websocket.WebSocketProtocol");
        ImServer.Builder builder =
                ImServer.builder().classLoader(loader).transport("fake").handler(NOTHING);

        String named = failure(builder.protocols("websocket"));

        String lost =
                "io.hongyan.im.websocket.WebSocketProtocol is there, but no META-INF/services/io.hongyan.im.spi.Protocol names it:"
                        + " whoever makes one jar of several must merge these files (shade: ServicesResourceTransformer)";
        assertEquals("no protocol is named \"websocket\"; there are [frame, line] and \"auto\"; " + lost, named);
        List<String> warnings = warningsOf(() -> configOf(builder.protocols("auto")));
        assertEquals(List.of("protocol not served: " + lost), warnings);
    }

    private static List<String> warningsOf(Runnable call) {
        List<String> warnings = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("io.hongyan.im");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                warnings.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Level before = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            call.run();
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        return warnings;
    }

    @Test
    void shouldRefuseWhenFrameIsNotAlone() {
        String refusal = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder()
                                .handler(NOTHING)
                                .protocols("frame", "line")
                                .start())
                .getMessage();

        assertTrue(refusal.contains("frame must be alone") && refusal.contains("[frame, line]"), refusal);
    }

    @Test
    void shouldServeAllThatDetectWhenProtocolsAreAuto() {
        ServerConfig config = configOf(builder().handler(NOTHING).port(0).listen("", 0, "frame"));

        List<ServerConfig.Listener> listeners = config.listeners();
        assertEquals(List.of("line"), namesOf(listeners.get(0)));
        assertEquals(List.of("frame"), namesOf(listeners.get(1)));
    }

    private static List<String> namesOf(ServerConfig.Listener listener) {
        return listener.protocols().stream().map(Protocol::name).toList();
    }

    @Test
    void shouldUseTheDocumentedDefaultsWhenNothingIsSet() {
        ServerConfig config = configOf(builder().handler(NOTHING));

        assertEquals(
                List.of(new InetSocketAddress(8888)),
                config.listeners().stream().map(ServerConfig.Listener::address).toList());
        assertEquals(Dispatch.VIRTUAL_THREADS, config.dispatch());
        assertSame(Limits.defaults(), config.limits());
        assertEquals(Runtime.getRuntime().availableProcessors(), config.loops());
        assertSame(NOTHING, config.handler());
        assertEquals("fake (asked for by name)", config.transport().toString());
    }

    @Test
    void shouldOrderPluginsWhenThereAreSeveral() {
        ServerConfig config = configOf(builder()
                .handler(NOTHING)
                .plugin(new Plugin("b", 5))
                .plugin(new Plugin("z", -1))
                .plugin(new Plugin("a", 5)));

        assertEquals(
                List.of("z", "a", "b"),
                config.plugins().stream().map(HandlerPlugin::name).toList());
    }

    @Test
    void shouldRefuseWhenAPluginCannotBeLoaded() {
        ClassLoader loader = ScriptedLoader.of(HandlerPlugin.class, BrokenPlugin.class.getName());

        String failure = inContextOf(
                Fake.class, () -> failure(ImServer.builder().classLoader(loader).handler(NOTHING)));

        assertTrue(failure.contains("scripted failure"), failure);
        assertTrue(failure.contains("discoverPlugins(false)"), failure);
        inContextOf(
                Fake.class,
                () -> configOf(
                        ImServer.builder().classLoader(loader).handler(NOTHING).discoverPlugins(false)));
    }

    @Test
    void shouldServeTheOneHandlerFoundWhenNoneIsGiven() {
        ClassLoader loader = ScriptedLoader.of(MessageHandler.class, Found.class.getName());

        ServerConfig config =
                inContextOf(Fake.class, () -> configOf(ImServer.builder().classLoader(loader)));

        assertSame(Found.class, config.handler().getClass());
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoHandlerOrSeveral() {
        ClassLoader two = ScriptedLoader.of(MessageHandler.class, Found.class.getName(), FoundToo.class.getName());

        String none = failure(builder());
        String several = failure(ImServer.builder().classLoader(two));

        assertTrue(none.startsWith("no handler: call handler(...)"), none);
        assertTrue(several.contains("2 handlers") && several.contains("FoundToo"), several);
    }

    private static <T> T inContextOf(Class<?> transport, Supplier<T> call) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(ScriptedLoader.of(TransportProvider.class, transport.getName()));
        try {
            return call.get();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
