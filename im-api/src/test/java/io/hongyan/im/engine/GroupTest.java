package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One group by its handle: who is in, who gets what, and what is counted (O3); two loops, each turned by hand. */
class GroupTest {
    private static final Fanout.Counts NOBODY = new Fanout.Counts(0, 0, 0, 0);

    private final Recording handler = new Recording();
    private final ScriptedServer server =
            ScriptedServer.Setup.onLoop().loops(2).mailboxCapacity(8).start(handler);
    private final List<ScriptedConnection> connections = new ArrayList<>();
    private final List<ClientSession> sessions = new ArrayList<>();
    private final Group room = server.server().group("room");
    private final Group all = server.server().all();

    private void connect(int count) {
        for (int i = 0; i < count; i++) {
            ScriptedConnection connection = server.connect();
            connections.add(connection);
            sessions.add(server.session(connection));
        }
    }

    private static Fanout.Counts counts(Fanout fanout) {
        assertTrue(fanout.counts().toCompletableFuture().isDone(), "never counted");
        return fanout.counts().toCompletableFuture().join();
    }

    /** What only looks like a session of this server, as a plugin's wrapping does. */
    private static ClientSession stranger() {
        return (ClientSession) Proxy.newProxyInstance(
                ClientSession.class.getClassLoader(),
                new Class<?>[] {ClientSession.class},
                (self, method, given) -> method.getName().equals("toString") ? "stranger" : null);
    }

    @AfterEach
    void end() {
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    @Test
    void shouldBeEmptyWhenNobodyHasJoined() {
        connect(1);

        assertEquals("room", room.name());
        assertEquals("group room", room.toString());
        assertEquals(0, room.size());
        assertEquals(Set.of(), room.members());
        assertFalse(room.contains(sessions.get(0)));
        assertFalse(room.leave(sessions.get(0)));
        Fanout fanout = room.send("nobody hears it");
        assertEquals(0, fanout.members());
        assertEquals(NOBODY, counts(fanout));
        assertEquals(NOBODY, counts(room.send(Message.text("nor that"), sessions.get(0))));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> server.server().group(""));
        assertTrue(refused.getMessage().contains("must not be empty"), refused.getMessage());
    }

    @Test
    void shouldTakeASessionOnceAndLetItGoOnce() {
        connect(1);
        ClientSession session = sessions.get(0);

        assertTrue(room.join(session));
        assertFalse(room.join(session));
        assertTrue(session.join("other"));
        assertEquals(1, room.size());
        assertEquals(Set.of(session), room.members());
        assertTrue(room.contains(session));
        assertEquals(Set.of("room", "other"), new HashSet<>(session.groups()));
        assertTrue(room.leave(session));
        assertFalse(room.leave(session));
        assertEquals(0, room.size());
        assertFalse(room.contains(session));
        assertEquals(Set.of("other"), new HashSet<>(session.groups()));

        assertTrue(room.join(session), "a group that was empty begins anew");
        room.send("again");
        server.settle();
        assertEquals("again\n", connections.get(0).takenText());
    }

