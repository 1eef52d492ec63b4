package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A volatile message passes over who is not writable: no gap, no close, but counted (B10). */
@Tag("B10")
class VolatileTest {
    private static final Message TYPING = Message.text("typing").asVolatile();

    private final Recording handler = new Recording();

    private ScriptedServer start(Overflow overflow) {
        return ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1024, 100, overflow))
                .start(handler);
    }

    /** Neither is it writable from now on, nor does its socket take anything. */
    private static ClientSession congested(ScriptedServer server, ScriptedConnection connection) {
        connection.takes(0);
        ClientSession session = server.session(connection);
        assertEquals(SendResult.ACCEPTED, session.send("x".repeat(600)));
        server.settle();
        assertFalse(session.isWritable());
        return session;
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOverWhoIsNotWritableWhenItIsSent(Overflow overflow) {
        ScriptedServer server = start(overflow);
        ScriptedConnection connection = server.connect();
        ClientSession session = congested(server, connection);

        assertEquals(SendResult.OVERFLOW, session.send(TYPING));
        assertEquals(SendResult.ACCEPTED, session.send("kept"), "a gap was opened");
        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals(SendResult.ACCEPTED, session.send(TYPING));
        server.settle();
        assertEquals("x".repeat(600) + "\nkept\ntyping\n", connection.takenText());
        assertEquals(1, server.server().stats().overflowed());
        server.endAll();
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOverTheMembersThatAreNotWritableWhenItIsPublished(Overflow overflow) {
        ScriptedServer server = start(overflow);
        ScriptedConnection slow = server.connect();
        ScriptedConnection quick = server.connect();
        Group room = server.server().group("room");
        room.join(server.session(slow));
        room.join(server.session(quick));
        ClientSession session = congested(server, slow);

        Fanout fanout = room.send(TYPING);
        room.send("kept");
        server.settle();

        assertEquals(
                new Fanout.Counts(1, 1, 0, 0),
                fanout.counts().toCompletableFuture().join());
        assertEquals("typing\nkept\n", quick.takenText());
        assertTrue(session.isOpen());
        slow.takes(Long.MAX_VALUE);
        server.settle();
        assertEquals("x".repeat(600) + "\nkept\n", slow.takenText());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    /** It would fit the next moment, and is worth nothing then. */
    @ParameterizedTest
    @EnumSource
    void shouldPassOverWhoHasNoRoomForItWhenItIsSentOrPublished(Overflow overflow) {
        ScriptedServer server = start(overflow);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        assertEquals(SendResult.ACCEPTED, session.send("x".repeat(399)));
        server.settle();
        Message large = Message.text("y".repeat(899)).asVolatile();

        assertEquals(SendResult.OVERFLOW, session.send(large));
        server.server().all().send(large);
        server.settle();

        assertTrue(session.isOpen(), "closed for a volatile message");
        assertEquals(SendResult.ACCEPTED, session.send("kept"), "a gap was opened");
        connection.takes(Long.MAX_VALUE);
        server.settle();
        assertEquals("x".repeat(399) + "\nkept\n", connection.takenText());
        assertEquals(2, server.server().stats().overflowed());
        server.endAll();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveNoGapWhenTheLoopHasNoRoomForACommand(Overflow overflow) {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .mailboxCapacity(1)
                .limits(Limits.defaults().withOutbound(1024, 100, overflow))
                .start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        assertEquals(SendResult.ACCEPTED, session.send("fills the queue"));
        assertEquals(SendResult.OVERFLOW, session.send(TYPING));
        server.server().all().send(TYPING);
        server.settle();

        assertEquals(SendResult.ACCEPTED, session.send("kept"));
        server.settle();
        assertEquals("fills the queue\nkept\n", connection.takenText());
        assertEquals(2, server.server().stats().overflowed());
        server.endAll();
    }
}
