package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What all sessions hold together is bounded; the worst go first, and nobody else. */
@Tag("B4")
class BudgetTest {
    private static final int BUDGET = 1 << 20;
    private static final Limits LIMITS = Limits.defaults()
            .withMemoryBudgetBytes(BUDGET)
            .withMaxMessageBytes(1 << 20)
            .withOutbound(1 << 20, 1_000_000, Overflow.CLOSE);

    private final Recording handler = new Recording();
    private final ScriptedServer scripted =
            ScriptedServer.Setup.onLoop().loops(2).limits(LIMITS).start(handler);
    private final ImServer server = scripted.server();

    private static String bytes(int count) {
        return "x".repeat(count - 1);
    }

    private void send(ClientSession session, int count) {
        assertEquals(SendResult.ACCEPTED, session.send(bytes(count)));
        scripted.settle();
    }

    private List<ClientSession> stalled(int count) {
        List<ClientSession> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ScriptedConnection connection = scripted.connect();
            connection.takes(0);
            sessions.add(scripted.session(connection));
        }
        return sessions;
    }

    @Test
    void shouldHoldNothingForPeersThatTakeWhatTheyGet() {
        ScriptedConnection connection = scripted.connect();

        scripted.session(connection).send(bytes(500_000));
        connection.sends("a line\n");
        scripted.settle();

        assertEquals(0, server.stats().heldBytes());
    }

    @Test
    void shouldCloseThoseThatHoldMostForLongestUntilItIsUnderNineTenths() {
        List<ClientSession> small = stalled(8);
        small.forEach(session -> send(session, 10_000));
        scripted.settle();
        List<ClientSession> large = stalled(8);
        large.forEach(session -> send(session, 110_000));
        scripted.settle();
        scripted.pass(Duration.ofSeconds(1));
        assertTrue(
                server.stats().heldBytes() > 900_000, () -> "" + server.stats().heldBytes());
        List<ClientSession> late = stalled(4);

        late.forEach(session -> send(session, 60_000));
        scripted.settle();

        assertTrue(
                server.stats().heldBytes() <= BUDGET, () -> "" + server.stats().heldBytes());
        assertTrue(small.stream().allMatch(ClientSession::isOpen), "they hold little");
        assertTrue(late.stream().allMatch(ClientSession::isOpen), "they hold it for a moment only");
        List<ClientSession> closed =
                large.stream().filter(session -> !session.isOpen()).toList();
        assertEquals(2, closed.size());
        scripted.pass(Duration.ofSeconds(5));
        assertEquals(closed.size(), server.stats().closes(Code.OVERLOADED));
        CloseReason reason = server.recentCloses().get(0).reason();
        assertTrue(reason.text().contains("over " + BUDGET + " (memoryBudgetBytes)"), reason.text());
        assertEquals(BUDGET, reason.limit());
    }

    /** It is one piece of memory on each loop; what each is still to get counts in full in its own limit. */
    @Test
    void shouldCountAGroupsMessageOnceOnEachLoop() {
        List<ClientSession> members = stalled(100);

        server.all().send(Message.text(bytes(100_000)));
        scripted.settle();

        assertTrue(members.stream().allMatch(session -> session.pendingBytes() == 100_000));
        long perReference = Account.REFERENCE_BYTES;
        assertEquals(
                2 * (100_000 + Account.WIRE_BYTES) + 100 * perReference,
                server.stats().heldBytes());
        assertTrue(members.stream().allMatch(ClientSession::isOpen));
    }

    /** A peer that reads at last finds a whole message and the reason; nothing stands behind a part of a message but its rest. */
    @Test
    void shouldKeepWhatIsHalfWrittenAndTellThePeer() {
        ScriptedConnection connection = scripted.connect();
        connection.takes(1_000);
        ClientSession session = scripted.session(connection);
        String half = bytes(400_000);
        send(session, 400_000);
        send(session, 400_000);
        send(session, 200_000);
        assertTrue(session.isOpen());

        send(stalled(1).get(0), 300_000);
        assertFalse(session.isOpen());
        connection.takes(Long.MAX_VALUE);
        scripted.settle();

        String[] lines = connection.takenText().split("\n", -1);
        assertEquals(3, lines.length);
        assertEquals(half, lines[0]);
        assertTrue(lines[1].startsWith("!closing OVERLOADED ") && lines[1].endsWith("; retry-after=5000ms"), lines[1]);
        assertEquals(2, server.stats().discardedOut());
    }

    /** What those that close still have to write is no reason to close those that hold next to nothing. */
    @Test
    void shouldNotCloseTheInnocentForWhatTheWorstKeepHalfWritten() {
        List<ClientSession> worst = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ScriptedConnection half = scripted.connect();
            half.takes(1_000);
            worst.add(scripted.session(half));
        }
        worst.subList(0, 3).forEach(session -> send(session, 250_000));
        scripted.pass(Duration.ofMillis(500));
        List<ClientSession> innocent = stalled(4);
        innocent.forEach(session -> send(session, 20_000));

        worst.subList(3, 6).forEach(session -> send(session, 250_000));
        scripted.pass(Duration.ofMillis(300));

        assertTrue(
                server.stats().heldBytes() <= BUDGET, () -> "" + server.stats().heldBytes());
        assertTrue(innocent.stream().allMatch(ClientSession::isOpen), "they hold next to nothing");
        assertTrue(worst.stream().filter(session -> !session.isOpen()).count() >= 3);
    }

    @Test
    void shouldCountAMessageThatHasBegunAndCloseItsSender() {
        ScriptedConnection idle = scripted.connect();
        idle.sends("a bit");
        List<ScriptedConnection> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ScriptedConnection sender = scripted.connect();
            senders.add(sender);
            for (int k = 0; k < 10 && !sender.isClosed(); k++) {
                sender.sends("y".repeat(30_000));
                scripted.settle();
            }
        }
        scripted.pass(Duration.ofSeconds(5));

        assertTrue(
                server.stats().heldBytes() <= BUDGET, () -> "" + server.stats().heldBytes());
        assertTrue(server.stats().closes(Code.OVERLOADED) > 0);
        assertFalse(idle.isClosed());
        senders.forEach(ScriptedConnection::resets);
        idle.resets();
        scripted.settle();
        scripted.pass(Duration.ofSeconds(5));
        assertEquals(0, server.stats().heldBytes());
    }

    /** Its handler is stuck: what waits for it is given up at once, and not when it comes back. */
    @Test
    void shouldGiveUpWhatWaitsForAHandlerThatIsBehind() {
        Recording slow = new Recording();
        ScriptedServer busy = ScriptedServer.Setup.onLoop()
                .dispatch(Dispatch.VIRTUAL_THREADS)
                .limits(LIMITS.withMaxMessageBytes(200_000))
                .start(slow);
        List<ScriptedConnection> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            senders.add(busy.connect());
        }
        busy.settle();
        senders.forEach(sender -> {
            for (int k = 0; k < 8; k++) {
                sender.sends(bytes(60_000) + "\n");
            }
        });

        for (int i = 0; i < 40; i++) {
            busy.turn(0);
        }

        assertTrue(
                busy.server().stats().heldBytes() <= BUDGET,
                () -> "" + busy.server().stats().heldBytes());
        busy.settle();
        busy.pass(Duration.ofSeconds(5));
        assertEquals(1, busy.server().stats().closes(Code.OVERLOADED));
        assertTrue(busy.server().stats().discardedIn() > 0);
        busy.endAll();
        assertEquals(List.of(), slow.violationsAtTheEnd());
    }

    /** Thousands that send at once are read in portions, so that between two of them somebody may be closed. */
    @Test
    void shouldReadNoMoreThanAQuarterInOneIteration() {
        ScriptedServer one = ScriptedServer.Setup.onLoop().limits(LIMITS).start(new Recording());
        List<ScriptedConnection> senders = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            senders.add(one.connect());
        }
        senders.forEach(sender -> sender.sends("z".repeat(60_000)));
        long before = one.server().stats().bytesIn();

        one.turn(0);

        assertEquals(5 * 60_000, one.server().stats().bytesIn() - before, "a quarter, and what the last read is over");
        one.settle();
        assertEquals(12 * 60_000, one.server().stats().bytesIn() - before);
    }

    /** A loop that stands still does not fill the memory by what is ordered of it meanwhile. */
    @Test
    void shouldRefuseWhatIsTooMuchOnItsWayToALoop() {
        ScriptedConnection connection = scripted.connect();
        ClientSession session = scripted.session(connection);
        int accepted = 0;
        Message large = Message.text(bytes(10_000));

        while (accepted < 1_000 && session.send(large) == SendResult.ACCEPTED) {
            accepted++;
        }

        assertEquals(BUDGET / 4 / 10_000, accepted);
        scripted.settle();
        assertEquals(0, server.stats().heldBytes());
        assertEquals(SendResult.ACCEPTED, session.send(bytes(500_000)));
    }
}
