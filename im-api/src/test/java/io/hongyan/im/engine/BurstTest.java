package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Group;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A burst is no fault of a peer whose socket takes all of it: what has room on the wire is written before a limit is judged (B2, B6). And
 * one iteration takes no more than others can wait for (E8).
 */
class BurstTest {
    private static final int BURST = 4_096;
    private static final String TEXT = "x".repeat(299);
    private static final String LINE = TEXT + "\n";

    private final Recording handler = new Recording();

    private static void requireWhole(ScriptedConnection connection, int lines) {
        assertEquals((long) lines * LINE.length(), connection.taken().length, "bytes that the socket was given");
        assertEquals(LINE.repeat(lines), connection.takenText());
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverAllOfAGroupsBurstWhenTheSocketTakesEverything(Dispatch dispatch) {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .dispatch(dispatch)
                .mailboxCapacity(2 * BURST)
                .start(handler);
        ScriptedConnection idle = server.connect();
        ClientSession session = server.session(idle);
        session.join("room");
        Group room = server.server().group("room");

        IntStream.range(0, BURST).forEach(i -> room.send(TEXT));
        server.settle();

        assertEquals(List.of(), handler.of(session).closes);
        requireWhole(idle, BURST);
        assertEquals(0, server.server().stats().overflowed());
        server.endAll();
    }

    @Test
    void shouldDeliverAllOfAGroupsBurstWhenOnlyMessagesAreBounded() {
        Limits few = Limits.defaults().withOutbound(1 << 20, 10, Overflow.CLOSE);
        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(few).start(handler);
        ScriptedConnection idle = server.connect();
        ClientSession session = server.session(idle);
        session.join("room");
        Group room = server.server().group("room");

        IntStream.range(0, 100).forEach(i -> room.send(TEXT));
        server.settle();

        assertEquals(List.of(), handler.of(session).closes);
        requireWhole(idle, 100);
        server.endAll();
    }

    /** The rest of a burst that the socket does not take is judged as ever. */
    @Test
    void shouldCloseAtTheLimitWhenTheSocketIsFullInTheMiddleOfABurst() {
        Limits narrow = Limits.defaults().withOutbound(10 * LINE.length(), 10_000, Overflow.CLOSE);
        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(narrow).start(handler);
        ScriptedConnection idle = server.connect().takes(50L * LINE.length());
        ClientSession session = server.session(idle);
        session.join("room");
        Group room = server.server().group("room");

        IntStream.range(0, 100).forEach(i -> room.send(TEXT));
        server.settle();
        requireWhole(idle, 50);
        idle.takes(Long.MAX_VALUE);
        server.settle();

        String taken = idle.takenText();
        assertTrue(taken.startsWith(LINE.repeat(60) + "!closing SLOW_CONSUMER "), () -> "of " + taken.length());
        server.endAll();
        assertEquals(
                CloseReason.Code.SLOW_CONSUMER,
                handler.of(session).closes.get(0).code());
    }

    /** To the byte, or to the message. */
    @Test
    void shouldRefuseAtTheLimitWhenTheSocketTakesNothing() {
        List<Long> accepted = new ArrayList<>();
        handler.whenMessage((session, message) -> {
            long count = 0;
            while (session.send("") == SendResult.ACCEPTED) {
                count++;
            }
            accepted.add(count);
            accepted.add(session.pendingBytes());
        });
        for (int messages : new int[] {10_000, 10}) {
            ScriptedServer server = ScriptedServer.Setup.onLoop()
                    .limits(Limits.defaults().withOutbound(64 * 100, messages, Overflow.DROP))
                    .start(handler);
            ScriptedConnection connection = server.connect().takes(0);
            connection.sends("go\n");
            server.settle();
            server.endAll();
        }

        assertEquals(List.of(100L, 6_400L, 10L, 640L), accepted);
    }

    @Test
    void shouldAcceptAllWhenAHandlerOnTheLoopSendsMoreThanTheLimitAndTheSocketTakesIt() {
        List<SendResult> results = new ArrayList<>();
        handler.whenMessage(
                (session, message) -> IntStream.range(0, 5_000).forEach(i -> results.add(session.send(TEXT))));
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        connection.sends("go\n");
        server.settle();

        assertEquals(
                5_000, results.stream().filter(r -> r == SendResult.ACCEPTED).count());
        assertEquals(List.of(), handler.of(session).closes);
        requireWhole(connection, 5_000);
        server.endAll();
    }

    @Test
    void shouldAcceptAllWhenAHandlerOnTheLoopSendsToAnotherSessionOfItsLoop() {
        List<SendResult> results = new ArrayList<>();
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        ScriptedConnection connection = server.connect();
        ScriptedConnection other = server.connect();
        ClientSession receiver = server.session(other);
        handler.whenMessage(
                (session, message) -> IntStream.range(0, 5_000).forEach(i -> results.add(receiver.send(TEXT))));

        connection.sends("go\n");
        server.settle();

        assertEquals(
                5_000, results.stream().filter(r -> r == SendResult.ACCEPTED).count());
        requireWhole(other, 5_000);
        server.endAll();
    }

    /** What a protocol answers by itself within one read is a burst, too. */
    @Test
    void shouldStayOpenWhenAProtocolAnswersMoreThanTheLimitToOneRead() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .protocols(new ThirdParty().answers(ThirdParty.wire(LINE)))
                .start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        connection.sends("?".repeat(5_000));
        server.settle();

        assertEquals(List.of(), handler.of(session).closes);
        requireWhole(connection, 5_000);
        server.endAll();
    }

