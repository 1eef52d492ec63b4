package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What leaves, what is heard and what is waited for between the order to close and the end. */
class EndingTest {
    private static final Duration CLOSE = Duration.ofSeconds(3);
    private static final Duration LEAST_LINGER = Duration.ofSeconds(1);

    /** A deadline is met up to two ticks of the wheel and a step of the clock late. */
    private static final Duration LATE = Duration.ofMillis(150);

    private final Recording handler = new Recording();
    private final ThirdParty third = new ThirdParty();
    private final ScriptedServer server = ScriptedServer.Setup.onLoop()
            .limits(Limits.defaults().withTimeouts(Duration.ofSeconds(30), CLOSE))
            .protocols(third)
            .start(handler);
    private final ScriptedConnection connection = server.connect();
    private final ClientSession session = server.session(connection);

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), server.violations());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    private void close() {
        session.close();
        server.settle();
    }

    private void requireClosedAfter(Duration time) {
        server.pass(time.minusMillis(1));
        assertFalse(connection.isClosed(), "closed before " + time);
        server.pass(LATE);
        assertTrue(connection.isClosed(), "not closed after " + time);
    }

    // ---- an answer

    @Test
    @Tag("W5")
    void shouldKeepItsOutputOpenUntilThePeerAnswers() {
        third.awaitsAnswer();
        session.send("last");
        close();
        server.pass(Duration.ofSeconds(1));
        assertEquals("last\n", connection.takenText());
        assertFalse(connection.outputEnded(), "the end stands right behind what is still worked on");

        connection.sends("still talking");
        server.settle();
        assertFalse(connection.outputEnded());
        connection.sends("and # heard");
        server.settle();

        assertTrue(connection.outputEnded());
        assertFalse(connection.isClosed());
        connection.endsOutput();
        server.settle();
        assertTrue(connection.isClosed());
        assertEquals(List.of(), handler.of(session).messages);
    }

    @Test
    @Tag("S3")
    void shouldEndItsOutputAndLingerWhenNoAnswerComesInTime() {
        third.awaitsAnswer();
        close();
        server.pass(CLOSE.minusMillis(1));
        assertFalse(connection.outputEnded());
        server.pass(LATE);
        assertTrue(connection.outputEnded());

        server.pass(LEAST_LINGER.minus(LATE));
        assertFalse(connection.isClosed());
        server.pass(LATE.multipliedBy(2));

        assertTrue(connection.isClosed());
        assertEquals(CloseReason.Code.NORMAL, handler.of(session).closes.get(0).code());
    }

    @Test
    void shouldNotAwaitAnAnswerOfAPeerThatHasEndedItsOutput() {
        third.awaitsAnswer();
        close();
        connection.endsOutput();
        server.settle();

        assertTrue(connection.outputEnded());
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldFindTheAnswerInWhatWasNotDecodedWhenItClosed() {
        third.awaitsAnswer();
        session.pause();
        server.settle();
        handler.whenMessage((from, message) -> from.pause());
        session.resume();
        connection.sends("one\ntwo\n#");
        server.settle();
        assertEquals(1, handler.of(session).messages.size());

        close();

        assertTrue(connection.outputEnded());
    }

    @Test
    @Tag("W10")
    void shouldAwaitAnAnswerAlsoOfAPeerThatBrokeARule() {
        third.awaitsAnswer();
        connection.sends(new byte[] {(byte) 0xFF, '\n', 'x'});
        server.settle();
        assertTrue(connection.takenText().startsWith("!closing INVALID_TEXT "), connection.takenText());
        assertFalse(connection.outputEnded());

        connection.sends("#");
        server.settle();

        assertTrue(connection.outputEnded());
    }

    @Test
    void shouldAwaitNothingWhenTheAnswerCameRightBehindTheBrokenRule() {
        third.awaitsAnswer();
        connection.sends(new byte[] {(byte) 0xFF, '\n', '#'});
        server.settle();

        assertTrue(connection.outputEnded());
    }

    @Test
    @Tag("E1")
    void shouldAwaitNothingWhenTheProtocolFailsToLookForTheAnswer() {
        third.awaitsAnswer().throwsAt(ThirdParty.Place.IS_ANSWERED, () -> new IllegalStateException("lost"));
        session.send("last");
        close();

        assertEquals("last\n", connection.takenText());
        assertTrue(connection.outputEnded());
        assertEquals(1, server.server().stats().errors());
    }

    @Test
    void shouldNotAwaitAnAnswerWhenItIsAborted() {
        third.awaitsAnswer();
        session.abort(CloseReason.of(CloseReason.Code.POLICY, "out"));
        server.settle();

        assertTrue(connection.isClosed());
    }

    // ---- output that does not leave yet

    @Test
    @Tag("S2")
    void shouldHearThePeerWhileItsOutputIsStuck() {
        connection.takes(0);
        session.send("first");
        close();
        for (int i = 0; i < 100; i++) {
            connection.sends("the peer reads only once it has written\n");
            server.settle();
            assertFalse(connection.hasUnreadInput(), "the peer cannot write, and so will not read");
        }
        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals("first\n", connection.takenText());
        assertTrue(connection.outputEnded());
        assertEquals(List.of(), handler.of(session).messages);
    }

    @Test
    @Tag("S2")
    void shouldWriteAllAlsoToAPeerThatHasEndedItsOutput() {
        connection.takes(0);
        session.send("first");
        close();
        connection.endsOutput();
        server.settle();
        assertFalse(connection.isClosed());

        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals("first\n", connection.takenText());
        assertTrue(connection.isClosed());
    }

    @Test
    @Tag("S3")
    void shouldHaveTheTimeToCloseForAllOfIt() {
        connection.takes(0);
        session.send("first");
        close();
        server.pass(Duration.ofMillis(1_500));
        connection.takes(Long.MAX_VALUE);
        server.settle();
        assertTrue(connection.outputEnded());

        requireClosedAfter(Duration.ofMillis(1_500));
    }

    @Test
    @Tag("S3")
    void shouldLingerForASecondWhenThePeerIsSilent() {
        close();
        assertTrue(connection.outputEnded());

        requireClosedAfter(LEAST_LINGER);
    }

    @Test
    @Tag("S3")
    void shouldNotLingerLongerThanTheTimeToCloseThoughThePeerTalksOn() {
        close();
        for (int i = 0; i < 20; i++) {
            server.pass(Duration.ofMillis(200));
            connection.sends("I go on\n");
            server.settle();
        }

        assertTrue(connection.isClosed());
    }

    @Test
    void shouldLingerWhileThePeerTalks() {
        close();
        for (int i = 0; i < 10; i++) {
            server.pass(Duration.ofMillis(250));
            connection.sends("I go on\n");
            server.settle();
            assertFalse(connection.isClosed(), "a reset would destroy what the peer has not read yet");
        }
        connection.endsOutput();
        server.settle();

        assertTrue(connection.isClosed());
    }

    @Test
    void shouldCloseWhenTheKernelReportsTheEndOfBothSides() {
        close();
        connection.reportsAlways(Readiness.HANG_UP);
        server.settle();

        assertTrue(connection.isClosed());
    }

    @Test
    void shouldCountWhatItHears() {
        long before = server.server().stats().bytesIn();
        close();
        connection.sends("0123456789");
        server.settle();

        assertEquals(before + 10, server.server().stats().bytesIn());
    }

    /** From its order to close on it has the time for that, whatever time a stall has. */
    @Test
    void shouldNotBeTakenForASlowConsumerWhileItCloses() {
        ScriptedServer hasty = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withTimeouts(Duration.ofSeconds(1), CLOSE))
                .start(handler);
        ScriptedConnection stuck = hasty.connect();
        ClientSession closing = hasty.session(stuck);
        stuck.takes(0);
        closing.send("stuck");
        hasty.settle();
        closing.close();
        hasty.settle();

        hasty.pass(CLOSE.minusMillis(1));
        assertFalse(stuck.isClosed());
        stuck.takes(Long.MAX_VALUE);
        hasty.settle();

        assertEquals("stuck\n", stuck.takenText());
        hasty.endAll();
    }

    @Test
    @Tag("X4")
    void shouldTouchNothingWhenATurnWasOrderedBeforeItWasClosed() {
        handler.whenMessage((from, message) -> from.pause());
        connection.sends("one\ntwo\n");
        server.settle();
        session.resume();
        session.abort(CloseReason.of(CloseReason.Code.POLICY, "out"));
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(List.of(), server.violations());
    }

    @Test
    void shouldCloseAtOnceWhenTheConnectionFailsMeanwhile() {
        third.awaitsAnswer();
        close();
        connection.resets();
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(CloseReason.Code.NORMAL, handler.of(session).closes.get(0).code());
    }
}
