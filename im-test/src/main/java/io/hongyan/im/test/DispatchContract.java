package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where handlers run, and that neither a busy one nor a flood starves others. */
abstract class DispatchContract extends ServerTest {
    DispatchContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    /** As many as the pool of Java 17 can stand, and one left over. */
    private static final int BLOCKED = 60;

    @Test
    @Tag("E3")
    void shouldServeOthersWhileHandlersBlock() throws Exception {
        CountDownLatch mayGo = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(BLOCKED);
        ImServer server = start(Dispatch.VIRTUAL_THREADS, (session, message) -> {
            if (message.text().equals("block")) {
                blocked.countDown();
                Await.zero("the test goes on", mayGo);
            }
            session.send(message);
        });
        List<LineClient> waiting = new ArrayList<>();
        for (int i = 0; i < BLOCKED; i++) {
            LineClient client = client(server);
            client.send("block");
            client.send("behind it");
            waiting.add(client);
        }
        Await.zero("all are blocked", blocked);

        LineClient other = client(server);
        for (int i = 0; i < 100; i++) {
            other.echo("unmoved " + i);
        }
        mayGo.countDown();

        for (LineClient client : waiting) {
            assertEquals(List.of("block", "behind it"), client.lines(2));
        }
    }

    @EachDispatch
    @Tag("E3")
    void shouldRunHandlersWhereItWasAskedTo(Dispatch dispatch) throws Exception {
        LineClient client = client(start(dispatch, (session, message) -> {
            StackTraceElement[] stack = Thread.currentThread().getStackTrace();
            boolean onLoop = false;
            for (StackTraceElement frame : stack) {
                onLoop |= frame.getClassName().equals("io.hongyan.im.engine.EventLoop");
            }
            session.send(onLoop ? "on the loop" : "elsewhere");
        }));

        client.send("where?");

        client.expectLine(dispatch == Dispatch.ON_LOOP ? "on the loop" : "elsewhere");
    }

    @EachDispatch
    @Tag("E8")
    @Tag("B9")
    void shouldServeAnotherSessionDuringAFlood(Dispatch dispatch) throws Exception {
        AtomicLong handled = new AtomicLong();
        ImServer server = start(server(dispatch, (session, message) -> {
                    if (message.text().startsWith("flood")) {
                        handled.incrementAndGet();
                    } else {
                        session.send(message);
                    }
                })
                .loops(1));
        byte[] wave = ("flood" + "~".repeat(20) + "\n").repeat(4_000).getBytes(StandardCharsets.US_ASCII);
        AtomicBoolean over = new AtomicBoolean();
        LineClient other = client(server);

        Crew flood = Crew.start(2, n -> {
            LineClient client = client(server);
            while (!over.get()) {
                client.sendBytes(wave);
            }
        });
        Await.until("the flood has come", () -> handled.get() > 50_000);
        for (int i = 0; i < 50; i++) {
            long before = handled.get();
            other.echo("unmoved " + i);
            Await.until("the flood goes on", () -> handled.get() > before);
        }
        over.set(true);
        flood.await();
    }

    /** The other may be late by no more than some turns of the flooder, however much the flooder's kernel holds. */
    @Test
    @Tag("E8")
    void shouldBoundWhatOneSessionGetsPerTurn() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger handledWhenOtherCame = new AtomicInteger(-1);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        ImServer server = start(server(Dispatch.ON_LOOP, (session, message) -> {
                    switch (message.text()) {
                        case "hold" -> {
                            held.countDown();
                            Await.zero("the test goes on", mayGo);
                        }
                        case "other" -> handledWhenOtherCame.compareAndSet(-1, handled.get());
                        default -> handled.incrementAndGet();
                    }
                })
                .loops(1));
        LineClient holder = client(server);
        LineClient flooder = client(server);
        LineClient other = client(server);
        Await.until("all are connected", () -> server.sessions().size() == 3);

        holder.send("hold");
        Await.zero("the loop is held up", held);
        flooder.sendBytes("f\n".repeat(30_000).getBytes(StandardCharsets.US_ASCII));
        Crew flood = Crew.start(1, n -> flooder.sendBytes("f\n".repeat(270_000).getBytes(StandardCharsets.US_ASCII)));
        other.send("other");
        mayGo.countDown();

        Await.until("all is handled", () -> handled.get() == 300_000 && handledWhenOtherCame.get() >= 0);
        flood.await();
        int before = handledWhenOtherCame.get();
        assertTrue(before <= 1_000, "the other was served behind " + before + " of 300,000 messages");
    }

    @Test
    @Tag("B5")
    void shouldStopReadingWhatItsHandlerDoesNotTake() throws Exception {
        int bound = 10;
        CountDownLatch mayGo = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        ImServer server = start(server(Dispatch.VIRTUAL_THREADS, (session, message) -> {
                    Await.zero("the test goes on", mayGo);
                    handled.incrementAndGet();
                })
                .limits(Limits.defaults().withInboundLimitMessages(bound)));
        LineClient client = client(server);
        byte[] line = ("x".repeat(4_095) + "\n").getBytes(StandardCharsets.US_ASCII);

        Crew writer = Crew.start(1, n -> {
            for (int i = 0; i < 5_000; i++) {
                client.sendBytes(line);
            }
        });
        Await.until("the bound is reached", () -> server.stats().messagesIn() >= bound);
        for (int i = 0; i < 50; i++) {
            // There is no event for what must not happen: the loop is given time to go wrong.
            LockSupport.parkNanos(1_000_000);
            long waiting = server.stats().messagesIn() - handled.get();
            assertTrue(waiting <= bound + 1, () -> waiting + " messages wait where " + bound + " may");
        }
        mayGo.countDown();

        Await.until("all is handled", () -> handled.get() == 5_000);
        writer.await();
    }

    @EachDispatch
    void shouldNotReadWhilePaused(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onOpen(ClientSession session) {
                if (session.server().sessions().size() == 1) {
                    session.pause();
                }
                session.send("welcome");
            }

            @Override
            public void onMessage(ClientSession session, Message message) {
                session.send(message);
            }
        });
        ImServer server = start(server(dispatch, handler).loops(1));
        LineClient paused = client(server);
        paused.expectLine("welcome");
        ClientSession session = handler.awaitOpen();
        LineClient other = client(server);
        other.expectLine("welcome");

        paused.send("waiting");
        for (int i = 0; i < 20; i++) {
            other.echo("a turn of the loop");
        }
        assertEquals(List.of("open"), handler.transcript(session));
        session.resume();

        paused.expectLine("waiting");
        paused.echo("no longer");
        session.pause();
        session.pause();
        session.resume();
        paused.echo("once is enough");
    }

    /** A paused session still sends, and still ends. */
    @EachDispatch
    void shouldEndAPausedSession(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(dispatch, handler);
        Member member = members(server, handler, 1).get(0);

        member.session().pause();
        member.session().send("still sent");
        member.client().expectLine("still sent");
        member.session().close();

        member.client().expectEnd();
        handler.awaitClose(member.session());
    }
}
