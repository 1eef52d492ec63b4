package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No state outlives its deadline, and none ends before it (S3, S4); by the manual clock. */
class TimeoutTest {
    private static final Duration STALL = Duration.ofSeconds(20);
    private static final Duration CLOSE = Duration.ofSeconds(3);

    private static final Duration LINGER = Duration.ofSeconds(1);

    /** A deadline is met up to two ticks of the wheel and a step of the clock late. */
    private static final Duration LATE = Duration.ofMillis(150);

    private final Recording handler = new Recording();
    private final ScriptedServer server = ScriptedServer.Setup.onLoop()
            .limits(Limits.defaults().withTimeouts(STALL, CLOSE))
            .start(handler);
    private final ScriptedConnection connection = server.connect();
    private final ClientSession session = server.session(connection);
    private final Recording.Story story = handler.of(session);

    private void requireClosedAfter(Duration time) {
        server.pass(time.minusMillis(1));
        assertFalse(connection.isClosed(), "closed before " + time);
        server.pass(LATE);
        assertTrue(connection.isClosed(), "not closed after " + time);
        assertEquals(1, story.closes.size());
        server.requireNothingLeft();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldCloseAsSlowConsumerWhenAWriteMakesNoProgress() {
        connection.takes(0);
        session.send("stuck");
        server.settle();

        requireClosedAfter(STALL);

        CloseReason reason = story.closes.get(0);
        assertEquals(CloseReason.Code.SLOW_CONSUMER, reason.code());
        assertTrue(reason.text().contains("writeStallTimeout"), reason.text());
        assertEquals(STALL.toMillis(), reason.limit());
        assertEquals(64, reason.pendingBytes());
    }

    @Test
    void shouldStayOpenWhenAWriteMakesALittleProgress() {
        connection.takes(0);
        session.send("stuck, nearly, for a long time");
        server.settle();

        for (int i = 0; i < 5; i++) {
            server.pass(STALL.minusSeconds(1));
            connection.takes(1);
            server.settle();
        }

        assertFalse(connection.isClosed());
        requireClosedAfter(STALL);
    }

    @Test
    void shouldStayOpenWhenNothingIsToBeWritten() {
        session.send("taken");
        server.pass(STALL.multipliedBy(3));

        assertFalse(connection.isClosed());
        assertEquals(0, server.loop(0).wheel().size());
        server.endAll();
    }

    @Test
    void shouldStallAnewWhenOutputHadLeftInBetween() {
        connection.takes(0);
        session.send("stuck");
        server.pass(STALL.minusSeconds(1));
        connection.takes(Long.MAX_VALUE);
        server.settle();
        connection.takes(0);
        session.send("stuck again");
        server.settle();

        requireClosedAfter(STALL);
    }

    @Test
    void shouldGiveUpWhenAClosingSessionCannotFlush() {
        connection.takes(3);
        session.send("stuck");
        server.settle();
        session.close();
        server.settle();
        assertTrue(story.closes.isEmpty());

        requireClosedAfter(CLOSE);

        assertEquals(CloseReason.Code.NORMAL, story.closes.get(0).code());
        assertEquals("stu", connection.takenText());
        assertEquals(0, session.pendingBytes());
        assertEquals(1, server.server().stats().discardedOut());
    }

    @Test
    void shouldLingerAndDiscardWhenThePeerDoesNotEndItsOutput() {
        session.send("last");
        session.close();
        server.settle();
        assertTrue(connection.outputEnded());
        assertEquals("last\n", connection.takenText());
        connection.sends("too late\n");
        server.settle();
        assertFalse(connection.hasUnreadInput(), "unread input would turn the close into a reset");

        requireClosedAfter(LINGER);

        assertEquals(List.of(), story.messages);
    }

    @Test
    void shouldNotLingerWhenThePeerEndsItsOutput() {
        session.close();
        server.settle();
        assertFalse(connection.isClosed());

        connection.sends("ignored\n").endsOutput();
        server.settle();

        assertTrue(connection.isClosed());
        server.requireNothingLeft();
    }

    @Test
    void shouldNotLingerWhenThePeerHadEndedItsOutput() {
        connection.sends("question\n").endsOutput();
        handler.whenMessage((s, message) -> s.send("answer"));

        server.settle();

        assertEquals("answer\n", connection.takenText());
        assertTrue(connection.outputEnded());
        assertTrue(connection.isClosed());
        assertEquals(CloseReason.Code.PEER_CLOSED, story.closes.get(0).code());
        server.requireNothingLeft();
    }

    @Test
    void shouldEndAtOnceWhenAborted() {
        connection.takes(0);
        session.send("never");
        server.settle();

        session.abort(CloseReason.of(CloseReason.Code.POLICY, "out"));
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(CloseReason.Code.POLICY, story.closes.get(0).code());
        assertEquals("", connection.takenText());
        server.requireNothingLeft();
    }

    @Test
    void shouldAbortWhenAClosingSessionIsAborted() {
        connection.takes(0);
        session.send("never");
        session.close();
        server.settle();
        assertFalse(connection.isClosed());

        session.abort(CloseReason.of(CloseReason.Code.POLICY, "too late for the reason"));
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(CloseReason.Code.NORMAL, story.closes.get(0).code());
        server.requireNothingLeft();
    }

    @Test
    void shouldTellThePeerWhyWhenItBrokeARule() {
        connection.sends(new byte[] {'a', '\n', (byte) 0xFF, '\n', 'b', '\n'});

        server.settle();

        assertEquals(List.of("a"), story.messages);
        assertTrue(connection.takenText().startsWith("!closing INVALID_TEXT "), connection.takenText());
        assertTrue(connection.outputEnded());
        requireClosedAfter(LINGER);
        assertEquals(CloseReason.Code.INVALID_TEXT, story.closes.get(0).code());
    }

    @Test
    void shouldSayHowLongThePeerWasSilentWhenItCloses() {
        server.jump(Duration.ofMinutes(1));
        connection.sends("after a long sleep\n");
        server.settle();
        server.jump(Duration.ofSeconds(2));

        session.close();
        server.settle();
        server.pass(CLOSE.plus(LATE));

        Duration idle = story.closes.get(0).idle();
        assertTrue(idle.compareTo(Duration.ofSeconds(2)) >= 0, "idle for " + idle);
        assertTrue(idle.compareTo(Duration.ofSeconds(3)) < 0, "idle for " + idle);
    }
}