    // ---- one iteration

    @Test
    void shouldPollAgainSoonWhenEachOfManyMembersIsJudgedForEachPublication() {
        requireShortTurns(500, 2_000, Message.text("m").asVolatile(), 140_000);
    }

    /** What a run gives a member at once is one delivery, however many messages there are in it. */
    @Test
    void shouldPollAgainSoonWhenManyPublicationsGoToManyMembersAtOnce() {
        requireShortTurns(2_000, 2_000, Message.text("m"), 3_000_000);
    }

    private void requireShortTurns(int members, int publications, Message message, long mostInATurn) {
        ScriptedServer server =
                ScriptedServer.Setup.onLoop().mailboxCapacity(publications).start(handler);
        IntStream.range(0, members).forEach(i -> server.offer());
        server.settle();
        Group all = server.server().all();
        assertEquals(members, all.size());

        IntStream.range(0, publications).forEach(i -> all.send(message));
        long most = 0;
        long before = 0;
        for (int turns = 0; server.loop(0).hasWork(); turns++) {
            assertTrue(turns < publications, "still busy");
            server.turn(0);
            long delivered = server.server().stats().messagesOut();
            most = Math.max(most, delivered - before);
            before = delivered;
        }

        assertEquals((long) members * publications, before);
        long largest = most;
        assertTrue(most <= mostInATurn, () -> largest + " deliveries without a poll");
        server.connections().forEach(c -> assertEquals(2 * publications, c.taken().length));
        server.endAll();
    }

    @Test
    void shouldPollAgainSoonWhenPublicationsAreLarge() {
        int members = 32;
        int publications = 512;
        Message large = Message.text("x".repeat(64 * 1024 - 1));
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(1 << 30, 10_000, Overflow.CLOSE))
                .start(handler);
        IntStream.range(0, members).forEach(i -> server.offer());
        server.settle();
        server.connections().forEach(c -> c.takes(0));

        IntStream.range(0, publications).forEach(i -> server.server().all().send(large));
        server.turn(0);

        long megabytes = server.server().sessions().stream()
                        .mapToLong(ClientSession::pendingBytes)
                        .sum()
                >> 20;
        assertTrue(megabytes <= 256, () -> megabytes + " MiB delivered without a poll");
        server.settle();
        server.server().sessions().forEach(s -> assertEquals((long) publications << 16, s.pendingBytes()));
    }
}
