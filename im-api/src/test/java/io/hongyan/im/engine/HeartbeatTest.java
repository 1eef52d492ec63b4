package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A handler that blocks is no fault of its peer's, nor of any other (S1): its callbacks do not come to run, and time passes. */
class HeartbeatTest {
    private static final Limits LIMITS = Limits.defaults()
            .withHeartbeat(Duration.ofSeconds(10), Duration.ofSeconds(3))
            .withInboundLimitMessages(5);
    private static final String PING = "ping\n";

    private final Recording handler = new Recording();
    private final ScriptedServer server = ScriptedServer.Setup.onLoop()
            .dispatch(Dispatch.VIRTUAL_THREADS)
            .limits(LIMITS)
            .protocols(new ThirdParty().makes(ThirdParty.Place.PING, ThirdParty.wire(PING)))
            .start(handler);
    private final ScriptedConnection connection = server.connect();
    private final ClientSession session = server.session(connection);

    /** Loops turn, and nobody runs what they give to the dispatcher. */
    private void passBlocked(Duration time) {
        Duration step = Duration.ofMillis(100);
        for (Duration left = time; !left.isNegative() && !left.isZero(); left = left.minus(step)) {
            server.jump(step);
            for (int turn = 0; turn < 4; turn++) {
                server.turn(0);
            }
        }
    }

    private int pings() {
        return connection.takenText().split(PING, -1).length - 1;
    }

    private void goOn() {
        server.settle();
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldPingAndTakeTheAnswersWhenTheHandlerBlocks() {
        connection.sends("block\n");
        for (int i = 1; i <= 5; i++) {
            passBlocked(LIMITS.pingInterval().plusMillis(300));
            assertEquals(i, pings());
            connection.sends("?");
            passBlocked(Duration.ofMillis(100));
        }

        assertTrue(session.isOpen());
        assertEquals(List.of(), handler.of(session).messages);
        goOn();
        assertEquals(List.of("block"), handler.of(session).messages);
    }

    /** The end of a session is told in its turn: behind what came before. */
    @Test
    void shouldReadNoMoreOfWhoDoesNotAnswerAndCloseItWhenTheHandlerComesBack() {
        connection.sends("block\n");
        passBlocked(LIMITS.pingInterval().plus(LIMITS.pongTimeout()).plusSeconds(1));
        assertEquals(0, connection.interest() & Readiness.READ, "it is read");
        passBlocked(Duration.ofSeconds(20));

        goOn();

        assertEquals(List.of("block"), handler.of(session).messages);
        assertEquals(CloseReason.Code.TIMEOUT, handler.of(session).closes.get(0).code());
    }

    /** Its answers are in the kernel, behind what the handler does not take. */
    @Test
    void shouldNotCloseWhoIsNotReadWhenTheHandlerBlocks() {
        for (int i = 0; i < 50; i++) {
            connection.sends("message " + i + "\n");
        }
        passBlocked(LIMITS.pingInterval().multipliedBy(5));

        assertEquals(0, connection.interest() & Readiness.READ, "it is read");
        assertTrue(session.isOpen(), "closed for what nobody has read");
        goOn();
        assertEquals(50, handler.of(session).messages.size());
    }

    @Test
    void shouldPingTheOthersWhenAHandlerBlocks() {
        ScriptedConnection blocked = server.connect();
        blocked.sends("block\n");

        passBlocked(LIMITS.pingInterval().plusMillis(300));
        assertEquals(1, pings());
        passBlocked(LIMITS.pongTimeout().plusMillis(300));
        goOn();

        assertEquals(CloseReason.Code.TIMEOUT, handler.of(session).closes.get(0).code());
    }
}
