package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.engine.ThirdParty.Place;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a third party's protocol throws costs one session, whoever calls it: a read, a timer, a flush or the server's end (E1). Nor
 * does it let anybody in (A8), keep a loop busy (E7) or take anything from the other members of a group (O3).
 */
class ThirdPartyTest {
    private static final List<Supplier<Throwable>> THROWABLES = List.of(
            () -> new IllegalStateException("secret content"),
            () -> new AssertionError("secret content"),
            StackOverflowError::new);

    private final ThirdParty third = new ThirdParty();
    private final Recording handler = echoing();

    private static Recording echoing() {
        return new Recording().whenMessage(ClientSession::send);
    }

    private ScriptedServer start(Protocol... spoken) {
        return ScriptedServer.Setup.onLoop().protocols(spoken).start(handler);
    }

    /** A peer that speaks line, and whose session lasts whatever becomes of others. */
    private static ScriptedConnection witness(ScriptedServer server) {
        ScriptedConnection connection = server.connect();
        echo(server, connection, "hello");
        return connection;
    }

    private static void echo(ScriptedServer server, ScriptedConnection connection, String text) {
        connection.sends(text + "\n");
        server.settle();
        assertTrue(connection.takenText().endsWith(text + "\n"), connection::takenText);
    }

    private static void requireOneLost(
            ScriptedServer server, Recording told, ScriptedConnection lost, ScriptedConnection other) {
        server.pass(Duration.ofSeconds(5));
        assertEquals(1, lost.closes(), "closes of the failing session");
        assertFalse(other.isClosed(), "the other session is closed, too");
        echo(server, other, "unmoved");
        assertTrue(server.server().stats().errors() >= 1, "no error is counted");
        told.stories().forEach((session, story) -> {
            boolean gone = session.remoteAddress().equals(lost.remoteAddress());
            assertEquals(gone ? 1 : 0, story.closes.size(), session::toString);
        });
        server.endAll();
        assertEquals(List.of(), told.violationsAtTheEnd());
    }

    @ParameterizedTest
    @EnumSource(names = {"NAME", "SERVES_SILENT", "ENCODER", "NEW_DECODER", "START", "PING"})
    void shouldCostOneSessionWhenAProtocolThrowsAtTheEndOfSilence(Place place) {
        for (Dispatch dispatch : Dispatch.values()) {
            for (Supplier<Throwable> thrown : THROWABLES) {
                ThirdParty spoken = new ThirdParty();
                Recording told = echoing();
                ScriptedServer server = ScriptedServer.Setup.onLoop()
                        .dispatch(dispatch)
                        .protocols(spoken, new LineProtocol())
                        .start(told);
                ScriptedConnection other = witness(server);
                ScriptedConnection silent = server.connect();
                spoken.throwsAt(place, thrown);

                server.pass(Limits.defaults().silenceTimeout().plusMillis(150));

                requireOneLost(server, told, silent, other);
            }
        }
    }

    /** Its input has come, and its output finds no room and then room again. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SERVES_SILENT", "WHO", "UNANSWERED", "IS_ANSWERED"})
    void shouldCostOneSessionWhenAProtocolThrowsOfWhatAPeerDoes(Place place) {
        Limits narrow = Limits.defaults().withOutbound(1024, 10, Overflow.DROP);
        for (Supplier<Throwable> thrown : THROWABLES) {
            ThirdParty spoken = new ThirdParty();
            Recording told = echoing().whenOpen(session -> {
                if (session.protocol().equals("third") && place != Place.ENCODE) {
                    IntStream.range(0, 20).forEach(i -> session.send("y".repeat(100)));
                }
            });
            ScriptedServer server = ScriptedServer.Setup.onLoop()
                    .limits(narrow)
                    .protocols(spoken, new LineProtocol())
                    .start(told);
            ScriptedConnection other = witness(server);
            spoken.throwsAt(place, thrown);

            ScriptedConnection failing = server.offer();
            failing.takes(0).sends("#" + "x".repeat(200) + "\nhalf a line");
            server.settle();
            failing.takes(Long.MAX_VALUE).sends("and its end").endsOutput();
            server.settle();

            requireOneLost(server, told, failing, other);
        }
    }

    /** Whoever was asked about the peer has not answered in time, and those who are asked about that throw, too. */
    @ParameterizedTest
    @EnumSource(names = {"WHO", "UNANSWERED"})
    void shouldCostOneConnectionWhenAnAdmissionThrowsAtTheEndOfItsTime(Place place) {
        for (Supplier<Throwable> thrown : THROWABLES) {
            ThirdParty spoken = new ThirdParty().asks(new CompletableFuture<>());
            Recording told = echoing();
            ScriptedServer server = ScriptedServer.Setup.onLoop()
                    .protocols(spoken, new LineProtocol())
                    .start(told);
            ScriptedConnection other = witness(server);
            ScriptedConnection asked = server.offer().sends("#");
            server.settle();
            assertFalse(asked.isClosed());
            spoken.throwsAt(place, thrown);

            server.pass(Limits.defaults().handshakeTimeout());

            requireOneLost(server, told, asked, other);
            assertEquals(1, told.stories().size());
        }
    }

