package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failed or short write is never followed by bytes that do not belong there (S5), and output keeps its order (O1). */
class WriteFailureTest {
    private static final List<String> REPLIES = List.of("first", "", "third and longer", "4");
    private static final byte[] EXPECTED = (String.join("\n", REPLIES) + "\n").getBytes(StandardCharsets.UTF_8);

    private final Recording handler = new Recording().whenMessage((session, message) -> REPLIES.forEach(session::send));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, Integer.MAX_VALUE})
    void shouldWriteNothingMoreWhenAWriteFailsAfterAnyByte(int mostAtOnce) {
        for (int k = 0; k < EXPECTED.length; k++) {
            ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);
            connection.failsAfter(k).takesAtOnce(mostAtOnce).sends("go\n");
            String scenario = "a failure after " + k + " bytes, " + mostAtOnce + " at once";

            server.settle();
            SendResult after = session.send("never to be seen");
            server.pass(Duration.ofMillis(1100));

            assertArrayEquals(Arrays.copyOf(EXPECTED, k), connection.taken(), scenario);
            assertEquals(SendResult.CLOSED, after, scenario);
            assertEquals(1, handler.of(session).closes.size(), scenario);
            assertEquals(
                    CloseReason.Code.CONNECTION_LOST,
                    handler.of(session).closes.get(0).code(),
                    scenario);
            assertEquals(0, session.pendingBytes(), scenario);
            server.requireNothingLeft();
        }
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    /** Many in one iteration: the failure comes in the middle of what one write was given, and of what waits behind. */
    @Test
    void shouldCountWhatIsLostWhenAWriteFailsWithOutputWaiting() {
        for (int k : new int[] {0, 1, 5, 6, 499, 500}) {
            ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
            ScriptedConnection connection = server.connect();
            ClientSession session = server.session(connection);
            connection.takes(0);
            Message message = Message.text("12345");
            IntStream.range(0, 100).forEach(i -> assertEquals(SendResult.ACCEPTED, session.send(message)));
            server.settle();

            connection.failsAfter(k).takes(Long.MAX_VALUE);
            server.settle();

            assertEquals(k, connection.taken().length);
            assertEquals(100 - k / 6, server.server().stats().discardedOut());
            assertEquals(0, session.pendingBytes());
            server.endAll();
        }
    }

    /** What the peer had sent before its connection broke is still handled (S2). */
    @Test
    void shouldHandleWhatCameBeforeWhenAWriteFails() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.failsAfter(0);
        session.send("fails");
        connection.reportsNever(Readiness.READ).sends("one\ntwo\n").endsOutput();

        server.settle();

        assertEquals(List.of("one", "two"), handler.of(session).messages);
        server.endAll();
        assertEquals(1, handler.of(session).closes.size());
    }

    @Test
    void shouldKeepTheOrderWhenTheKernelTakesOneByteAtATime() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);
        connection.takesAtOnce(1).sends("go\n");
        server.turn(0);
        StringBuilder expected = new StringBuilder(new String(EXPECTED, StandardCharsets.UTF_8));

        for (int i = 0; i < 50; i++) {
            session.send("later " + i);
            expected.append("later ").append(i).append('\n');
            server.turn(0);
        }
        server.settle();

        assertEquals(expected.toString(), connection.takenText());
        assertEquals(0, session.pendingBytes());
        server.endAll();
    }

    @Test
    void shouldWriteOnceWhenManyMessagesAreSentInOneIteration() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        connection.sends("go\ngo\n");
        IntStream.range(0, 20).forEach(i -> session.send("from outside"));
        server.settle();

        assertEquals(1, connection.writes());
        assertTrue(connection.takenText().startsWith("from outside\n")
                || connection.takenText().startsWith(new String(EXPECTED, StandardCharsets.UTF_8)));
        assertEquals(20 * 13 + 2 * EXPECTED.length, connection.taken().length);
        server.endAll();
    }

    /** Members of a group with the same queue share the gathered bytes; one in the middle of a message must not. */
    @Test
    void shouldGiveEachItsOwnRestWhenMembersOfAGroupWriteShort() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        List<ScriptedConnection> members =
                IntStream.range(0, 6).mapToObj(i -> server.connect()).toList();
        members.forEach(c -> server.session(c).join("all"));
        StringBuilder expected = new StringBuilder();

        for (int i = 0; i < 40; i++) {
            for (int m = 0; m < members.size(); m++) {
                members.get(m).takes((i * 7 + m * 5) % 23);
            }
            server.server().group("all").send("message " + i);
            expected.append("message ").append(i).append('\n');
            server.turn(0);
        }
        members.forEach(c -> c.takes(Long.MAX_VALUE));
        server.settle();

        members.forEach(c -> assertEquals(expected.toString(), c.takenText()));
        server.endAll();
    }
}
