package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No thread for a callback: it costs the session that it is for, nothing is lost without a word, and the loop goes on (E1). */
@Tag("E1")
class RefusedTurnTest {
    private final Recording handler = new Recording().whenMessage(ClientSession::send);
    private final ScriptedServer server =
            ScriptedServer.Setup.onLoop().dispatch(Dispatch.VIRTUAL_THREADS).start(handler);

    @Test
    void shouldCloseTheSessionAndTellItsHandlerWhenThereIsNoThreadForAWhile() {
        ScriptedConnection connection = server.connect();
        ScriptedConnection other = server.connect();
        ClientSession session = server.session(connection);

        server.dispatcher().refuse(3);
        connection.sends("hello\n");
        server.settle();
        assertFalse(session.isOpen());
        server.pass(Duration.ofSeconds(4));

        Recording.Story story = handler.of(session);
        assertEquals(CloseReason.Code.INTERNAL_ERROR, story.closes.get(0).code());
        assertEquals(
                "no thread for its callbacks: java.lang.OutOfMemoryError",
                story.closes.get(0).text());
        assertTrue(connection.takenText().startsWith("!closing INTERNAL_ERROR "), connection.takenText());
        assertEquals(1, server.server().stats().errors());
        other.sends("still there?\n");
        server.settle();
        assertEquals("still there?\n", other.takenText());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldCostOnlyThoseThereIsNoThreadForWhenManyAreDueAtOnce() {
        List<ScriptedConnection> connections = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            connections.add(server.connect());
        }

        server.dispatcher().refuse(3);
        connections.forEach(connection -> connection.sends("hello\n"));
        server.settle();
        server.pass(Duration.ofSeconds(4));

        long served = connections.stream()
                .filter(connection -> connection.takenText().equals("hello\n"))
                .count();
        assertEquals(7, served);
        assertEquals(7, server.server().sessions().size());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldGoOnWithItsTurnWhenThereIsNoThreadForTheNext() {
        ScriptedServer roomy = ScriptedServer.Setup.onLoop()
                .dispatch(Dispatch.VIRTUAL_THREADS)
                .limits(Limits.defaults().withInboundLimitMessages(1000))
                .start(handler);
        ScriptedConnection connection = roomy.connect();
        String all = IntStream.range(0, 500).mapToObj(i -> i + "\n").collect(Collectors.joining());
        connection.sends(all);
        for (int i = 0; i < 4; i++) {
            roomy.turn(0);
        }

        roomy.dispatcher().refuse(3);
        assertTrue(roomy.dispatcher().runOne());
        assertEquals(
                4 * 64, handler.stories().values().iterator().next().messages.size());
        roomy.dispatcher().refuse(0);
        roomy.settle();

        assertEquals(all, connection.takenText());
        roomy.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }
}
