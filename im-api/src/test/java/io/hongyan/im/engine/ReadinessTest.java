package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a kernel reports, or cannot give: read to the end, close once, do not spin (X1, X5, X6); and an event is for whom it is
 * meant (X3, X4).
 */
class ReadinessTest {
    private static final int LIARS = Readiness.PEER_CLOSED | Readiness.HANG_UP | Readiness.ERROR;
    private static final int TRUE_ONES = Readiness.READ | Readiness.WRITE;

    /** More than one read can take. */
    private static final int LINES = 200;

    private enum Script {
        NOTHING_MORE,
        END,
        RESET
    }

    private enum Load {
        IDLE,
        OUTPUT_WAITS,
        OUTPUT_HIGH,
        PAUSED,
        FLUSHES,
        LINGERS
    }

    private final Recording handler = new Recording();

    static IntStream masks() {
        return IntStream.range(0, 32);
    }

    static Stream<String> lines() {
        return IntStream.range(0, LINES).mapToObj(i -> i + "x".repeat(1000));
    }

    @ParameterizedTest
    @MethodSource("masks")
    void shouldReadToTheEndAndCloseOnceWhenAnyMaskIsReported(int mask) {
        for (Script script : Script.values()) {
            for (Load load : Load.values()) {
                ScriptedServer server = ScriptedServer.Setup.onLoop()
                        .limits(Limits.defaults()
                                .withOutbound(1024, 10, Limits.defaults().overflow()))
                        .start(handler);
                ScriptedConnection connection = server.connect();
                ClientSession session = server.session(connection);
                load(connection, session, load, server);
                String scenario = "mask " + mask + " " + script + " " + load;

                report(connection, mask, script);
                int before = connection.systemCalls();
                settle(server, scenario);
                server.pass(Duration.ofMillis(4500));

                assertTrue(connection.systemCalls() - before < 40, () -> scenario + ": too many system calls");
                require(connection, session, mask, script, load, scenario);
                server.endAll();
                assertEquals(1, handler.of(session).closes.size(), scenario);
            }
        }
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    private static void load(ScriptedConnection connection, ClientSession session, Load load, ScriptedServer server) {
        switch (load) {
            case IDLE -> {}
            case OUTPUT_WAITS -> {
                connection.takes(0);
                session.send("waits");
            }
            case OUTPUT_HIGH -> {
                connection.takes(0);
                session.send("x".repeat(900));
            }
            case PAUSED -> session.pause();
            case FLUSHES -> {
                connection.takes(0);
                session.send("waits");
                session.close();
            }
            case LINGERS -> session.close();
        }
        server.settle();
    }

    private static void report(ScriptedConnection connection, int mask, Script script) {
        connection.sends(lines().map(line -> line + "\n").collect(Collectors.joining()));
        connection.reportsAlways(mask & LIARS).reportsNever(~mask & TRUE_ONES);
        switch (script) {
            case NOTHING_MORE -> {}
            case END -> connection.endsOutput();
            case RESET -> connection.resets();
        }
    }

    private static void settle(ScriptedServer server, String scenario) {
        try {
            server.settle();
        } catch (AssertionError e) {
            throw new AssertionError(scenario + ": " + e.getMessage(), e);
        }
    }

    private void require(
            ScriptedConnection connection, ClientSession session, int mask, Script script, Load load, String scenario) {
        Recording.Story story = handler.of(session);
        if (load == Load.FLUSHES || load == Load.LINGERS) {
            assertEquals(List.of(), story.messages, scenario);
            assertEquals(1, connection.closes(), scenario);
            return;
        }
        boolean failed = (mask & (Readiness.HANG_UP | Readiness.ERROR)) != 0;
        boolean isRead = load == Load.IDLE || load == Load.OUTPUT_WAITS || load == Load.OUTPUT_HIGH && failed;
        boolean reads = isRead && (mask & ~Readiness.WRITE) != 0;
        boolean ends = reads && ((mask & LIARS) != 0 || script != Script.NOTHING_MORE);
        if (load != Load.PAUSED) {
            assertEquals(reads ? lines().toList() : List.of(), story.messages, scenario);
            assertEquals(ends ? 1 : 0, story.closes.size(), scenario);
        }
        if (ends && load == Load.IDLE) {
            assertEquals(1, connection.closes(), scenario);
            CloseReason.Code code = story.closes.get(0).code();
            boolean lost = script == Script.RESET || script == Script.NOTHING_MORE && failed;
            assertEquals(lost ? CloseReason.Code.CONNECTION_LOST : CloseReason.Code.PEER_CLOSED, code, scenario);
        }
    }

    @Test
    void shouldTouchNobodyWhenAnEventIsStale() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection gone = server.connect();
        long staleKey = server.poller(0).keyOf(gone);
        gone.resets();
        server.settle();
        assertTrue(gone.isClosed());
        ScriptedConnection tenant = server.connect();
        long key = server.poller(0).keyOf(tenant);
        assertEquals((int) staleKey, (int) key, "the slot was to be used again");
        int calls = tenant.systemCalls();

        List<Long> strange = new ArrayList<>(List.of(staleKey, -1L, Long.MIN_VALUE, Long.MAX_VALUE, key + 1, key + 64));
        strange.add(key + (1L << Integer.SIZE));
        strange.add(key - (1L << Integer.SIZE));
        strange.add(key ^ Long.MIN_VALUE);
        for (long other : strange) {
            for (int mask = 0; mask < 32; mask++) {
                server.poller(0).report(other, mask);
                server.settle();
            }
        }

        assertEquals(calls, tenant.systemCalls());
        assertEquals(0, handler.of(server.session(tenant)).closes.size());
        server.endAll();
    }

    @Test
    void shouldTouchNobodyWhenAConnectionClosesAmidTheReport() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection first = server.connect();
        ScriptedConnection second = server.connect();
        ClientSession other = server.session(second);
        handler.whenMessage((session, message) -> other.abort(CloseReason.of(CloseReason.Code.POLICY, "out")));

        first.sends("close the other\n");
        second.sends("still here?\n");
        for (int i = 0; i < 3; i++) {
            server.poller(0).report(server.poller(0).keyOf(second), 31);
        }
        server.settle();

        assertEquals(1, second.closes());
        assertEquals(List.of(), server.violations());
        assertEquals(1, handler.of(other).closes.size());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldLeaveNothingWhenConnectionsDieBeforeTheyAreServed() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        for (int i = 0; i < 100; i++) {
            ScriptedConnection connection = server.offer();
            switch (i % 4) {
                case 0 -> connection.resets();
                case 1 -> connection.endsOutput();
                case 2 -> connection.sends("half a li").resets();
                default -> connection.reportsAlways(Readiness.HANG_UP).failsAfter(0);
            }
        }

        server.settle();
        server.pass(Duration.ofSeconds(2));

        server.requireNothingLeft();
        assertEquals(100, server.server().stats().accepted());
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldRecoverByItselfWhenNoConnectionCanBeTakenForAWhile() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        server.acceptor().fail(new IOException("Too many open files"));
        ScriptedConnection waiting = server.offer();

        server.settle();
        assertEquals(0, server.server().stats().accepted());
        server.pass(Duration.ofSeconds(1));

        assertEquals(1, server.server().stats().accepted());
        assertEquals(1, handler.of(server.session(waiting)).opens);
        server.endAll();
    }
}
