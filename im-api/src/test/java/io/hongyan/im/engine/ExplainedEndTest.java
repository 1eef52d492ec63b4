package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ClosedSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.protocol.FrameProtocol;
import io.hongyan.im.protocol.LineProtocol;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each end is counted by its code and kept with its evidence. */
@Tag("G5")
class ExplainedEndTest {
    private final Recording handler = new Recording();
    private final ScriptedServer scripted = ScriptedServer.Setup.onLoop()
            .limits(Limits.defaults().withOutbound(4096, 1000, Overflow.CLOSE))
            .start(handler);
    private final ImServer server = scripted.server();

    private ClosedSession newest() {
        return server.recentCloses().get(0);
    }

    /** What the kernel takes between the verdict and the close is no evidence that nothing was pending. */
    @Test
    void shouldKeepWhatWasPendingWhenASlowConsumerWasJudged() {
        ScriptedConnection connection = scripted.connect();
        ClientSession session = scripted.session(connection);
        connection.takes(0);
        for (int i = 0; i < 64; i++) {
            assertEquals(SendResult.ACCEPTED, session.send("x".repeat(63)));
        }
        scripted.settle();

        assertEquals(SendResult.OVERFLOW, session.send("one more"));
        connection.takes(Long.MAX_VALUE);
        scripted.settle();
        scripted.pass(Duration.ofSeconds(5));

        CloseReason reason = newest().reason();
        assertEquals(Code.SLOW_CONSUMER, reason.code());
        assertEquals(4096, reason.pendingBytes());
        assertEquals(4096, reason.limit());
        assertEquals(session.id(), newest().id());
        assertEquals("line", newest().protocol());
        assertEquals(1, server.stats().closes(Code.SLOW_CONSUMER));
        assertTrue(connection.takenText().endsWith("; retry-after=1000ms\n"), connection.takenText());
    }

    @Test
    void shouldExplainTheEndOfAConnectionThatNeverBecameASession() {
        ScriptedServer strict = ScriptedServer.Setup.onLoop()
                .protocols(new FrameProtocol(), new LineProtocol())
                .start(new Recording());
        ScriptedConnection connection = strict.connect();

        connection.resets();
        strict.settle();

        ClosedSession closed = strict.server().recentCloses().get(0);
        assertEquals("", closed.id());
        assertEquals("", closed.protocol());
        assertEquals(connection.remoteAddress(), closed.remoteAddress());
        assertEquals(Code.CONNECTION_LOST, closed.reason().code());
        assertEquals(1, strict.server().stats().closes(Code.CONNECTION_LOST));
    }

    @Test
    void shouldKeepTheLastAndCountThemAll() {
        for (int i = 0; i < 300; i++) {
            ScriptedConnection connection = scripted.connect();
            scripted.session(connection).close(CloseReason.of(i < 290 ? Code.NORMAL : Code.POLICY, "number " + i));
            connection.endsOutput();
            scripted.settle();
        }

        List<ClosedSession> recent = server.recentCloses();
        assertEquals(256, recent.size());
        for (int i = 0; i < 256; i++) {
            assertEquals("number " + (299 - i), recent.get(i).reason().text());
        }
        assertEquals(290, server.stats().closes(Code.NORMAL));
        assertEquals(10, server.stats().closes(Code.POLICY));
        assertFalse(server.stats().closes().containsKey(Code.TIMEOUT));
    }
}
