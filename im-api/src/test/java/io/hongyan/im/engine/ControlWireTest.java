package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.engine.ThirdParty.Place;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pings, pongs and other answers of a protocol are no messages: nobody misses one that finds no room under DROP (B2, B6, O6, S1). */
class ControlWireTest {
    private static final Limits DROPPING = Limits.defaults()
            .withOutbound(1024, 4, Overflow.DROP)
            .withHeartbeat(Duration.ofSeconds(2), Duration.ofSeconds(1));

    private final ThirdParty third = new ThirdParty();
    private final Recording handler = new Recording();

    private ScriptedServer start(Limits limits) {
        return ScriptedServer.Setup.onLoop().limits(limits).protocols(third).start(handler);
    }

    @Test
    void shouldNotMarkAGapWhenOnlyPongsFoundNoRoom() {
        ScriptedServer server = start(DROPPING);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);

        connection.sends("?".repeat(10));
        server.settle();
        assertEquals(0, server.server().stats().overflowed(), "pongs counted as messages");
        connection.takes(Long.MAX_VALUE);
        server.settle();
        assertEquals(SendResult.ACCEPTED, session.send("message"));
        server.settle();

        assertFalse(connection.takenText().contains("!missed"), connection::takenText);
        assertTrue(connection.takenText().startsWith("pong\n"), connection::takenText);
        assertTrue(connection.takenText().endsWith("message\n"), connection::takenText);
        server.endAll();
    }

    @Test
    void shouldCountNoPongAsAMessageWhenItIsQueuedOrDiscarded() {
        ScriptedServer server = start(Limits.defaults());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        session.send("message");
        server.settle();
        connection.sends("???");
        server.settle();
        assertEquals("message\npong\npong\npong\n", connection.takenText());
        assertEquals(1, server.server().stats().messagesOut());

        connection.takes(0).sends("???");
        server.settle();
        session.abort(CloseReason.of(CloseReason.Code.POLICY, "out"));
        server.settle();
        assertEquals(0, server.server().stats().discardedOut());
        server.endAll();
    }

    /** A pong for which there is no room is no reason to refuse the next message. */
    @Test
    void shouldAcceptMessagesWhenAPongFoundNoRoom() {
        ScriptedServer server = start(DROPPING.withOutbound(1024, 100, Overflow.DROP));
        third.answers(ThirdParty.wire("p".repeat(999) + "\n"));
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        session.send("a");
        server.settle();

        connection.sends("?");
        server.settle();

        assertEquals(SendResult.ACCEPTED, session.send("b"));
        connection.takes(Long.MAX_VALUE);
        server.settle();
        assertEquals("a\nb\n", connection.takenText());
        assertEquals(0, server.server().stats().overflowed());
        server.endAll();
    }

    @Test
    void shouldCountTheMessagesAloneWhenPongsAreRefusedInAGap() {
        ScriptedServer server = start(DROPPING);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        handler.whenMessage((s, message) -> {
            for (int i = 0; i < 6; i++) {
                s.send("m" + i);
            }
        });

        connection.sends("go\n" + "?".repeat(10));
        connection.sends("?".repeat(10));
        server.settle();
        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals(2, server.server().stats().overflowed());
        assertTrue(connection.takenText().startsWith("m0\nm1\nm2\nm3\n"), connection::takenText);
        assertTrue(connection.takenText().contains("!missed 2\n"), connection::takenText);
        assertTrue(session.isOpen());
        server.endAll();
    }

    /** Few bytes wait, so the peer is read and held to be silent; the ping is more than the output can hold. */
    private ScriptedConnection withAPingThatFindsNoRoom(ScriptedServer server) {
        ScriptedConnection connection = server.connect().takes(0);
        server.session(connection).send("x".repeat(399));
        server.pass(DROPPING.pingInterval().plusMillis(200));
        return connection;
    }

    @Test
    void shouldNotMarkAGapWhenAPingFoundNoRoom() {
        third.makes(Place.PING, ThirdParty.wire("p".repeat(699) + "\n"));
        ScriptedServer server = start(DROPPING);

        ScriptedConnection connection = withAPingThatFindsNoRoom(server);
        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals(0, server.server().stats().overflowed(), "a ping counted as a message");
        assertFalse(connection.takenText().contains("!missed"), connection::takenText);
        server.endAll();
    }

    /** Whoever was not asked need not answer. */
    @Test
    void shouldNotEndASessionForAPongWhenItsPingFoundNoRoom() {
        third.makes(Place.PING, ThirdParty.wire("p".repeat(699) + "\n"));
        ScriptedServer server = start(DROPPING);

        ScriptedConnection connection = withAPingThatFindsNoRoom(server);
        ClientSession session = server.session(connection);
        server.pass(DROPPING.pongTimeout().plusSeconds(1));

        assertTrue(session.isOpen(), "closed for want of a pong");
        server.endAll();
    }
}
