package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.engine.ThirdParty.Place;
import io.hongyan.im.spi.Wire;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A wire of no bytes, which a third party's protocol may make at any place, is nothing to write and nothing to wait for (E7). */
class EmptyWireTest {
    private final ThirdParty third = new ThirdParty();
    private final Recording handler = new Recording();

    static Stream<Wire> empties() {
        return Stream.of(Wire.EMPTY, Wire.of(new byte[0]));
    }

    /** Nothing is left to do or to write, and the session still gets what has bytes. */
    private void requireQuietAndAlive(ScriptedServer server, ScriptedConnection connection, ClientSession session) {
        for (int i = 0; i < 10; i++) {
            server.turn(0);
        }
        assertFalse(server.loop(0).hasWork(), "the loop would not wait");
        assertEquals(0, session.pendingBytes());
        assertTrue(session.isWritable());
        assertEquals(List.of(), server.violations());
        third.makes(Place.ENCODE, ThirdParty.wire("later\n"));
        session.send("later");
        server.settle();
        assertTrue(connection.takenText().endsWith("later\n"), connection::takenText);
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldWaitWhenAMessageIsEncodedToNothing(Wire empty) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        third.makes(Place.ENCODE, empty);

        session.send("nothing");

        requireQuietAndAlive(server, connection, session);
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldWaitWhenAGroupsMessageIsEncodedToNothing(Wire empty) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        third.makes(Place.ENCODE, empty);

        server.server().all().send(Message.text("nothing"));

        requireQuietAndAlive(server, connection, session);
    }

    /** Not when all before it has left, and nothing comes behind it. */
    @ParameterizedTest
    @MethodSource("empties")
    void shouldWaitWhenNothingComesBehindWhatTheKernelTookInPart(Wire empty) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect().takesAtOnce(3);
        ClientSession session = server.session(connection);

        session.send("before");
        third.makes(Place.ENCODE, empty);
        session.send("nothing");
        server.turn(0);
        session.send("nothing again");

        requireQuietAndAlive(server, connection, session);
        assertEquals("before\nlater\n", connection.takenText());
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldWaitWhenAProtocolAnswersNothing(Wire empty) {
        third.answers(empty);
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        connection.sends("?");

        requireQuietAndAlive(server, connection, session);
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldWaitWhenAGapIsMarkedByNothing(Wire empty) {
        third.makes(Place.GAP, empty);
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1024, 4, Overflow.DROP))
                .protocols(third)
                .start(handler);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        for (int i = 0; i < 8; i++) {
            session.send("message");
        }
        server.settle();

        connection.takes(Long.MAX_VALUE);

        requireQuietAndAlive(server, connection, session);
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldNotPingWhenAPingIsNothing(Wire empty) {
        third.makes(Place.PING, empty);
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        server.pass(Limits.defaults()
                .pingInterval()
                .plus(Limits.defaults().pongTimeout())
                .plusSeconds(1));

        assertFalse(connection.isClosed());
        requireQuietAndAlive(server, connection, session);
    }

    @ParameterizedTest
    @MethodSource("empties")
    void shouldEndAsUsualWhenItsLastWordsAreNothing(Wire empty) {
        third.makes(Place.CLOSING, empty);
        ScriptedServer server = ScriptedServer.Setup.onLoop().protocols(third).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        third.makes(Place.ENCODE, empty);

        session.send("nothing");
        session.close();
        server.settle();

        assertTrue(connection.outputEnded());
        server.pass(Duration.ofSeconds(4));
        assertEquals(1, connection.closes());
        assertEquals(List.of(), server.violations());
        server.endAll();
    }
}
