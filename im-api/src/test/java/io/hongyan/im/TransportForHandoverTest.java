package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that is to hand its listening sockets over is given to no transport that cannot, be it better or the only one (R4). */
@Tag("R4")
final class TransportForHandoverTest {
    private static final String WAY_OUT =
            "handover(...) needs the transport epoll: make it available, or leave handover(...) out";

    private abstract static class Scripted implements TransportProvider {
        @Override
        public String name() {
            return getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        /** Shows what it was given. */
        @Override
        public ImServer start(ServerConfig config) {
            throw new UnsupportedOperationException(name() + " was given "
                    + config.handover().map(given -> given.socket().toString()).orElse("none"));
        }
    }

    /** The best; cannot. */
    public static final class Fast extends Scripted {
        @Override
        public int priority() {
            return 10;
        }
    }

    /** Can. */
    public static final class Generous extends Scripted {
        @Override
        public int priority() {
            return 0;
        }

        @Override
        public boolean handsOver() {
            return true;
        }
    }

    /** Could, but not here. */
    public static final class Elsewhere extends Scripted {
        @Override
        public int priority() {
            return 20;
        }

        @Override
        public boolean handsOver() {
            return true;
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.of("needs Linux, this is another; use fast");
        }
    }

    @Test
    void shouldTakeTheOneThatCan() {
        Path path = Path.of("next");

        assertEquals(
                "generous was given next",
                refusal(
                        server(Fast.class, Generous.class).handover(path, Duration.ZERO),
                        UnsupportedOperationException.class));
        assertEquals(
                "generous was given next",
                refusal(
                        server(Fast.class, Generous.class)
                                .handover(path, Duration.ZERO)
                                .transport("generous"),
                        UnsupportedOperationException.class));
        assertEquals(
                "fast was given none",
                refusal(server(Fast.class, Generous.class), UnsupportedOperationException.class));
    }

    @Test
    void shouldSayWhatIsMissingWhenNoneCan() {
        assertEquals(
                "no transport can serve here (elsewhere unavailable: needs Linux, this is another; use fast; fast cannot hand"
                        + " its listening sockets over): " + WAY_OUT,
                refusal(
                        server(Fast.class, Elsewhere.class).handover(Path.of("next"), Duration.ZERO),
                        IllegalStateException.class));
    }

    @Test
    void shouldRefuseTheNamedOneThatCannot() {
        assertEquals(
                "transport fast cannot hand its listening sockets over: " + WAY_OUT,
                refusal(
                        server(Fast.class, Generous.class)
                                .handover(Path.of("next"), Duration.ZERO)
                                .transport("fast"),
                        IllegalStateException.class));
    }

    @Test
    void shouldSayWhatWasPassedOver() {
        ClassLoader loader = ScriptedLoader.of(TransportProvider.class, names(Fast.class, Generous.class));

        TransportInfo info = withContext(loader, () -> Transports.choose("auto", loader, true))
                .info();

        assertEquals(List.of("fast cannot hand its listening sockets over"), info.passedOver());
    }

    private static ImServer.Builder server(Class<?>... providers) {
        return ImServer.builder()
                .port(0)
                .protocols("line")
                .discoverPlugins(false)
                .classLoader(ScriptedLoader.of(TransportProvider.class, names(providers)))
                .handler((session, message) -> {});
    }

    private static String[] names(Class<?>... providers) {
        return Arrays.stream(providers).map(Class::getName).toArray(String[]::new);
    }

    private static String refusal(ImServer.Builder server, Class<? extends RuntimeException> type) {
        return assertThrows(type, server::start).getMessage();
    }

    private interface Choosing {
        Transports.Choice choose();
    }

    /** Only what that loader finds. */
    private static Transports.Choice withContext(ClassLoader loader, Choosing choosing) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(loader);
        try {
            return choosing.choose();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
