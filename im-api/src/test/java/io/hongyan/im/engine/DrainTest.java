package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.DrainReport;
import io.hongyan.im.ImServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An end without haste, by the manual clock. */
@Tag("D1")
class DrainTest {
    private static final Duration TIME = Duration.ofSeconds(10);

    private final Recording handler = new Recording();
    private final ScriptedServer scripted =
            ScriptedServer.Setup.onLoop().loops(2).start(handler);
    private final ImServer server = scripted.server();

    private List<ScriptedConnection> connect(int count) {
        List<ScriptedConnection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add(scripted.connect());
        }
        return connections;
    }

    private long told(List<ScriptedConnection> connections) {
        return connections.stream()
                .filter(c -> c.takenText().contains("!closing GOING_AWAY"))
                .count();
    }

    @Test
    void shouldCloseAtEvenDistancesOverFourFifthsOfTheTime() {
        List<ScriptedConnection> connections = connect(800);

        server.drain(TIME);
        scripted.settle();

        assertTrue(scripted.acceptor().isClosed());
        assertEquals(0, told(connections));
        for (int second = 1; second <= 8; second++) {
            scripted.pass(Duration.ofSeconds(1));
            long told = told(connections);
            assertTrue(Math.abs(told - 100 * second) <= 5, "told " + told + " after " + second + " s");
        }
        assertEquals(800, told(connections));
    }

    /** A server that has shown nothing else takes 1,000 a second: 300 of them come back over the least that is, a second. */
    @Test
    void shouldSpreadThoseWhoComeBackByHowManyItCouldAccept() {
        connect(300);
        server.drain(Duration.ofMillis(100));
        scripted.pass(Duration.ofSeconds(5));

        int[] perTenth = new int[10];
        server.recentCloses().forEach(closed -> {
            Optional<Duration> wait = closed.reason().retryAfter();
            assertEquals(CloseReason.Code.GOING_AWAY, closed.reason().code());
            perTenth[(int) (wait.orElseThrow().toMillis() / 100)]++;
        });
        for (int count : perTenth) {
            assertTrue(count >= 20 && count <= 32, "of 256 in tenths of a second: " + List.of(perTenth));
        }
    }

    @Test
    void shouldServeWhoIsStillThere() {
        List<ScriptedConnection> connections = connect(800);
        server.drain(TIME);
        scripted.pass(Duration.ofSeconds(4));
        long told = told(connections);

        connections.forEach(c -> c.sends("hello\n"));
        scripted.settle();

        assertEquals(800 - told, server.stats().messagesIn());
    }

    /** They have connected before it began: to free the port at once would reset them. */
    @Test
    void shouldTakeThoseWhoWaitToBeAcceptedAndTellThemToo() {
        List<ScriptedConnection> connections = new ArrayList<>();
        // More than are accepted in one turn.
        for (int i = 0; i < 1_030; i++) {
            connections.add(scripted.offer());
        }

        server.drain(TIME);
        scripted.pass(Duration.ofSeconds(9));

        assertEquals(1_030, server.stats().accepted());
        assertEquals(1_030, told(connections));
    }

    @Test
    void shouldNotMakeAFewWait() {
        List<ScriptedConnection> connections = connect(10);

        server.drain(Duration.ofHours(1));
        scripted.pass(Duration.ofMillis(200));

        assertEquals(10, told(connections));
    }

    @Test
    void shouldEndAsSoonAsNobodyIsLeftOrTheTimeIsOver() {
        List<ScriptedConnection> connections = connect(4);
        ScriptedConnection stuck = connections.get(0);
        stuck.takes(0);
        scripted.session(stuck).send("more than it takes");
        server.drain(Duration.ofSeconds(2));
        connections.forEach(ScriptedConnection::endsOutput);

        scripted.pass(Duration.ofMillis(1_900));
        assertFalse(scripted.runner(0).isOver());
        scripted.pass(Duration.ofSeconds(6));

        assertTrue(scripted.runner(0).isOver());
        scripted.runner(0).end();
        scripted.runner(1).end();
        DrainReport report = report();
        assertEquals(4, report.sessions());
        assertEquals(1, report.left());
        assertEquals(1, report.discarded());
    }

    private DrainReport report() {
        return server.drain(TIME).toCompletableFuture().join();
    }

    @Test
    void shouldChangeNothingWhenItIsAskedForAgain() {
        CompletionStage<DrainReport> first = server.drain(TIME);

        assertSame(first, server.drain(Duration.ZERO));
    }

    @Test
    void shouldRefuseATimeThatIsNone() {
        for (Duration wrong : List.of(Duration.ofMillis(-1), Duration.ofDays(1).plusNanos(1))) {
            assertEquals(
                    "the time to drain must be 0 to 1 day, was " + wrong,
                    assertThrows(IllegalArgumentException.class, () -> server.drain(wrong))
                            .getMessage());
        }
    }
}
