package io.hongyan.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.ServerConfig;
import io.hongyan.im.spi.TransportProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** How a transport is found and chosen: what cannot serve is data, not a crash. */
class TransportsTest {
    /** Serves nothing; of a name and a priority. */
    abstract static class Scripted implements TransportProvider {
        private final String name;
        private final int priority;

        Scripted(String name, int priority) {
            this.name = name;
            this.priority = priority;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        public ImServer start(ServerConfig config) {
            throw new UnsupportedOperationException(name + " was to be started");
        }
    }

    /** Serves everywhere. */
    public static final class Plain extends Scripted {
        public Plain() {
            super("plain", 0);
        }
    }

    /** A better one. */
    public static final class Fast extends Scripted {
        public Fast() {
            super("fast", 10);
        }
    }

    /** The best, but not here. */
    public static final class Elsewhere extends Scripted {
        public Elsewhere() {
            super("elsewhere", 20);
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.of("needs Java 99; use it");
        }
    }

    /** To be taken by name only. */
    public static final class Hidden extends Scripted {
        public Hidden() {
            super("hidden", -1);
        }
    }

    /** Cannot even say whether it can serve. */
    public static final class Confused extends Scripted {
        public Confused() {
            super("confused", 30);
        }

        @Override
        public Optional<String> unavailable() {
            throw new IllegalStateException("do not know");
        }
    }

    /** Cannot even say whether it can serve, for want of a class. */
    public static final class Unlinked extends Scripted {
        public Unlinked() {
            super("unlinked", 40);
        }

        @Override
        public Optional<String> unavailable() {
            throw new ExceptionInInitializerError("no native access");
        }
    }

    /** Cannot be made. */
    public static final class Broken extends Scripted {
        public Broken() {
            super("broken", 50);
            throw new IllegalStateException("scripted failure");
        }
    }

    /** Cannot be made, by an Error. */
    public static final class Unlinkable extends Scripted {
        public Unlinkable() {
            super("unlinkable", 50);
            throw new NoClassDefFoundError("java/lang/foreign/Linker");
        }
    }

    /** Not a provider at all. */
    public static final class Stranger {}

    private static Transports.Choice choose(String name, ClassLoader loader) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(loader);
        try {
            return Transports.choose(name, loader, false);
        } finally {
            current.setContextClassLoader(before);
        }
    }

    private static Transports.Choice choose(String name, Class<?>... providers) {
        String[] names = Arrays.stream(providers).map(Class::getName).toArray(String[]::new);
        return choose(name, ScriptedLoader.of(TransportProvider.class, names));
    }

    private static String refusal(String name, Class<?>... providers) {
        return assertThrows(IllegalStateException.class, () -> choose(name, providers))
                .getMessage();
    }

    @Test
    void shouldTakeTheHighestThatCanServeWhenLeftToChoose() {
        Transports.Choice choice = choose("auto", Plain.class, Elsewhere.class, Hidden.class, Fast.class);

        assertEquals("fast", choice.provider().name());
        assertEquals("fast", choice.info().name());
        assertEquals(
                List.of(
                        "elsewhere unavailable: needs Java 99; use it",
                        "plain has a lower priority",
                        "hidden is taken by name only"),
                choice.info().passedOver());
        assertEquals(
                "fast (the best that can serve here; elsewhere unavailable: needs Java 99; use it;"
                        + " plain has a lower priority; hidden is taken by name only)",
                choice.info().toString());
    }

    @Test
    void shouldPassItOverWhenItsCheckThrows() {
        Transports.Choice choice = choose("auto", Confused.class, Unlinked.class, Plain.class);

        assertEquals("plain", choice.provider().name());
        List<String> passedOver = choice.info().passedOver();
        assertEquals(2, passedOver.size());
        assertTrue(passedOver.get(0).startsWith("unlinked unavailable: its check failed"), passedOver.get(0));
        assertTrue(passedOver.get(0).contains("no native access"), passedOver.get(0));
        assertTrue(passedOver.get(1).contains("do not know"), passedOver.get(1));
    }

    @Test
    void shouldTakeTheRestWhenProvidersCannotBeLoaded() {
        ClassLoader loader = ScriptedLoader.of(
                TransportProvider.class,
                ScriptedLoader.TOO_NEW,
                Broken.class.getName(),
                "no.such.Provider",
                Unlinkable.class.getName(),
                Stranger.class.getName(),
                Plain.class.getName());

        Transports.Choice choice = choose("auto", loader);

        assertEquals("plain", choice.provider().name());
        String why = String.join("\n", choice.info().passedOver());
        for (String expected : List.of(
                "needs Java " + ScriptedLoader.FUTURE_JAVA + ", this is "
                        + Runtime.version().feature(),
                "scripted failure",
                "no.such.Provider",
                "java/lang/foreign/Linker",
                "Stranger")) {
            assertTrue(why.contains(expected), () -> "does not say \"" + expected + "\": " + why);
        }
    }

    @Test
    void shouldSayWhichFileWhenALineOfItIsNonsense() {
        ClassLoader loader = ScriptedLoader.of(TransportProvider.class, Plain.class.getName(), "not a name", "");

        String refusal = assertThrows(IllegalStateException.class, () -> choose("auto", loader))
                .getMessage();

        assertTrue(refusal.contains("not loadable") && refusal.contains("scripted:services:2"), refusal);
        assertTrue(refusal.contains("im-transport-nio"), refusal);
    }

