package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.test.evidence.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;

/** How a server ends in good order. What may hold it up: {@link HardCloseContract}. */
abstract class CloseContract extends ServerTest {
    CloseContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("D3")
    void shouldSayGoodbyeAndWaitForEveryOnClose(Dispatch dispatch) throws Exception {
        AtomicInteger closed = new AtomicInteger();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {}

            @Override
            public void onClose(ClientSession session, CloseReason reason) {
                assertEquals(Code.GOING_AWAY, reason.code());
                LockSupport.parkNanos(1_000_000);
                closed.incrementAndGet();
            }
        });
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 20);
        members.forEach(m -> m.session().send("before"));

        close(server);

        assertEquals(20, closed.get());
        assertTrue(server.closeFuture().toCompletableFuture().isDone());
        assertEquals(List.of(), Resources.threads());
        expectPortFree(server.address());
        for (Member member : members) {
            List<String> lines = member.client().linesToEnd();
            assertEquals("before", lines.get(0));
            assertTrue(lines.get(1).startsWith("!closing GOING_AWAY "), lines.get(1));
            assertEquals(2, lines.size());
        }
    }

    /** Who waits for whom: it has more to write than all buffers hold, and so have we. */
    @EachDispatch
    @Tag("S2")
    void shouldDeliverWhatItAcceptedToAPeerThatReadsOnlyWhenItHasWritten(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler)
                .limits(Limits.defaults()
                        .withOutbound(1 << 28, 1_000_000, Overflow.CLOSE)
                        .withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60))));
        LineClient client = slowClient(server);
        ClientSession session = handler.awaitOpen();
        Message megabyte = Message.text("x".repeat(1 << 20));
        for (int i = 0; i < 6; i++) {
            session.send(megabyte);
        }

        session.close(CloseReason.of(Code.POLICY, "enough"));
        byte[] much = "talk talk talk\n".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 12; i++) {
            client.sendBytes(much);
        }

        for (int i = 0; i < 6; i++) {
            assertEquals(1 << 20, client.line().length());
        }
        assertEquals(List.of("!closing POLICY enough"), client.linesToEnd());
    }

    @EachDispatch
    @Tag("D3")
    void shouldBeInertAfterItsEnd(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 1).get(0);
        member.session().join("room");

        close(server);
        close(server);

        assertEquals(List.of(), List.copyOf(server.sessions()));
        assertEquals(SendResult.CLOSED, member.session().send("late"));
        assertEquals(SendResult.CLOSED, server.send(member.session().id(), "late"));
        assertFalse(member.session().join("another room"));
        assertEquals(0, server.all().size());
        assertEquals(0, server.group("room").size());
        Fanout.Counts counts = Await.result("counts", server.all().send("late").counts());
        assertEquals(new Fanout.Counts(0, 0, 0, 0), counts);
        member.session().pause();
        member.session().resume();
        member.session().close();
        member.session().abort(CloseReason.of(Code.POLICY, "late"));
        assertEquals(0, server.stats().openSessions());
    }

    @EachDispatch
    @Tag("D3")
    void shouldWaitInEveryThreadThatCloses(Dispatch dispatch) throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch inOnClose = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {}

            @Override
            public void onClose(ClientSession session, CloseReason reason) throws InterruptedException {
                inOnClose.countDown();
                Await.zero("the test goes on", mayEnd);
                ended.set(true);
            }
        });
        ImServer server = start(dispatch, handler);
        members(server, handler, 1);

        Crew crew = Crew.start(8, n -> {
            server.close();
            assertTrue(ended.get(), "close() came back before onClose had");
        });
        Await.zero("onClose", inOnClose);
        mayEnd.countDown();

        crew.await();
    }

    @EachDispatch
    @Tag("D3")
    void shouldEndWhenAHandlerClosesIt(Dispatch dispatch) throws Exception {
        CompletableFuture<Boolean> freed = new CompletableFuture<>();
        RecordingHandler handler = recording((session, message) -> {
            ImServer server = session.server();
            server.close();
            try {
                expectPortFree(server.address());
                freed.complete(true);
            } catch (IOException e) {
                freed.completeExceptionally(e);
            }
        });
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, 2 * LOOPS);

        members.get(1).client().send("close");

        assertTrue(Await.result("the port is free when close() returns", freed));
        Await.result("the end", server.closeFuture());
        for (Member member : members) {
            List<String> lines = member.client().linesToEnd();
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.get(0).startsWith("!closing GOING_AWAY "), lines.get(0));
        }
    }

    @EachDispatch
    @Tag("D3")
    void shouldEndWhenHandlersOfAllLoopsCloseItAtOnce(Dispatch dispatch) throws Exception {
        int count = 2 * LOOPS;
        CountDownLatch all = new CountDownLatch(dispatch == Dispatch.ON_LOOP ? LOOPS : count);
        RecordingHandler handler = recording((session, message) -> {
            all.countDown();
            Await.zero("all are in their handlers", all);
            session.server().close();
        });
        ImServer server = start(dispatch, handler);
        List<Member> members = members(server, handler, count);

        for (Member member : members) {
            member.client().send("close");
        }

        Await.result("the end", server.closeFuture());
        for (Member member : members) {
            member.client().linesToEnd();
        }
        close(server);
    }

    @EachDispatch
    @Tag("D3")
    void shouldEndWhenClosedInAnyCallback(Dispatch dispatch) throws Exception {
        for (String where : List.of("onOpen", "onError", "onClose", "closeFuture", "counts")) {
            RecordingHandler handler = recording(new MessageHandler() {
                private void reach(String callback, ClientSession session) {
                    if (callback.equals(where)) {
                        session.server().close();
                    }
                }

                @Override
                public void onOpen(ClientSession session) {
                    session.closeFuture().thenAccept(reason -> reach("closeFuture", session));
                    reach("onOpen", session);
                }

                @Override
                public void onMessage(ClientSession session, Message message) throws IOException {
                    session.server().all().send("x").counts().thenAccept(c -> reach("counts", session));
                    if (where.equals("onError")) {
                        throw new IOException("planted");
                    }
                    session.close();
                }

                @Override
                public void onError(ClientSession session, Throwable cause) {
                    reach("onError", session);
                }

                @Override
                public void onClose(ClientSession session, CloseReason reason) {
                    reach("onClose", session);
                }
            });
            ImServer server = start(dispatch, handler);
            LineClient client = client(server);

            try {
                client.send("go");
                client.awaitGone();
            } catch (IOException alreadyClosed) {
                assertEquals("onOpen", where);
            }

            Await.result("the end after close() in " + where, server.closeFuture());
            close(server);
        }
    }
}
