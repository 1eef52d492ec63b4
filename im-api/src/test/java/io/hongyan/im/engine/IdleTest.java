package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.protocol.FrameProtocol;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who cannot be pinged may say nothing for as long as is allowed (S1); by the manual clock. */
@Tag("S1")
class IdleTest {
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** A timer fires up to two ticks of the wheel late, and the clock goes on by steps. */
    private static final Duration LATE = Duration.ofMillis(150);

    private static final Limits LIMITS = Limits.defaults().withIdle(IDLE, Duration.ZERO);

    private final Recording handler = new Recording();

    static Stream<Protocol> protocols() {
        return Stream.of(new LineProtocol(), new FrameProtocol());
    }

    private ScriptedServer start(Limits limits, Protocol... protocols) {
        return ScriptedServer.Setup.onLoop().limits(limits).protocols(protocols).start(handler);
    }

    private void requireClosedAfter(ScriptedServer server, ClientSession session, Duration time) {
        server.pass(time.minusMillis(1));
        assertTrue(session.isOpen(), "closed before " + time);
        requireClosedWithin(server, session, Duration.ZERO);
    }

    private void requireClosedWithin(ScriptedServer server, ClientSession session, Duration time) {
        server.pass(time.plus(LATE));
        assertFalse(session.isOpen(), "not closed after " + time);
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void shouldCloseWhoSaysNothing(Protocol protocol) {
        ScriptedServer server = start(LIMITS, protocol);
        ClientSession session = server.session(server.connect());

        requireClosedAfter(server, session, IDLE);

        CloseReason reason = handler.of(session).closes.get(0);
        assertEquals(CloseReason.Code.TIMEOUT, reason.code());
        assertEquals("timeout: it said nothing for PT30S (idleTimeout)", reason.text());
        assertEquals(IDLE.toMillis(), reason.limit());
    }

    /** Each byte is a sign of life, also one that is not a message yet. */
    @Test
    void shouldCountFromTheLastByte() {
        ScriptedServer server = start(LIMITS, new LineProtocol());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        for (int i = 0; i < 5; i++) {
            connection.sends("x");
            server.settle();
            server.pass(IDLE.minusSeconds(1));
            session.send("what the server says is none");
        }

        requireClosedAfter(server, session, Duration.ofSeconds(1));
    }

    /** The first message has a time of its own. */
    @Test
    void shouldBeginWithTheFirstMessageWhereThatHasATimeout() {
        Limits limits = LIMITS.withOpening(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofMinutes(2));
        ScriptedServer server = start(limits, new LineProtocol());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        server.pass(IDLE.plusSeconds(10));
        assertTrue(session.isOpen());
        connection.sends("hello\n");
        server.settle();

        requireClosedAfter(server, session, IDLE);
    }

    /** It may have been waiting for us, and so has all of its time again. */
    @Test
    void shouldNotCloseWhoIsNotRead() {
        ScriptedServer server = start(LIMITS, new LineProtocol());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        session.pause();
        connection.sends("waits in the kernel\n");

        server.pass(IDLE.multipliedBy(4));
        assertTrue(session.isOpen(), "closed for what nobody has read");
        session.resume();
        server.settle();

        assertEquals(List.of("waits in the kernel"), handler.of(session).messages);
        server.pass(IDLE.minusMillis(1));
        assertTrue(session.isOpen(), "closed as soon as it was read again");
        requireClosedWithin(server, session, IDLE);
    }

    /** It has said more than it may. */
    @Test
    void shouldNotCloseWhoIsHeldBack() {
        ScriptedServer server =
                start(LIMITS.withRate(1, Limits.defaults().bytesPerSecond(), Duration.ZERO), new LineProtocol());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.sends("one of many\n".repeat(100));

        server.pass(IDLE.multipliedBy(3));

        assertTrue(session.isOpen());
        server.endAll();
    }

    @Test
    void shouldLeaveWhoCanBePingedToTheHeartbeat() {
        ScriptedServer server = start(
                LIMITS.withHeartbeat(Duration.ofMinutes(2), Duration.ofSeconds(10)),
                new ThirdParty().makes(ThirdParty.Place.PING, ThirdParty.wire("ping\n")));
        ClientSession session = server.session(server.connect());

        server.pass(Duration.ofMinutes(2));
        assertTrue(session.isOpen());
        server.pass(Duration.ofSeconds(10).plus(LATE));

        assertFalse(session.isOpen());
        assertTrue(handler.of(session).closes.isEmpty()
                || handler.of(session).closes.get(0).text().contains("pongTimeout"));
        server.endAll();
    }

    /** What is off costs nothing: nobody is waited for. */
    @Test
    void shouldWaitForNothingByDefault() {
        ScriptedServer server = start(Limits.defaults(), new LineProtocol());
        ClientSession session = server.session(server.connect());

        server.pass(Duration.ofMinutes(10));

        assertTrue(session.isOpen());
        assertEquals(0, server.loop(0).wheel().size());
        server.endAll();
    }
}
