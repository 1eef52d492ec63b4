package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;

/** In what order a handler is called, and that each session ends once. */
abstract class GrammarContract extends ServerTest {
    GrammarContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("E10")
    void shouldOpenThenDeliverThenClose(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        LineClient client = client(start(dispatch, handler));
        ClientSession session = handler.awaitOpen();

        client.send("a");
        client.send("b");
        client.halfClose();
        handler.awaitClose(session);

        assertEquals(List.of("open", "message a", "message b", "close PEER_CLOSED"), handler.transcript(session));
        client.expectEnd();
    }

    @EachDispatch
    void shouldOpenBeforeThePeerSpeaksWhereOneProtocolIsSpoken(Dispatch dispatch) throws Exception {
        LineClient client = client(start(dispatch, new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.send("welcome");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {}
        }));

        client.expectLine("welcome");
    }

    @EachDispatch
    void shouldOpenOnlyOnceTheProtocolIsKnown(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording((session, message) -> session.send(session.protocol()));
        ImServer server =
                start(server(dispatch, handler).protocol(new ShoutProtocol()).protocols("shout", "line"));
        LineClient silent = client(server);
        LineClient shouting = client(server);
        LineClient talking = client(server);

        shouting.send("#hello");
        talking.send("hello");

        shouting.expectLine("shout");
        talking.expectLine("line");
        assertEquals(2, handler.sessions(), "sessions opened while one of three peers was silent");

        silent.sendBytes(new byte[] {'#'});
        ClientSession first = handler.awaitOpen();
        ClientSession second = handler.awaitOpen();
        ClientSession third = handler.awaitOpen();
        assertEquals(3, Set.of(first.id(), second.id(), third.id()).size());
        assertEquals("shout", third.protocol());
    }

    @EachDispatch
    @Tag("X6")
    void shouldNotCallBackForPeersThatLeaveBeforeTheirProtocolIsKnown(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server =
                start(server(dispatch, handler).protocol(new ShoutProtocol()).protocols("shout", "line"));

        client(server).close();
        client(server).reset();
        LineClient halfClosed = client(server);
        halfClosed.halfClose();
        halfClosed.awaitGone();

        Await.until("3 connections are accepted", () -> server.stats().accepted() == 3);
        Await.until("they are gone", () -> server.stats().openSessions() == 0);
        assertEquals(0, handler.sessions());
    }

    @EachDispatch
    @Tag("E10")
    void shouldCloseOnceWhateverRacesToCloseIt(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording((session, message) -> session.close());
        ImServer server = start(dispatch, handler);

        for (int round = 0; round < 40; round++) {
            Member member = members(server, handler, 1).get(0);
            ClientSession session = member.session();
            List<Crew.Work> ends = List.of(
                    n -> session.close(),
                    n -> session.abort(CloseReason.of(Code.POLICY, "aborted")),
                    n -> session.send("one more"),
                    n -> member.client().send("close"),
                    round % 2 == 0
                            ? n -> member.client().halfClose()
                            : n -> member.client().reset());
            Crew.start(ends.size(), n -> {
                        try {
                            ends.get(n).run(n);
                        } catch (IOException lateToTheSocket) {
                            // One of the others was first.
                        }
                    })
                    .await();
            handler.awaitClose(session);
        }

        Await.until("all sessions are gone", () -> server.sessions().isEmpty());
        handler.verifyAllClosed();
    }

    @EachDispatch
    @Tag("E10")
    void shouldGiveTheReasonOfTheFirstClose(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 1).get(0);

        member.session().close(CloseReason.of(Code.POLICY, "first"));
        member.session().close(CloseReason.of(Code.INTERNAL_ERROR, "second"));
        member.session().close();

        assertEquals(List.of("!closing POLICY first"), member.client().linesToEnd());
        CloseReason reason = handler.awaitClose(member.session());
        assertEquals(Code.POLICY, reason.code());
        assertEquals("first", reason.text());
    }

    @EachDispatch
    void shouldCompleteCloseFutureAfterOnClose(Dispatch dispatch) throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        CompletableFuture<CloseReason> given = new CompletableFuture<>();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {}

            @Override
            public void onClose(ClientSession session, CloseReason reason) throws InterruptedException {
                given.complete(reason);
                Await.zero("the test goes on", mayReturn);
            }
        });
        ImServer server = start(dispatch, handler);
        ClientSession session = members(server, handler, 1).get(0).session();
        CompletableFuture<CloseReason> future = session.closeFuture().toCompletableFuture();

        session.close();
        CloseReason reason = Await.result("onClose begins", given);

        assertFalse(future.isDone(), "done while onClose was running");
        mayReturn.countDown();
        assertSame(reason, Await.result("closeFuture", future));
    }

    @EachDispatch
    @Tag("E10")
    void shouldHaveLeftItsGroupsInOnCloseAndStillListThem(Dispatch dispatch) throws Exception {
        CompletableFuture<Set<String>> listed = new CompletableFuture<>();
        CompletableFuture<List<Integer>> sizes = new CompletableFuture<>();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                session.join("red");
                session.join("blue");
                session.join("green");
                session.leave("green");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {}

            @Override
            public void onClose(ClientSession session, CloseReason reason) {
                listed.complete(session.groups());
                ImServer server = session.server();
                sizes.complete(List.of(
                        server.group("red").size(),
                        server.group("blue").size(),
                        server.all().size()));
            }
        });
        ImServer server = start(dispatch, handler);
        List<Member> two = members(server, handler, 2);

        two.get(0).client().close();

        assertEquals(Set.of("red", "blue"), Await.result("onClose", listed));
        assertEquals(List.of(1, 1, 1), Await.result("onClose", sizes));
        assertEquals(Set.of(two.get(1).session()), server.group("red").members());
        assertFalse(two.get(0).session().join("red"), "a closed session joined a group");
    }

    @EachDispatch
    @Tag("E9")
    void shouldNotCallBackFromInsideSendOrClose(Dispatch dispatch) throws Exception {
        Map<ClientSession, Integer> running = new ConcurrentHashMap<>();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {
                running.merge(session, 1, Integer::sum);
                session.send(message);
                session.server().all().send(message);
                session.close();
                assertEquals(SendResult.CLOSED, session.send("too late"));
                assertFalse(session.isOpen());
                session.server().sessions().forEach(ClientSession::close);
                running.merge(session, -1, Integer::sum);
            }

            @Override
            public void onClose(ClientSession session, CloseReason reason) {
                assertEquals(0, running.getOrDefault(session, 0));
                session.close();
                assertEquals(SendResult.CLOSED, session.send("too late"));
            }
        });
        ImServer server = start(server(dispatch, handler).loops(1));
        List<Member> three = members(server, handler, 3);

        three.get(0).client().send("x");

        assertEquals(List.of("x", "x"), three.get(0).client().linesToEnd());
        assertEquals(List.of("x"), three.get(1).client().linesToEnd());
        assertEquals(List.of("x"), three.get(2).client().linesToEnd());
        for (Member member : three) {
            assertEquals(Code.NORMAL, handler.awaitClose(member.session()).code());
            assertFalse(handler.transcript(member.session()).stream().anyMatch(e -> e.startsWith("error")));
        }
        assertEquals(0, server.stats().errors());
    }

    @EachDispatch
    @Tag("O1")
    void shouldShowEachCallbackTheMemoryOfTheOneBefore(Dispatch dispatch) throws Exception {
        int messages = 5_000;
        int[] plainCounters = new int[4];
        MessageHandler counting = (session, message) -> {
            int client = Integer.parseInt(message.text());
            plainCounters[client]++;
            if (plainCounters[client] == messages) {
                session.send("done");
            }
        };
        ImServer server = start(dispatch, counting);

        Crew.run(plainCounters.length, n -> {
            LineClient client = client(server);
            client.sendBytes((n + "\n").repeat(messages).getBytes(StandardCharsets.US_ASCII));
            client.expectLine("done");
        });
    }

    @EachDispatch
    @Tag("E9")
    @Tag("E10")
    void shouldKeepTheGrammarWhileAllSendCloseAndComeAtOnce(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording((session, message) -> {
            session.server().all().send(message);
            if (message.text().startsWith("bye")) {
                session.close();
            }
        });
        ImServer server = start(dispatch, handler);
        List<CompletableFuture<Void>> sums = new ArrayList<>();

        Crew comers = Crew.start(4, n -> {
            for (int i = 0; i < 25; i++) {
                LineClient client = client(server);
                client.send("hello " + n);
                client.send(i % 3 == 0 ? "bye" : "more");
                if (i % 3 == 1) {
                    client.reset();
                }
            }
        });
        Crew closers = Crew.start(1, n -> {
            for (int i = 0; i < 200; i++) {
                server.sessions().stream().skip(i % 7).findFirst().ifPresent(ClientSession::close);
                var fanout = server.all().send("broadcast " + i);
                sums.add(fanout.counts()
                        .thenAccept(c ->
                                assertEquals(fanout.members(), c.accepted() + c.overflow() + c.closed() + c.refused()))
                        .toCompletableFuture());
            }
        });
        comers.await();
        closers.await();

        for (CompletableFuture<Void> sum : sums) {
            Await.result("the counts of a broadcast", sum);
        }
        server.close();
        handler.verifyAllClosed();
        assertTrue(server.sessions().isEmpty());
    }
}
