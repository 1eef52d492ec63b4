package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the engine does with a transport's handover (R4). */
@Tag("R4")
class SuccessionTest {
    /** Notes what is asked of it; a test asks the host. */
    private static final class ScriptedHandover implements Handover {
        private final List<String> calls = new ArrayList<>();
        private @Nullable Host host;

        @Override
        public void begin() {
            calls.add("begin");
        }

        @Override
        public void serve(Host with, Runnable settled) {
            calls.add("serve");
            host = with;
            settled.run();
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private final ScriptedHandover handover = new ScriptedHandover();
    private Runnable end = () -> {};

    @Test
    void shouldServeOnceItsLoopsRunAndCloseWithItsPorts() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start((session, message) -> {}, handover);

        assertEquals(List.of("begin", "serve"), handover.calls);
        server.loop(0).execute(() -> server.server().close());
        server.settle();

        assertEquals(List.of("begin", "serve", "close"), handover.calls);
        assertTrue(server.acceptor().isClosed());
    }

    /** One of them is the loop's own; the other one is on its way to its loop when the successor has all it needs. */
    @Test
    void shouldTellWhoWasAcceptedLastThatItGoesAway() {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().loops(2).start((session, message) -> session.send(message), handover);
        ScriptedConnection here = server.offer();
        ScriptedConnection elsewhere = server.offer();
        server.turn(0);
        server.loop(0).execute(() -> {
            handover.host.stopAccepting();
            handover.host.handedOver();
        });
        server.turn(0);
        server.turn(0);
        assertTrue(server.acceptor().isClosed());

        server.settle();

        for (ScriptedConnection connection : List.of(here, elsewhere)) {
            assertTrue(connection.takenText().startsWith("!closing GOING_AWAY "), connection.takenText());
        }
        assertEquals(0, server.server().stats().refused());
        here.endsOutput();
        elsewhere.endsOutput();
        server.settle();
        assertTrue(server.runner(0).isOver() && server.runner(1).isOver());
    }

    @Test
    void shouldServeItsSessionsWhenItAcceptsNoMore() {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().start((session, message) -> session.send(message), handover);
        ScriptedConnection connection = server.connect();

        server.loop(0).execute(handover.host::stopAccepting);
        connection.sends("still here?\n");
        server.settle();

        assertTrue(server.acceptor().isClosed());
        assertEquals("still here?\n", connection.takenText());
        assertFalse(server.runner(0).isOver());
    }

    /** What fails is neither tried for ever at once, nor given up. */
    @Test
    void shouldLeaveAloneForAWhileWhatFails() throws IOException {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start((session, message) -> {}, handover);
        ScriptedConnection watched = new ScriptedConnection(1).sends("something");
        List<String> told = new ArrayList<>();
        server.loop(0).execute(() -> watch(watched, told));

        server.settle();
        assertEquals(List.of("told"), told);
        server.pass(Duration.ofMillis(300));

        assertEquals(List.of("told", "told"), told);
        server.loop(0).execute(() -> end.run());
        server.settle();
        assertTrue(watched.isClosed());
        assertEquals(0, server.loop(0).wheel().size());
    }

    private void watch(ScriptedConnection watched, List<String> told) {
        try {
            end = handover.host.watch(watched, () -> {
                told.add("told");
                throw new IOException("scripted");
            });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