    @Test
    void shouldTakeNobodyWhoIsClosingOrAStranger() {
        connect(2);
        sessions.get(0).close();

        assertFalse(room.join(sessions.get(0)));
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> room.join(stranger()));
        assertTrue(refused.getMessage().contains("group room")
                && refused.getMessage().contains("stranger"));
        assertThrows(IllegalArgumentException.class, () -> room.leave(stranger()));
        assertTrue(room.join(sessions.get(1)));
        assertFalse(room.contains(stranger()));
        assertEquals(
                1, room.send(Message.text("all but somebody else"), stranger()).members());
    }

    @Test
    void shouldRefuseASessionOfAnotherServer() {
        ScriptedServer other = ScriptedServer.Setup.onLoop().start(new Recording());
        ClientSession foreign = other.session(other.connect());

        assertThrows(IllegalArgumentException.class, () -> room.join(foreign));
        assertThrows(IllegalArgumentException.class, () -> room.leave(foreign));
        other.endAll();
    }

    @Test
    void shouldLeaveOutOneAndCountTheOthers() {
        connect(5);
        sessions.subList(0, 4).forEach(room::join);

        Fanout toOthers = room.send(Message.text("to others"), sessions.get(1));
        Fanout notIn = room.send(Message.text("to members"), sessions.get(4));
        Fanout everybody = all.send(Message.text("to all"), sessions.get(0));
        server.settle();

        assertEquals(3, toOthers.members());
        assertEquals(new Fanout.Counts(3, 0, 0, 0), counts(toOthers));
        assertEquals(4, notIn.members());
        assertEquals(new Fanout.Counts(4, 0, 0, 0), counts(notIn));
        assertEquals(4, everybody.members());
        assertEquals(new Fanout.Counts(4, 0, 0, 0), counts(everybody));
        assertEquals("to others\nto members\n", connections.get(0).takenText());
        assertEquals("to members\nto all\n", connections.get(1).takenText());
        assertEquals("to all\n", connections.get(4).takenText());
        assertThrows(NullPointerException.class, () -> room.send(Message.text("x"), null));
        assertThrows(NullPointerException.class, () -> all.send(Message.text("x"), null));
    }

    @Test
    void shouldBeAllSessionsAndNotChangeByHand() {
        connect(3);

        assertEquals("", all.name());
        assertEquals("all sessions", all.toString());
        assertFalse(all.join(sessions.get(0)));
        assertFalse(all.leave(sessions.get(0)));
        assertEquals(3, all.size());
        assertEquals(new HashSet<>(sessions), all.members());
        assertTrue(all.contains(sessions.get(2)));
        assertFalse(all.contains(stranger()));
        sessions.get(0).close();
        server.pass(Duration.ofSeconds(2));
        assertEquals(2, all.size());
        assertFalse(all.contains(sessions.get(0)));
        assertEquals(List.of(), new ArrayList<>(sessions.get(1).groups()));
    }

    /** Those who come and go behind it, while its loop has not come to it, change nothing of it. */
    @Test
    void shouldReachThoseWhoWereInWhenItWasSent() {
        connect(6);
        sessions.subList(0, 4).forEach(room::join);

        room.send("first");
        room.join(sessions.get(4));
        room.leave(sessions.get(0));
        room.send("second");
        room.join(sessions.get(5));
        room.leave(sessions.get(1));
        server.settle();

        List<String> heard =
                connections.stream().map(ScriptedConnection::takenText).toList();
        assertEquals(
                List.of("first\n", "first\nsecond\n", "first\nsecond\n", "first\nsecond\n", "second\n", ""), heard);
    }

    @Test
    void shouldKeepItsMembersWhenManyComeAndGo() {
        connect(24);
        Random chance = new Random(1);
        Set<ClientSession> members = new HashSet<>();
        for (int i = 0; i < 600; i++) {
            // First more and more of them, then fewer and fewer, and so on.
            boolean joins = chance.nextInt(10) < (i / 100 % 2 == 0 ? 8 : 2);
            ClientSession session = sessions.get(chance.nextInt(sessions.size()));
            assertEquals(
                    joins ? members.add(session) : members.remove(session),
                    joins ? room.join(session) : room.leave(session));
            assertEquals(members, room.members());
            assertEquals(members.size(), room.size());
            if (i % 10 == 0) {
                connections.forEach(c -> assertEquals("", c.takenText()));
                Fanout fanout = room.send("number " + i);
                server.settle();
                assertEquals(new Fanout.Counts(members.size(), 0, 0, 0), counts(fanout));
                expectHeardBy(members, "number " + i + "\n");
            }
        }
    }

    private void expectHeardBy(Set<ClientSession> members, String text) {
        for (int i = 0; i < sessions.size(); i++) {
            String heard = connections.get(i).takenText();
            assertEquals(members.contains(sessions.get(i)), heard.endsWith(text), "session " + i);
            connections.get(i).forgetTaken();
        }
    }

    /** One loop's queue is full, the other's is not. */
    @Test
    void shouldCountAndMarkWhatAFullLoopHasMissed() {
        connect(4);
        sessions.forEach(room::join);
        for (int i = 0; i < 8; i++) {
            assertEquals(SendResult.ACCEPTED, sessions.get(0).send("full " + i));
        }

        Fanout fanout = room.send(Message.text("lost on one loop"), sessions.get(2));
        assertFalse(fanout.counts().toCompletableFuture().isDone());
        server.settle();
        server.pass(Duration.ofMillis(200));

        long markers = connections.stream()
                .filter(c -> c.takenText().endsWith("!missed 1\n"))
                .count();
        assertEquals(3, fanout.members());
        assertEquals(markers, counts(fanout).overflow());
        assertEquals(3 - markers, counts(fanout).accepted());
        assertTrue(markers > 0 && markers < 3, "markers " + markers);
        assertEquals(markers, server.server().stats().overflowed());
    }

    @Test
    void shouldChargeAMemberForEachMessageOfARun() {
        connect(1);
        room.join(sessions.get(0));
        connections.get(0).takes(0);

        room.send("x".repeat(100));
        room.send("");
        room.send("y".repeat(200));
        server.settle();

        assertEquals(101 + 64 + 201, sessions.get(0).pendingBytes());
        connections.get(0).takes(Long.MAX_VALUE);
        server.settle();
        assertEquals(0, sessions.get(0).pendingBytes());
    }

    @Test
    void shouldLeaveNothingWhenItIsToldThatItWasNotIn() {
        connect(2);
        ClientSession session = sessions.get(0);
        assertTrue(session.join("room"));
        assertFalse(session.leave("another room"));
        assertTrue(session.leave("room"));
        assertFalse(session.leave("room"));
        assertEquals(Set.of(), session.groups());
        assertFalse(room.leave(sessions.get(1)));
    }
}