    @Test
    void shouldGiveUpWhenALoaderFailsForEver() {
        ClassLoader failing = ScriptedLoader.failing(TransportProvider.class);

        String refusal = assertThrows(IllegalStateException.class, () -> choose("auto", failing))
                .getMessage();

        assertTrue(refusal.contains("scripted"), refusal);
    }

    @Test
    void shouldLookThroughTheOtherLoadersWhenOneFails() {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(ScriptedLoader.of(TransportProvider.class, Plain.class.getName()));
        try {
            ClassLoader failing = ScriptedLoader.failing(TransportProvider.class);

            assertEquals(
                    "plain",
                    Transports.choose("auto", failing, false).provider().name());
        } finally {
            current.setContextClassLoader(before);
        }
    }

    @Test
    void shouldTakeItByNameOnlyWhenItsPriorityIsNegative() {
        assertEquals(
                "plain", choose("auto", Hidden.class, Plain.class).provider().name());
        assertEquals(
                List.of("hidden is taken by name only"),
                choose("auto", Hidden.class, Plain.class).info().passedOver());
        assertTrue(refusal("auto", Hidden.class)
                .startsWith("no transport can serve here (hidden is taken by name only): add "));

        Transports.Choice choice = choose("hidden", Hidden.class, Plain.class);

        assertEquals("hidden", choice.provider().name());
        assertEquals("hidden (asked for by name)", choice.info().toString());
    }

    @Test
    void shouldSaySomethingOfEachWhenManyArePassedOver() {
        Class<?>[] others = {
            Elsewhere.class,
            Hidden.class,
            Confused.class,
            Unlinked.class,
            Broken.class,
            Unlinkable.class,
            Stranger.class,
            Plain.class
        };
        Class<?>[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = Fast.class;

        Transports.Choice choice = choose("auto", all);

        assertEquals("fast", choice.provider().name());
        assertEquals(others.length, choice.info().passedOver().size(), choice.info()::toString);
    }

    @Test
    void shouldSayWhatWasFoundWhenNoTransportHasTheName() {
        String refusal = refusal("fats", Plain.class, Fast.class, Broken.class);

        assertTrue(refusal.startsWith("no transport is named \"fats\"; found [fast, plain]"), refusal);
        assertTrue(refusal.contains("scripted failure"), refusal);
    }

    @Test
    void shouldSayWhyWhenTheNamedOneCannotServe() {
        assertEquals(
                "transport elsewhere unavailable: needs Java 99; use it",
                refusal("elsewhere", Plain.class, Elsewhere.class));
        assertTrue(refusal("confused", Confused.class).contains("do not know"));
    }

    @Test
    void shouldSayWhatToAddWhenThereIsNone() {
        assertEquals(
                "no transport can serve here: add io.hongyan:im-transport-nio to the class path or module path"
                        + " (jlink: --add-modules io.hongyan.im.nio, or --bind-services)",
                refusal("auto"));
        assertTrue(refusal("nio").startsWith("no transport is named \"nio\"; found []"));
    }

    /** A jar that was made of several has lost its entry. */
    @Test
    void shouldSayWhatIsThereWithoutAnEntry() {
        String epoll = "io.hongyan.im.epoll.EpollTransportProvider";
        String nio = "io.hongyan.im.nio.NioTransportProvider";
        String[] plain = {Plain.class.getName()};

        TransportInfo one = choose(
                        "auto",
                        ScriptedLoader.of(TransportProvider.class, plain).holding(epoll))
                .info();
        String none = assertThrows(
                        IllegalStateException.class,
                        () -> choose(
                                "auto",
                                ScriptedLoader.of(TransportProvider.class).holding(epoll, nio)))
                .getMessage();
        String named = assertThrows(
                        IllegalStateException.class,
                        () -> choose(
                                "epoll",
                                ScriptedLoader.of(TransportProvider.class, plain)
                                        .holding(epoll)))
                .getMessage();

        String lost =
                " is there, but no META-INF/services/io.hongyan.im.spi.TransportProvider names it: whoever makes one jar of"
                        + " several must merge these files (shade: ServicesResourceTransformer)";
        assertEquals(List.of(epoll + lost), one.passedOver());
        assertEquals("no transport can serve here: " + nio + lost + "; " + epoll + lost, none);
        assertEquals("no transport is named \"epoll\"; found [plain]; " + epoll + lost, named);
    }

    @Test
    void shouldSayNothingMoreOfWhatCannotBeLoaded() {
        String epoll = "io.hongyan.im.epoll.EpollTransportProvider";

        TransportInfo info = choose(
                        "auto",
                        ScriptedLoader.of(TransportProvider.class, epoll, Plain.class.getName())
                                .holding(epoll))
                .info();

        assertEquals(1, info.passedOver().size(), info::toString);
        assertTrue(info.passedOver().get(0).startsWith("not loadable: "), info::toString);
    }

    @Test
    void shouldCountItOnceWhenSeveralLoadersFindTheSameClass() {
        Services<TransportProvider> services = Services.load(
                l -> ServiceLoader.load(
                        TransportProvider.class, ScriptedLoader.of(TransportProvider.class, Plain.class.getName())),
                ClassLoader.getSystemClassLoader().getParent());

        assertEquals(1, services.found().size());
        assertEquals(List.of(), services.failures());
    }
}
