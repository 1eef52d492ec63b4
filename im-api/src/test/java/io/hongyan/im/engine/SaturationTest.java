package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an overload that lasts makes a loop or a handler do: no more later than at its beginning (B2, B3, E7). */
class SaturationTest {
    private final Recording handler = new Recording();

    private static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action).join();
    }

    /** In each iteration the command queue is filled again behind those executed, and one more message is refused. */
    @Test
    void shouldHaveNoMoreToDoLaterWhenAGapLasts() {
        int capacity = 4;
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1 << 20, 10_000, Overflow.DROP))
                .mailboxCapacity(capacity)
                .start(handler);
        ClientSession filling = server.session(server.connect());
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        ScriptedMailbox mailbox = server.mailbox(0);
        List<SendResult> refused = new ArrayList<>();
        Runnable saturate = () -> {
            IntStream.range(0, capacity).forEach(i -> filling.send("filling"));
            refused.add(session.send("refused"));
        };

        List<Long> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            mailbox.execute(() -> elsewhere(saturate));
            long before = mailbox.tasksPut();
            server.turn(0);
            tasks.add(mailbox.tasksPut() - before);
        }

        assertEquals(Collections.nCopies(200, SendResult.OVERFLOW), refused);
        assertTrue(Collections.max(tasks) <= 10, () -> "tasks put in each iteration: " + tasks);
        server.settle();
        assertTrue(connection.takenText().contains("!missed "), connection::takenText);
        assertTrue(session.isOpen());
        server.endAll();
    }

    /** The handler is stuck in onMessage meanwhile. */
    @Test
    void shouldTellOnceThatItIsWritableWhenTheHandlerHasNotHeardOfItYet() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .dispatch(Dispatch.VIRTUAL_THREADS)
                .limits(Limits.defaults().withOutbound(1024, 100, Overflow.DROP))
                .start(handler);
        ScriptedConnection connection = server.connect();
        handler.whenMessage((session, message) -> {
            for (int i = 0; i < 100; i++) {
                connection.takes(0);
                session.send("x".repeat(600));
                server.turn(0);
                assertFalse(session.isWritable());
                connection.takes(Long.MAX_VALUE);
                server.turn(0);
                server.turn(0);
                assertTrue(session.isWritable());
            }
        });
        Recording.Story story = handler.of(server.session(connection));

        connection.sends("stick\n");
        server.settle();

        assertEquals(100 * 601, connection.taken().length);
        assertEquals(1, story.writables);
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }
}
