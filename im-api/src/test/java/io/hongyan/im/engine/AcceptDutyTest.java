package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong with accepting, it is tried again, and not at once (X1); and however many come, others are served (X7). */
class AcceptDutyTest {
    private static final Duration LONG = Duration.ofSeconds(2);

    static List<Throwable> failures() {
        return List.of(
                new IOException("Too many open files"),
                new IllegalStateException("a bug"),
                new OutOfMemoryError("scripted"),
                new NoClassDefFoundError("scripted"));
    }

    @ParameterizedTest
    @Tag("X1")
    @MethodSource("failures")
    void shouldBackOffAndAcceptLaterWhenAcceptThrows(Throwable failure) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().fail(failure);
        server.offer();

        server.settle();
        server.jump(Duration.ofMillis(100));
        server.settle();
        assertEquals(1, server.acceptor().accepts(), "tries while it backs off");
        server.pass(LONG);

        assertEquals(1, server.server().stats().accepted());
        server.endAll();
    }

    @Test
    @Tag("X1")
    void shouldTryAgainWhenAcceptingCannotBeTakenUpAgain() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().fail(new IOException("Too many open files"));
        server.offer();
        server.settle();

        server.acceptor().refuseInterest(3);
        server.pass(LONG);

        assertEquals(1, server.server().stats().accepted());
        server.endAll();
    }

    /** Then the kernel reports what waits again and again; nothing comes of it before time is up. */
    @Test
    @Tag("X1")
    void shouldNotAcceptWhileItBacksOffWhenNothingKeepsTheEventsAway() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().fail(new IOException("Too many open files"));
        server.offer();
        server.acceptor().refuseInterest(1);

        for (int i = 0; i < 100; i++) {
            server.turn(0);
        }
        assertEquals(1, server.acceptor().accepts());
        server.jump(LONG);
        server.turn(0);
        server.turn(0);

        assertEquals(1, server.server().stats().accepted());
        server.endAll();
    }

    @Test
    @Tag("X1")
    void shouldStillEndWhenAcceptingIsInTrouble() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().fail(new IllegalStateException("a bug"));
        server.settle();

        server.loop(0).execute(server.server()::close);
        server.settle();

        assertTrue(server.acceptor().isClosed());
        assertEquals(0, server.loop(0).wheel().size());
    }

    @Test
    @Tag("X1")
    void shouldTellOfATroubleThatLastsOnceAMinute() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        for (int i = 0; i < 500; i++) {
            server.acceptor().fail(new IOException("Too many open files"));
        }
        List<String> lines = new ArrayList<>();
        Handler capture = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.hongyan.im");
        Level before = logger.getLevel();
        logger.setLevel(Level.WARNING);
        logger.addHandler(capture);
        logger.setUseParentHandlers(false);
        try {
            server.pass(Duration.ofSeconds(70));
        } finally {
            logger.removeHandler(capture);
            logger.setUseParentHandlers(true);
            logger.setLevel(before);
        }

        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).endsWith(", trying again soon: Too many open files"), lines.get(0));
        assertTrue(lines.get(1).endsWith(" more times since this was said last)"), lines.get(1));
    }

    @Test
    @Tag("X7")
    void shouldAcceptABoundedNumberInATurnWhenVeryManyCome() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        for (int i = 0; i < 3000; i++) {
            server.offer();
        }

        server.turn(0);
        assertEquals(1024, server.server().stats().accepted());
        server.settle();

        assertEquals(3000, server.server().stats().accepted());
        server.endAll();
    }

    @Test
    @Tag("X7")
    void shouldAcceptForABoundedTimeInATurnWhenItTakesLong() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        for (int i = 0; i < 100; i++) {
            server.offer();
        }
        server.acceptor().whileAccepting(() -> server.jump(Duration.ofMillis(1)));

        server.turn(0);

        assertEquals(16, server.server().stats().accepted());
        server.endAll();
    }
}
