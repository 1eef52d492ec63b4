package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        server.connect();
        server.acceptor().shortage(new IOException("Too many open files"));
        server.acceptor().holdsSpare();
        server.offer();
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
            server.settle();
            for (int second = 0; second < 70; second++) {
                server.offer();
                server.pass(Duration.ofSeconds(1));
            }
        } finally {
            logger.removeHandler(capture);
            logger.setUseParentHandlers(true);
            logger.setLevel(before);
        }

        assertEquals(2, lines.size(), lines::toString);
        String trouble =
                "cannot accept on " + server.acceptor().address() + " beside 1 connections: Too many open files;"
                        + " allow the process more descriptors (ulimit -n), or take fewer sessions (maxSessions); ";
        assertEquals(trouble + "1 who waited were turned away; trying again every 200 ms", lines.get(0));
        assertEquals(
                trouble + "61 who waited were turned away; trying again every 200 ms"
                        + " (60 more times since this was said last)",
                lines.get(1));
    }

    /** Who waits when there is nothing to serve him with sees a close. Who is connected stays so, and who comes behind it is served. */
    @Test
    @Tag("X1")
    void shouldTurnAwayThoseWhoWaitWhenDescriptorsAreShort() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        ScriptedConnection connected = server.connect();
        server.acceptor().shortage(new IOException("Too many open files"));
        server.acceptor().holdsSpare();
        List<ScriptedConnection> waiting = List.of(server.offer(), server.offer(), server.offer());

        server.settle();

        assertTrue(waiting.stream().allMatch(ScriptedConnection::isClosed));
        assertFalse(connected.isClosed());
        assertEquals(1, server.server().stats().accepted());
        assertEquals(3, server.server().stats().refused());
        server.acceptor().shortage(null);
        server.offer();
        server.pass(LONG);
        assertEquals(2, server.server().stats().accepted());
        server.endAll();
    }

    @Test
    @Tag("X1")
    void shouldTurnAwayABoundedNumberInATurnWhenVeryManyWait() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().shortage(new IOException("Too many open files"));
        server.acceptor().holdsSpare();
        for (int i = 0; i < 1000; i++) {
            server.offer();
        }

        server.settle();
        assertEquals(256, server.server().stats().refused());
        server.pass(LONG);

        assertEquals(1000, server.server().stats().refused());
        server.endAll();
    }

    @Test
    @Tag("X1")
    void shouldTurnAwayForABoundedTimeInATurnWhenItTakesLong() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().shortage(new IOException("Too many open files"));
        server.acceptor().holdsSpare();
        for (int i = 0; i < 100; i++) {
            server.offer();
        }
        server.acceptor().whileAccepting(() -> server.jump(Duration.ofMillis(1)));

        server.turn(0);

        assertEquals(16, server.server().stats().refused());
        server.acceptor().whileAccepting(() -> {});
        server.pass(LONG);
        server.endAll();
    }

    /** That is no shortage, and they may be served soon. */
    @Test
    @Tag("X1")
    void shouldTurnNobodyAwayWhenAcceptFailsByABug() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        server.acceptor().holdsSpare();
        server.acceptor().fail(new IllegalStateException("a bug"));
        server.offer();

        server.pass(LONG);

        assertEquals(1, server.server().stats().accepted());
        assertEquals(0, server.server().stats().refused());
        server.endAll();
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
