package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.SendResult;
import io.hongyan.im.ServerStats;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a session and the server know of it. */
abstract class SessionContract extends ServerTest {
    SessionContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @Test
    void shouldGiveIdsThatCannotBeGuessedAndAreNeverTheSame() throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(Dispatch.ON_LOOP, handler);
        Set<String> ids = new HashSet<>();
        Set<Character> letters = new HashSet<>();

        for (Member member : members(server, handler, 100)) {
            String id = member.session().id();
            assertTrue(id.matches("[a-z2-7]{26}"), "not 26 characters of a-z2-7: " + id);
            assertTrue(ids.add(id), "given twice");
            id.substring(0, 25).chars().forEach(c -> letters.add((char) c));
        }
        assertEquals(32, letters.size(), "of the alphabet in 2,500 random letters");
    }

    @EachDispatch
    void shouldFindSessionsByIdWhileTheyLive(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 2).get(1);
        ClientSession session = member.session();

        assertSame(session, server.session(session.id()).orElseThrow());
        assertEquals(SendResult.ACCEPTED, server.send(session.id(), "by id"));
        member.client().expectLine("by id");
        assertEquals(SendResult.CLOSED, server.send("nobody", "by id"));
        assertEquals(2, server.sessions().size());
        assertTrue(server.all().contains(session));

        member.client().close();
        handler.awaitClose(session);
        Await.until(
                "the session is forgotten", () -> server.session(session.id()).isEmpty());
        assertEquals(SendResult.CLOSED, server.send(session.id(), "by id"));
        assertEquals(1, server.sessions().size());
    }

    @EachDispatch
    void shouldKnowServerProtocolAndPeer(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 1).get(0);
        InetSocketAddress peer = member.client().localAddress();

        assertSame(server, member.session().server());
        assertEquals("line", member.session().protocol());
        assertEquals(peer, member.session().remoteAddress());
        assertTrue(member.session().isOpen());
        assertTrue(member.session().isWritable());
        assertEquals(0, member.session().pendingBytes());
        assertEquals(Set.of(), member.session().groups());

        member.client().close();
        handler.awaitClose(member.session());
        assertEquals(peer, member.session().remoteAddress());
        assertFalse(member.session().isOpen());
    }

    @EachDispatch
    void shouldKeepAttributes(Dispatch dispatch) throws Exception {
        AttributeKey<String> user = new AttributeKey<>("user", String.class);
        AttributeKey<Integer> sameName = new AttributeKey<>("user", Integer.class);
        RecordingHandler handler = recording((session, message) -> {
            Optional<String> before = session.attribute(user, message.text());
            session.send(before.orElse("nothing"));
        });
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 1).get(0);

        member.client().send("first");
        member.client().send("second");

        assertEquals(List.of("nothing", "first"), member.client().lines(2));
        assertEquals(Optional.of("second"), member.session().attribute(user));
        assertEquals(Optional.empty(), member.session().attribute(sameName));
        assertEquals(Optional.of("second"), member.session().removeAttribute(user));
        assertEquals(Optional.empty(), member.session().removeAttribute(user));
        assertEquals(Optional.empty(), member.session().attribute(user));
    }

    @EachDispatch
    @Tag("E9")
    void shouldBeSentToAndClosedFromAnyThread(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 8);

        Crew.run(8, n -> {
            for (Member member : members) {
                member.session().send("from " + n);
            }
        });
        for (Member member : members) {
            assertEquals(
                    Set.of("from 0", "from 1", "from 2", "from 3", "from 4", "from 5", "from 6", "from 7"),
                    new HashSet<>(member.client().lines(8)));
        }
        Crew.run(8, n -> members.get(n).session().close(CloseReason.of(Code.POLICY, "by " + n)));
        for (int i = 0; i < 8; i++) {
            assertEquals(
                    List.of("!closing POLICY by " + i), members.get(i).client().linesToEnd());
        }
    }

    @EachDispatch
    void shouldTellThePeerWhyItClosesUnlessAllIsWell(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);

        for (Code code : Code.values()) {
            Member member = members(server, handler, 1).get(0);
            member.session().close(CloseReason.of(code, "because"));

            boolean silent =
                    Set.of(Code.NORMAL, Code.PEER_CLOSED, Code.CONNECTION_LOST).contains(code);
            List<String> lines = member.client().linesToEnd();
            assertEquals(silent ? 0 : 1, lines.size());
            // What failed inside the server is not the peer's business.
            String text = code == Code.INTERNAL_ERROR ? "" : "because";
            lines.forEach(line -> assertTrue(line.startsWith("!closing " + code + " " + text), line));
            assertEquals(code, handler.awaitClose(member.session()).code());
        }
    }

    @EachDispatch
    void shouldDiscardOutputWhenAborted(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler)
                .limits(Limits.defaults()
                        .withOutbound(1 << 28, 1_000_000, Limits.defaults().overflow())));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();
        Message megabyte = Message.text("x".repeat(1 << 20));

        for (int i = 0; i < 64; i++) {
            session.send(megabyte);
        }
        session.abort(CloseReason.of(Code.POLICY, "enough"));

        CloseReason reason = handler.awaitClose(session);
        assertEquals(Code.POLICY, reason.code());
        assertEquals(SendResult.CLOSED, session.send("late"));
        assertEquals(0, session.pendingBytes());
        slow.awaitGone();
        ServerStats stats = server.stats();
        assertEquals(64, stats.messagesOut());
        assertTrue(stats.discardedOut() > 0 && stats.discardedOut() <= 64, stats::toString);
    }

    @EachDispatch
    @Tag("F1")
    void shouldRefuseMoreSessionsThanAllowed(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server =
                start(server(dispatch, handler).limits(Limits.defaults().withMaxSessions(3)));
        List<Member> members = members(server, handler, 3);

        client(server).awaitGone();
        Await.until("it is counted", () -> server.stats().refused() == 1);
        members.get(0).client().echo("unmoved");
        members.get(1).client().close();
        handler.awaitClose(members.get(1).session());
        Await.until("there is room", () -> server.stats().openSessions() == 2);

        client(server).echo("a free place");
        assertEquals(4, handler.sessions());
    }

    @EachDispatch
    @Tag("X6")
    void shouldCountWhatItDid(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 5);

        for (Member member : members) {
            member.client().echo("seven b");
        }
        Await.result("counts", server.all().send("bye").counts());
        for (Member member : members) {
            member.client().expectLine("bye");
            member.client().close();
            handler.awaitClose(member.session());
        }

        Await.until("all are gone", () -> server.stats().openSessions() == 0);
        ServerStats stats = server.stats();
        Map<Code, Long> closes = Map.of(Code.PEER_CLOSED, 5L);
        assertEquals(
                new ServerStats(0, 5, 0, 5, 10, 40, 60, stats.writes(), 0, 0, 0, 0, 0, stats.loopLag(), closes), stats);
        assertTrue(stats.writes() >= 5 && stats.writes() <= 10, stats::toString);
    }

    @Test
    void shouldRefuseNull() throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(Dispatch.ON_LOOP, handler);
        ClientSession session = members(server, handler, 1).get(0).session();

        assertThrows(NullPointerException.class, () -> session.send(nothing(Message.class)));
        assertThrows(NullPointerException.class, () -> session.close(nothing(CloseReason.class)));
        assertThrows(NullPointerException.class, () -> server.group(nothing(String.class)));
        assertThrows(NullPointerException.class, () -> session.join(nothing(String.class)));
        assertTrue(session.isOpen());
    }

    /** What callers without nullness checks pass. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing(Class<T> type) {
        return type.cast(null);
    }
}
