package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long a flood makes another one wait, counted in messages: what waits for the handler of each who floods, and a turn of it, however
 * much they send (E8).
 */
class FloodTest {
    private static final int FLOODERS = 3;
    private static final int FLOOD = 20_000;

    /** As many may wait for a handler, and as many does it get in a turn. */
    private static final int MOST_BEFORE = FLOODERS * 2 * 64;

    private static final int ROUNDS = 100;

    private final AtomicInteger flooded = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Recording handler = new Recording().whenMessage((session, message) -> {
        if (message.text().equals("flood")) {
            flooded.incrementAndGet();
        } else {
            answered.incrementAndGet();
            session.send(message);
        }
    });

    @ParameterizedTest
    @EnumSource
    void shouldServeAnotherBehindAFewTurnsOfEachWhoFloods(Dispatch dispatch) {
        ScriptedServer server = ScriptedServer.Setup.onLoop().dispatch(dispatch).start(handler);
        List<ScriptedConnection> flooders =
                IntStream.range(0, FLOODERS).mapToObj(i -> server.connect()).toList();
        ScriptedConnection other = server.connect();
        ClientSession session = server.session(other);
        flooders.forEach(flooder -> flooder.sends("flood\n".repeat(FLOOD)));

        for (int round = 1; round <= ROUNDS; round++) {
            int before = flooded.get();
            other.sends("other\n");
            for (int turn = 0; answered.get() < round && turn < FLOOD; turn++) {
                server.turn(0);
                server.dispatcher().runOne();
            }
            int waitedFor = flooded.get() - before;
            assertTrue(
                    waitedFor <= MOST_BEFORE, "served behind " + waitedFor + " messages of others, in round " + round);
        }

        assertTrue(flooded.get() < FLOODERS * FLOOD, "the flood was over before the others were through");
        assertEquals(ROUNDS, handler.of(session).messages.size());
        server.settle();
        assertEquals(FLOODERS * FLOOD, flooded.get());
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }
}