    /** Not one that came together with those that told whose they are. */
    @Test
    void shouldGetNoBytesWhenItAsksAboutThePeerAtItsStart() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        ScriptedServer server = start(third.asks(answer), new LineProtocol());
        ScriptedConnection connection = server.offer().sends("#hello\n");

        server.settle();
        assertFalse(connection.isClosed(), "closed before the answer");
        answer.complete("come in");
        server.settle();

        assertEquals("#hello\n", connection.takenText());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    /** Each call of a decoder is to use up a byte at least; one that does not would be called for ever. */
    @Test
    void shouldEndTheSessionWhenADecoderUsesNothingUp() {
        ScriptedServer server = start(third);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        third.standsStill();

        connection.sends("hello\n");
        server.settle();

        CloseReason reason = endOf(server, connection, session);
        assertEquals(CloseReason.Code.INTERNAL_ERROR, reason.code());
        assertTrue(reason.text().contains("protocol third"), reason::text);
    }

    /** The loop's end is the last chance to free what it holds. */
    @Test
    void shouldFreeTheLoopWhenAProtocolThrowsAtItsEnd() {
        for (Dispatch dispatch : Dispatch.values()) {
            for (Supplier<Throwable> thrown : THROWABLES) {
                ThirdParty spoken = new ThirdParty();
                Recording told = new Recording();
                ScriptedServer server = ScriptedServer.Setup.onLoop()
                        .dispatch(dispatch)
                        .protocols(spoken)
                        .start(told);
                ScriptedConnection first = server.connect();
                ScriptedConnection second = server.connect();
                spoken.throwsAt(Place.CLOSING, thrown);

                server.runner(0).end();
                while (server.dispatcher().runOne()) {
                    // Each callback that is left.
                }

                assertTrue(server.poller(0).isClosed(), "the loop is not freed");
                assertTrue(server.acceptor().isClosed(), "the port is not free");
                assertEquals(List.of(1, 1), List.of(first.closes(), second.closes()));
                server.server()
                        .closeFuture()
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
                assertEquals(List.of(), told.violationsAtTheEnd());
            }
        }
    }

    /** The other members of the group have done nothing. */
    @Test
    void shouldDeliverToTheOthersWhenOneMembersEncoderThrows() {
        for (Supplier<Throwable> thrown : THROWABLES) {
            ThirdParty spoken = new ThirdParty();
            ScriptedServer server = start(spoken, new LineProtocol());
            ScriptedConnection failing = server.offer().sends("#hello\n");
            server.settle();
            ScriptedConnection other = witness(server);
            spoken.throwsAt(Place.ENCODE, thrown);

            Fanout fanout = server.server().all().send(Message.text("to all"));
            server.settle();

            assertTrue(other.takenText().endsWith("to all\n"), other::takenText);
            Fanout.Counts counts = fanout.counts().toCompletableFuture().join();
            assertEquals(1, counts.accepted(), counts::toString);
            assertEquals(1, counts.overflow() + counts.closed() + counts.refused(), counts::toString);
            assertFalse(failing.takenText().contains("to all"), failing::takenText);
            server.endAll();
        }
    }

    // ---- whose fault it is

    private CloseReason endOf(ScriptedServer server, ScriptedConnection connection, ClientSession session) {
        server.pass(Duration.ofSeconds(5));
        assertTrue(connection.isClosed());
        CloseReason reason = handler.of(session).closes.get(0);
        server.endAll();
        return reason;
    }

    private static IllegalStateException bug() {
        return new IllegalStateException("secret content");
    }

    private static void requireNotBlamedOnTheProtocol(CloseReason reason) {
        assertFalse(reason.text().contains("protocol"), reason::text);
        assertFalse(reason.text().contains("secret"), reason::text);
    }

    @Test
    void shouldNameTheProtocolWhenItThrows() {
        ScriptedServer server = start(third);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        third.throwsAt(Place.DECODE, ThirdPartyTest::bug);
        connection.sends("hello\n");

        CloseReason reason = endOf(server, connection, session);

        assertEquals(CloseReason.Code.INTERNAL_ERROR, reason.code());
        assertEquals("protocol third threw java.lang.IllegalStateException", reason.text());
    }

    @Test
    void shouldNotBlameTheProtocolWhenReadingHasABug() {
        ScriptedServer server = start(third);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.breaksOnRead(bug());

        requireNotBlamedOnTheProtocol(endOf(server, connection, session));
    }

    @Test
    void shouldNotBlameTheProtocolWhenWritingHasABug() {
        ScriptedServer server = start(third);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.breaksOnWrite(bug());
        session.send("hello");

        requireNotBlamedOnTheProtocol(endOf(server, connection, session));
    }

    @Test
    void shouldNotBlameTheProtocolWhenWatchingHasABug() {
        ScriptedServer server = start(third);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        connection.breaksOnInterest(bug());
        session.send("hello");

        requireNotBlamedOnTheProtocol(endOf(server, connection, session));
    }
}
