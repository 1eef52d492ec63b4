package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.ServerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Wake-ups (E6), a command queue that is full (O1, E10), and what one iteration may take (E8). */
class EventLoopTest {
    private final Recording handler = new Recording();

    /** Runs something as another thread would, to its end. */
    private static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action).join();
    }

    // ---- wake-ups

    @Test
    void shouldWakeOnceWhenManyOfferToALoopThatWaits() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        server.poller(0)
                .whileWaiting(() -> elsewhere(() -> {
                    session.send("one");
                    session.send("two");
                    session.pause();
                    session.join("group");
                    server.server().group("group").send("three");
                }));

        server.turn(0);

        assertEquals(1, server.poller(0).wakeUps());
        assertTrue(server.mailbox(0).isEmpty());
        assertEquals("one\ntwo\nthree\n", connection.takenText());
    }

    @Test
    void shouldNotWakeWhenTheLoopIsAwake() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        handler.whenMessage((s, message) -> elsewhere(() -> session.send("while it handles")));

        elsewhere(() -> session.send("between two iterations"));
        connection.sends("now\n");
        server.turn(0);

        assertEquals(0, server.poller(0).lastTimeout());
        assertEquals(0, server.poller(0).wakeUps());
        assertEquals("between two iterations\nwhile it handles\n", connection.takenText());
    }

    @Test
    void shouldNotWakeItselfWhenALoopOrdersFromItself() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        handler.whenMessage((session, message) -> {
            session.join("group");
            session.server().group("group").send("group");
            session.send("self");
            session.pause();
            session.resume();
        });

        connection.sends("now\n");
        server.settle();

        assertEquals(0, server.poller(0).wakeUps());
        assertEquals("group\nself\n", connection.takenText());
    }

    /** Between its looks at the mailbox and its waiting, there is no moment at which an order goes unseen. */
    @Test
    void shouldNotWaitWhenAnOrderComesAfterAnyOfItsLooks() {
        for (int look = 1; look <= 4; look++) {
            ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
            ScriptedPoller poller = server.poller(0);
            ScriptedMailbox mailbox = server.mailbox(0);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);
            List<String> lost = new ArrayList<>();
            poller.whileWaiting(() -> {
                if (poller.wakeUps() == 0 && mailbox.commandsWaiting() > 0) {
                    lost.add("waits, and nobody wakes it");
                }
            });

            mailbox.afterLook(look, () -> elsewhere(() -> session.send("now")));
            server.turn(0);
            server.turn(0);
            server.turn(0);

            assertEquals(List.of(), lost, "an order after look " + look);
            assertEquals("now\n", connection.takenText());
            server.endAll();
        }
    }

    private enum When {
        BETWEEN_TURNS,
        WHILE_WAITING,
        BEHIND_A_COMMAND
    }

    private record Offer(When when, int orders) {}

    /** Whatever was put is either executed in this iteration, or keeps the next poll from waiting. */
    @Property(tries = 300)
    void noOrderIsLeftBehindByALoopThatWaits(@ForAll("offers") List<Offer> offers) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        ScriptedPoller poller = server.poller(0);
        ClientSession session = server.session(server.connect());
        for (Offer offer : offers) {
            server.settle();
            int wakeUps = poller.wakeUps();
            Runnable action = () -> elsewhere(() -> order(session, offer.orders()));
            switch (offer.when()) {
                case BETWEEN_TURNS -> action.run();
                case WHILE_WAITING -> poller.whileWaiting(action);
                case BEHIND_A_COMMAND -> {
                    session.send("first");
                    server.mailbox(0).afterNextCommand(action);
                }
            }
            server.turn(0);
            poller.whileWaiting(() -> {});
            boolean waited = offer.when() == When.WHILE_WAITING && offer.orders() > 0;
            assertEquals(wakeUps + (waited ? 1 : 0), poller.wakeUps());
            assertTrue(server.mailbox(0).isEmpty() || server.loop(0).hasWork());
            boolean left = server.loop(0).hasWork();
            server.turn(0);
            assertEquals(left, poller.lastTimeout() == 0);
            assertTrue(server.mailbox(0).isEmpty());
        }
        server.endAll();
    }

    private static void order(ClientSession session, int orders) {
        for (int i = 0; i < orders; i++) {
            switch (i % 3) {
                case 0 -> session.resume();
                case 1 -> session.send("more");
                default -> session.server().all().send("to all");
            }
        }
    }

    @Provide
    Arbitrary<List<Offer>> offers() {
        return Combinators.combine(
                        Arbitraries.of(When.class), Arbitraries.integers().between(0, 5))
                .as(Offer::new)
                .list()
                .ofMaxSize(12);
    }

    // ---- a full queue

    @Test
    void shouldNotLoseTheCloseWhenTheCommandQueueIsFull() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().mailboxCapacity(2).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        List<SendResult> results = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> results.add(session.send("before " + i)));
        session.close();
        results.add(session.send("after"));
        server.settle();

        assertEquals(
                List.of(SendResult.ACCEPTED, SendResult.ACCEPTED, SendResult.OVERFLOW, SendResult.CLOSED), results);
        assertTrue(connection.takenText().startsWith("before 0\nbefore 1\n"), connection.takenText());
        assertTrue(connection.outputEnded());
        server.endAll();
        assertEquals(CloseReason.Code.NORMAL, handler.of(session).closes.get(0).code());
    }

    @Test
    void shouldTellTheGapInItsPlaceWhenTheCommandQueueWasFull() {
        for (Overflow policy : Overflow.values()) {
            ScriptedServer server = ScriptedServer.Setup.onLoop()
                    .mailboxCapacity(2)
                    .limits(Limits.defaults().withOutbound(1 << 20, 100, policy))
                    .start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);

            for (int i = 0; i < 5; i++) {
                assertEquals(i < 2 ? SendResult.ACCEPTED : SendResult.OVERFLOW, session.send("message " + i));
            }
            server.settle();
            assertEquals(SendResult.ACCEPTED, session.send("message 5"));
            server.settle();

            assertEquals("message 0\nmessage 1\n!missed 3\nmessage 5\n", connection.takenText());
            assertEquals(3, server.server().stats().overflowed());
            server.endAll();
        }
    }

    /** One thread closes, then sends to the group: the loop has made room in between, and has not come to the close. */
    @Test
    void shouldDeliverNothingWhenItWasSentAfterTheClose() {
        for (int capacity : new int[] {2, 100}) {
            ScriptedServer server =
                    ScriptedServer.Setup.onLoop().mailboxCapacity(capacity).start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);
            session.join("group");
            session.send("before");
            server.server().group("group").send("before, too");

            elsewhere(session::close);
            server.mailbox(0)
                    .afterNextCommand(
                            () -> elsewhere(() -> server.server().group("group").send("after")));
            server.settle();

            assertEquals("before\nbefore, too\n", connection.takenText(), "queue of " + capacity);
            server.endAll();
        }
    }

    /** The other way round, what was sent before the close arrives, also what waits in the queue when the session is closed. */
    @Test
    void shouldDeliverWhatWasSentBeforeWhenTheSessionIsClosed() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        List<ScriptedConnection> members =
                IntStream.range(0, 4).mapToObj(i -> server.connect()).toList();
        members.forEach(c -> server.session(c).join("group"));

        server.server().group("group").send("last words");
        List<ClientSession> sessions = members.stream().map(server::session).toList();
        sessions.forEach(ClientSession::close);
        server.settle();

        members.forEach(c -> assertEquals("last words\n", c.takenText()));
        server.endAll();
    }

    @Test
    void shouldDiscardAndCountWhatIsNotHandledWhenTheHostCloses() {
        handler.whenMessage((session, message) -> session.close());
        for (Dispatch dispatch : Dispatch.values()) {
            ScriptedServer server =
                    ScriptedServer.Setup.onLoop().dispatch(dispatch).start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);

            connection.sends("the last\ntoo late\ntoo late\n");
            server.settle();

            assertEquals(List.of("the last"), handler.of(session).messages, () -> "on " + dispatch);
            ServerStats stats = server.server().stats();
            assertEquals(1, stats.messagesIn() - stats.discardedIn());
            server.endAll();
        }
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    // ---- one iteration

    @Test
    void shouldServeOthersWhenOneFloods() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection flooder = server.connect();
        ScriptedConnection other = server.connect();
        ClientSession flooding = server.session(flooder);
        flooder.sends("flood\n".repeat(5_000));
        other.sends("hello\n");

        server.turn(0);

        assertEquals(List.of("hello"), handler.of(server.session(other)).messages);
        int handled = handler.of(flooding).messages.size();
        assertTrue(handled <= 256, () -> "handled " + handled + " messages of one session in one iteration");
        other.sends("again\n");
        server.turn(0);
        assertEquals(2, handler.of(server.session(other)).messages.size());
        server.settle();
        assertEquals(5_000, handler.of(flooding).messages.size());
        server.endAll();
    }

    @Test
    void shouldReadNoMoreWhenTheHandlerIsBehind() {
        Limits limits = Limits.defaults().withInboundLimitMessages(5).withMaxMessageBytes(100);
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .dispatch(Dispatch.VIRTUAL_THREADS)
                .limits(limits)
                .start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        for (int i = 0; i < 50; i++) {
            connection.sends("message " + i + "\n");
        }

        for (int i = 0; i < 100; i++) {
            server.turn(0);
        }

        assertTrue(
                server.server().stats().messagesIn() <= 6,
                "decoded " + server.server().stats().messagesIn());
        assertEquals(0, connection.interest() & Readiness.READ);
        server.settle();
        assertEquals(50, handler.of(session).messages.size());
        server.endAll();
    }

    @Test
    void shouldNotReadWhenThePeerDoesNotTakeItsOutput() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1024, 100, Overflow.CLOSE))
                .start(handler);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        session.send("x".repeat(700));
        server.settle();
        connection.sends("will you read me?\n");
        server.settle();
        assertFalse(session.isWritable());
        assertEquals(List.of(), handler.of(session).messages);

        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertTrue(session.isWritable());
        assertEquals(1, handler.of(session).writables);
        assertEquals(List.of("will you read me?"), handler.of(session).messages);
        server.endAll();
    }
}
