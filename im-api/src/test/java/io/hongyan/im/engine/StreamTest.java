package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.protocol.FrameProtocol;
import io.hongyan.im.protocol.LineProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a poller cannot know of a stream the engine asks the stream. */
class StreamTest {
    private final Recording handler = new Recording();
    private final List<ScriptedStream> streams = new ArrayList<>();
    private final ScriptedServer server =
            ScriptedServer.Setup.onLoop().start(handler).layered(this::around);
    private final ScriptedConnection connection = server.connect();
    private final ScriptedStream stream = streams.get(0);
    private final ClientSession session = server.session(connection);

    private Stream around(Connection socket) {
        streams.add(new ScriptedStream(socket));
        return streams.get(streams.size() - 1);
    }

    @AfterEach
    void endEverything() {
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    private List<String> messages() {
        return handler.of(session).messages;
    }

    private List<CloseReason> closes() {
        return handler.of(session).closes;
    }

    private static String lines(int count) {
        return String.join("", IntStream.range(0, count).mapToObj(i -> i + "\n").toList());
    }

    // ---- input

    @Test
    void shouldReadToTheLastByteWhenTheStreamHandsOutALittleAtATime() {
        stream.handsOut(1);

        connection.sends(lines(100));
        server.settle();

        assertEquals(100, messages().size());
        assertEquals(0, stream.held());
    }

    @Test
    void shouldReadWhatIsBufferedWithoutAnEventWhenItMayBeReadAgain() {
        handler.whenMessage((who, message) -> who.pause());
        stream.handsOut(2);
        connection.sends(lines(3));
        server.settle();
        assertEquals(List.of("0"), messages());

        session.resume();
        server.settle();
        assertEquals(List.of("0", "1"), messages());
        session.resume();
        server.settle();

        assertEquals(List.of("0", "1", "2"), messages());
    }

    @Test
    void shouldReadOnWhenAReadGaveNothingAndTheEndIsReported() {
        stream.takesIn(2);
        connection.reportsAlways(Readiness.PEER_CLOSED);

        connection
                .sends("" + ScriptedStream.KEY + ScriptedStream.KEY + "behind\n")
                .endsOutput();
        server.settle();

        assertEquals(List.of("behind"), messages());
        assertEquals(Code.PEER_CLOSED, closes().get(0).code());
    }

    @Test
    void shouldReadOnWhenAReadGaveNothingAndAHangUpIsReported() {
        stream.takesIn(2);
        connection.reportsAlways(Readiness.HANG_UP);

        connection
                .sends("" + ScriptedStream.KEY + ScriptedStream.KEY + "behind\n")
                .endsOutput();
        server.settle();

        assertEquals(List.of("behind"), messages());
    }

    @Test
    void shouldThrowAwayWhatTheStreamHoldsWhenItLingers() {
        handler.whenMessage((who, message) -> who.close());
        stream.handsOut(2);

        connection.sends(lines(50));
        server.settle();

        assertTrue(connection.outputEnded());
        assertFalse(connection.hasUnreadInput());
        assertEquals(0, stream.held());
        assertEquals(List.of("0"), messages());
    }

    /** With unread input a close is a reset, and our last words are lost. */
    @Test
    void shouldLeaveNothingUnreadWhenItLingersAndTheEndIsReported() {
        session.close();
        server.settle();
        stream.takesIn(2);
        connection.reportsAlways(Readiness.PEER_CLOSED);

        connection.sends("" + ScriptedStream.KEY + ScriptedStream.KEY + "more").endsOutput();
        server.settle();

        assertTrue(connection.isClosed());
        assertEquals(0, stream.held());
        assertEquals(1, connection.closes());
        assertFalse(connection.unread() > 0, "closed with unread input");
    }

    // ---- output

    @Test
    void shouldSayWhatTheStreamHasToSayAndNoFinBeforeItWhenItCloses() {
        connection.takes(3);
        session.send("hello");
        session.close(CloseReason.of(Code.POLICY, "out"));
        server.settle();
        assertEquals("hel", connection.takenText());
        assertFalse(connection.outputEnded());

        connection.takes(8);
        server.settle();
        assertFalse(connection.outputEnded(), "a FIN before the last words: " + connection.takenText());
        for (int i = 0; i < 200; i++) {
            connection.takes(1);
            server.settle();
        }

        String text = connection.takenText();
        assertTrue(text.startsWith("hello\n!closing "), text);
        assertTrue(text.endsWith(ScriptedStream.LAST), text);
        assertTrue(connection.outputEnded());
    }

    /** Whatever its code: that a connection is lost its reads and writes tell, not a host. */
    @Test
    void shouldSayTheLastWordsWhenAHostClosesWithTheCodeOfALostConnection() {
        session.send("hello");
        session.close(CloseReason.of(Code.CONNECTION_LOST, "says the host"));
        server.settle();

        assertEquals("hello\n" + ScriptedStream.LAST, connection.takenText());
        assertTrue(connection.outputEnded());
        assertFalse(connection.isClosed());
    }

    @Test
    void shouldWriteBehindAReadWhenTheStreamWantsOneFirst() {
        stream.wantsKey();
        session.send("hello");
        server.settle();
        assertEquals("", connection.takenText());
        assertEquals(Readiness.READ, connection.interest());

        connection.sends("" + ScriptedStream.KEY);
        server.settle();

        assertEquals("hello\n", connection.takenText());
        assertEquals(0, session.pendingBytes());
    }

    @Test
    void shouldTakeInWhenTheStreamWantsAReadThoughItIsPaused() {
        session.pause();
        stream.wantsKey();
        session.send("hello");
        server.settle();
        assertEquals(Readiness.READ, connection.interest());

        connection.sends("line\n" + ScriptedStream.KEY);
        server.settle();

        assertEquals("hello\n", connection.takenText());
        assertEquals(List.of(), messages());
        assertEquals(0, connection.interest());
        session.resume();
        server.settle();
        assertEquals(List.of("line"), messages());
    }

    /** What the stream asks for must leave before it can come. */
    @Test
    void shouldWriteOnWhenTheStreamWantsAReadAndHoldsOutput() {
        connection.takes(0);
        stream.wantsKey().holds("key?");
        session.send("hello");
        server.settle();

        connection.takes(1000);
        server.settle();
        assertEquals("key?", connection.takenText());
        assertEquals(Readiness.READ, connection.interest());
        connection.sends("" + ScriptedStream.KEY);
        server.settle();

        assertEquals("key?hello\n", connection.takenText());
    }

    @Test
    void shouldWriteTheLastWordsBehindAReadWhenTheStreamWantsOneFirst() {
        stream.wantsKey();
        session.send("hello");
        session.close(CloseReason.of(Code.POLICY, "out"));
        server.settle();
        assertFalse(connection.outputEnded());

        connection.sends("ignored\n" + ScriptedStream.KEY);
        server.settle();

        String text = connection.takenText();
        assertTrue(text.startsWith("hello\n!closing "), text);
        assertTrue(text.endsWith(ScriptedStream.LAST), text);
        assertTrue(connection.outputEnded());
        assertEquals(List.of(), messages());
    }

    @Test
    void shouldEndAPausedSessionWhenTheReadFailsThatItsStreamWants() {
        session.pause();
        stream.wantsKey();
        session.send("hello");
        server.settle();

        connection.resets();
        server.settle();

        assertEquals(Code.CONNECTION_LOST, closes().get(0).code());
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldEndAPausedSessionWhenThePeerEndsBeforeTheReadThatItsStreamWants() {
        session.pause();
        stream.wantsKey();
        session.send("hello");
        server.settle();

        connection.endsOutput();
        server.settle();

        assertEquals(Code.CONNECTION_LOST, closes().get(0).code());
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldCloseWhenTheReadFailsThatTheLastWordsWaitFor() {
        stream.wantsKey();
        session.send("hello");
        session.close(CloseReason.of(Code.POLICY, "out"));
        server.settle();

        connection.resets();
        server.settle();

        assertEquals(Code.POLICY, closes().get(0).code());
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldCloseASlowConsumerWhenWhatTheStreamHoldsDoesNotLeave() {
        connection.takes(0);
        session.send("hello");
        server.settle();
        assertEquals(0, session.pendingBytes());

        server.pass(Limits.defaults().writeStallTimeout().plus(Duration.ofSeconds(1)));

        assertEquals(Code.SLOW_CONSUMER, closes().get(0).code());
    }

    @Test
    void shouldCloseASlowConsumerWhenTheReadDoesNotComeThatItsStreamWants() {
        stream.wantsKey();
        session.send("hello");
        server.settle();

        server.pass(Limits.defaults().writeStallTimeout().plus(Duration.ofSeconds(1)));

        assertEquals(Code.SLOW_CONSUMER, closes().get(0).code());
        assertTrue(stream.isWaiting());
    }

    /** Nobody is told of a session here; the stream has the last word all the same, as TLS with an alert. */
    @Test
    void shouldSayWhatTheStreamHoldsWhenThePeerLeavesBeforeItsProtocolIsKnown() {
        ScriptedServer choosing = ScriptedServer.Setup.onLoop()
                .protocols(new LineProtocol(), new FrameProtocol())
                .start(handler)
                .layered(this::around);
        ScriptedConnection unknown = choosing.offer().takes(0);
        choosing.settle();
        streams.get(1).holds("alert");

        unknown.endsOutput();
        choosing.settle();
        assertFalse(unknown.isClosed());
        unknown.takes(1000);
        choosing.settle();

        assertEquals("alert" + ScriptedStream.LAST, unknown.takenText());
        choosing.endAll();
    }

    /** Each write gathers all that is queued: where the answer is known it is not asked for again with each message over the bound. */
    @Test
    void shouldNotAskAgainAtTheBoundWhenTheStreamWantsAReadFirst() {
        ScriptedServer dropping = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1024, 10, Overflow.DROP))
                .start(handler)
                .layered(this::around);
        ScriptedConnection flooded = dropping.connect();
        ScriptedStream waiting = streams.get(1).wantsKey();
        handler.whenMessage((who, message) -> IntStream.range(0, 500).forEach(i -> who.send("news")));
        dropping.session(flooded).send("first");
        dropping.settle();
        int writes = waiting.writes();

        flooded.sends("go\n");
        dropping.settle();

        assertTrue(waiting.writes() - writes < 10, () -> waiting.writes() - writes + " writes");
        assertTrue(dropping.server().stats().overflowed() > 400);
        flooded.sends("" + ScriptedStream.KEY);
        dropping.endAll();
    }

    @Test
    void shouldNotSpinWhenTheStreamHoldsOutputAndTheKernelIsFull() throws IOException {
        connection.takes(0);
        session.send("hello");
        server.settle();
        int calls = connection.systemCalls();

        for (int i = 0; i < 100; i++) {
            server.turn(0);
        }

        assertEquals(calls, connection.systemCalls());
    }
}
