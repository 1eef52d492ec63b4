package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Wire;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is in a group and whom its messages reach. What order they come in: {@link OrderContract}. */
abstract class GroupContract extends ServerTest {
    GroupContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    void shouldShowMembershipAtOnce(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 4);
        Group room = server.group("room");

        assertEquals(0, room.size());
        assertEquals("room", room.name());
        for (int i = 0; i < members.size(); i++) {
            ClientSession session = members.get(i).session();
            assertFalse(room.contains(session));
            assertTrue(session.join("room"));
            assertFalse(room.join(session), "joined twice");
            assertTrue(server.group("room").contains(session));
            assertEquals(i + 1, room.size());
            assertEquals(Set.of("room"), session.groups());
        }
        assertEquals(new HashSet<>(members.stream().map(Member::session).toList()), room.members());

        assertTrue(room.leave(members.get(0).session()));
        assertFalse(members.get(0).session().leave("room"), "left twice");
        assertEquals(3, room.size());
        assertEquals(Set.of(), members.get(0).session().groups());
        assertEquals(0, server.group("another room").size());
    }

    @EachDispatch
    void shouldReachAllMembersButTheExceptedOne(Dispatch dispatch) throws Exception {
        RecordingHandler handler =
                recording((session, message) -> session.server().group("room").send(message, session));
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 2 * LOOPS);
        List<Member> inRoom = members.subList(0, 4);
        inRoom.forEach(m -> m.session().join("room"));

        inRoom.get(1).client().send("from one of them");
        members.get(5).client().send("from outside");
        for (Member member : List.of(inRoom.get(0), inRoom.get(2), inRoom.get(3))) {
            assertEquals(
                    Set.of("from one of them", "from outside"),
                    new HashSet<>(member.client().lines(2)));
        }
        inRoom.get(1).client().expectLine("from outside");

        Fanout some = server.group("room").send(Message.text("x"), inRoom.get(2).session());
        assertEquals(3, some.members());
        assertEquals(new Fanout.Counts(3, 0, 0, 0), Await.result("counts", some.counts()));
        Fanout all = server.group("room").send(Message.text("y"), members.get(5).session());
        assertEquals(4, all.members());
        assertEquals(new Fanout.Counts(4, 0, 0, 0), Await.result("counts", all.counts()));
        inRoom.get(2).client().expectLine("y");
        members.forEach(m -> m.session().close());
        assertEquals(List.of(), members.get(5).client().linesToEnd());
    }

    @EachDispatch
    void shouldReachNobodyInAnEmptyGroup(Dispatch dispatch) throws Exception {
        ImServer server = start(dispatch, IGNORE);

        Fanout fanout = server.group("nobody").send("hello?");

        assertEquals(0, fanout.members());
        assertEquals(new Fanout.Counts(0, 0, 0, 0), Await.result("counts", fanout.counts()));
    }

    @EachDispatch
    void shouldHoldAllOpenSessionsInAll(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 2 * LOOPS);
        ClientSession session = members.get(0).session();

        assertEquals(members.size(), server.all().size());
        assertTrue(server.all().contains(session));
        assertFalse(server.all().join(session));
        assertFalse(server.all().leave(session));
        assertTrue(server.all().contains(session));
        Fanout fanout = server.all().send("to all");
        assertEquals(new Fanout.Counts(members.size(), 0, 0, 0), Await.result("counts", fanout.counts()));
        for (Member member : members) {
            member.client().expectLine("to all");
        }
        members.get(0).client().close();
        handler.awaitClose(session);
        assertEquals(members.size() - 1, server.all().size());
    }

    @EachDispatch
    void shouldNotTakeAGroupNamedAllForAll(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 2);

        assertTrue(members.get(0).session().join("all"));
        Fanout fanout = server.group("all").send("to one");

        assertEquals(1, fanout.members());
        assertEquals("all", server.group("all").name());
        assertEquals("", server.all().name());
        assertNotEquals(server.all(), server.group("all"));
        assertNotEquals(
                server.all().toString(), server.group(server.all().toString()).toString());
        assertNotEquals(server.all().toString(), server.group("all").toString());
        assertThrows(
                IllegalArgumentException.class, () -> server.group(server.all().name()));
        assertThrows(
                IllegalArgumentException.class, () -> members.get(0).session().join(""));
    }

    /** A handler that joins sessions from inside its callbacks, and what it sends next reaches them. */
    @EachDispatch
    @Tag("O3")
    void shouldReachWhoWasJoinedInOnOpen(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.join("room");
                session.server()
                        .group("room")
                        .send("welcome " + session.remoteAddress().getPort());
            }

            @Override
            public void onMessage(ClientSession session, Message message) {}
        });
        ImServer server = start(dispatch, handler);

        for (int i = 0; i < 20; i++) {
            LineClient client = client(server);
            client.expectLine("welcome " + client.localAddress().getPort());
        }
    }

    @EachDispatch
    void shouldRefuseSessionsOfAnotherServer(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer one = start(dispatch, handler);
        ImServer other = start(dispatch, IGNORE);
        ClientSession session = members(one, handler, 1).get(0).session();

        assertThrows(IllegalArgumentException.class, () -> other.group("room").join(session));
        assertFalse(other.group("room").contains(session));
        assertEquals(0, other.group("room").size());
    }

    @EachDispatch
    void shouldLeaveAllGroupsWhenItEnds(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 2);
        for (int i = 0; i < 50; i++) {
            members.get(0).session().join("room" + i);
            members.get(1).session().join("room" + i);
        }

        members.get(0).client().reset();
        CloseReason reason = handler.awaitClose(members.get(0).session());

        assertEquals(CloseReason.Code.CONNECTION_LOST, reason.code());
        for (int i = 0; i < 50; i++) {
            assertEquals(
                    Set.of(members.get(1).session()), server.group("room" + i).members());
        }
        assertEquals(50, members.get(0).session().groups().size());
    }

    @EachDispatch
    void shouldHaveTheMembersOfAModelUnderConcurrentChange(Dispatch dispatch) throws Exception {
        int rooms = 5;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 8);
        List<Set<String>> models = new ArrayList<>();
        members.forEach(m -> models.add(new HashSet<>()));

        Crew.run(members.size(), n -> {
            Random random = new Random(n);
            ClientSession session = members.get(n).session();
            for (int i = 0; i < 3_000; i++) {
                String room = "room" + random.nextInt(rooms);
                switch (random.nextInt(3)) {
                    case 0 -> assertEquals(models.get(n).add(room), session.join(room));
                    case 1 -> assertEquals(models.get(n).remove(room), session.leave(room));
                    default ->
                        assertEquals(
                                models.get(n).contains(room), server.group(room).contains(session));
                }
            }
            assertEquals(models.get(n), session.groups());
        });

        for (int r = 0; r < rooms; r++) {
            String room = "room" + r;
            Set<ClientSession> expected = new HashSet<>();
            for (int i = 0; i < members.size(); i++) {
                if (models.get(i).contains(room)) {
                    expected.add(members.get(i).session());
                }
            }
            assertEquals(expected, server.group(room).members());
            assertEquals(expected.size(), server.group(room).size());
            Fanout fanout = server.group(room).send("census");
            assertEquals(new Fanout.Counts(expected.size(), 0, 0, 0), Await.result("counts", fanout.counts()));
        }
        for (int i = 0; i < members.size(); i++) {
            members.get(i).session().close();
            assertEquals(
                    models.get(i).size(), members.get(i).client().linesToEnd().size());
        }
    }

    /** A line protocol that counts what it encodes. */
    private static final class CountingProtocol implements Protocol {
        private final Protocol line = Protocols.line();
        private final AtomicInteger encoded = new AtomicInteger();
        private final Encoder encoder = new Encoder() {
            @Override
            public Wire encode(Message message) {
                encoded.incrementAndGet();
                return line.encoder().encode(message);
            }

            @Override
            public Wire gap(long missed) {
                return line.encoder().gap(missed);
            }

            @Override
            public Wire closing(CloseReason reason) {
                return line.encoder().closing(reason);
            }
        };

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Encoder encoder() {
            return encoder;
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            return line.newDecoder(limits);
        }
    }

    @Test
    @Tag("B8")
    void shouldEncodeAGroupMessageOnceForAllMembers() throws Exception {
        CountingProtocol protocol = new CountingProtocol();
        RecordingHandler handler = recording(IGNORE);
        ImServer server =
                start(server(Dispatch.ON_LOOP, handler).protocol(protocol).protocols("counting"));
        List<Member> members = members(server, handler, 20);

        server.all().send("once");

        for (Member member : members) {
            member.client().expectLine("once");
        }
        assertEquals(1, protocol.encoded.get());
    }

    /** One message that is larger than all that may wait. */
    @EachDispatch
    @Tag("B1")
    void shouldThrowToASessionAndCountAsRefusedInAGroupWhatIsOverTheLimitByItself(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server =
                start(server(dispatch, handler).limits(Limits.defaults().withOutbound(1024, 10, Overflow.CLOSE)));
        List<Member> members = members(server, handler, 2);
        Message large = Message.text("x".repeat(1025));

        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> members.get(0).session().send(large));
        Fanout.Counts counts =
                Await.result("the counts", server.all().send(large).counts());

        assertTrue(thrown.toString().contains("outboundLimitBytes is 1024"), thrown.toString());
        assertEquals(new Fanout.Counts(0, 0, 0, 2), counts);
        server.all().send("small");
        for (Member member : members) {
            member.client().expectLine("small");
        }
    }
}
