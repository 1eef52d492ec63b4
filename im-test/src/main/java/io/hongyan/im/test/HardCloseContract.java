package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
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
import io.hongyan.im.test.evidence.LogCapture;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.test.evidence.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;

/** How a server ends although handlers do not come back, peers do not read, and clients and messages still come. */
abstract class HardCloseContract extends ServerTest {
    private static final Limits HASTY = Limits.defaults().withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(50));

    HardCloseContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("D3")
    void shouldInterruptAHandlerThatDoesNotComeBack(Dispatch dispatch) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        RecordingHandler handler = recording((session, message) -> {
            stuck.countDown();
            try {
                Await.zero("what never comes", never);
                end.complete("came back");
            } catch (InterruptedException e) {
                end.complete("interrupted");
            }
        });
        ImServer server = start(server(dispatch, handler).limits(HASTY));
        List<Member> members = members(server, handler, LOOPS);

        members.get(0).client().send("stick");
        Await.zero("it sticks", stuck);
        close(server);

        assertEquals("interrupted", Await.result("the handler's end", end));
        handler.awaitClose(members.get(0).session());
    }

    /** Such a thread cannot be ended. It is the host's, and the host is told. */
    @EachDispatch
    @Tag("D3")
    void shouldLeaveBehindAHandlerThatIgnoresInterrupts(Dispatch dispatch) throws Exception {
        AtomicBoolean mayEnd = new AtomicBoolean();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        MessageHandler handler = (session, message) -> {
            stuck.countDown();
            while (!mayEnd.get()) {
                LockSupport.parkNanos(1_000_000);
            }
            ended.countDown();
        };
        ImServer server = start(unchecked(dispatch, handler).limits(HASTY));
        LineClient client = client(server);
        LineClient other = client(server);

        try (LogCapture log = LogCapture.begin()) {
            client.send("stick");
            Await.zero("it sticks", stuck);
            close(server);

            assertTrue(
                    log.text().contains("HardCloseContract"),
                    "the log does not say where the handler stands: " + log.text());
            if (dispatch != Dispatch.ON_LOOP) {
                expectPortFree(server.address());
            }
        } finally {
            mayEnd.set(true);
        }
        Await.zero("the handler's end", ended);
        other.awaitGone();
        // The loop that accepts frees the port; where the handler holds it up, that is now.
        Await.until("no thread is left", () -> Resources.threads().isEmpty());
        expectPortFree(server.address());
    }

    @EachDispatch
    @Tag("D3")
    @Tag("X6")
    void shouldEndWhileClientsStillCome(Dispatch dispatch) throws Exception {
        for (int round = 0; round < 5; round++) {
            RecordingHandler handler = recording(ECHO);
            ImServer server = start(dispatch, handler);
            AtomicInteger served = new AtomicInteger();
            Crew comers = Crew.start(2, n -> {
                try {
                    while (true) {
                        try (LineClient client = passing(server.address())) {
                            client.echo("hello");
                            served.incrementAndGet();
                        }
                    }
                } catch (IOException | AssertionError closing) {
                    // The end that was to come.
                }
            });
            Await.until("some are served", () -> served.get() > 20);

            close(server);

            comers.await();
            handler.verifyAllClosed();
            assertEquals(List.of(), List.copyOf(server.sessions()));
            endEverything();
        }
    }

    /** What is sent while the server closes is delivered, refused or discarded, and counted as that: nothing is just gone. */
    @EachDispatch
    @Tag("D3")
    @Tag("B2")
    void shouldAccountForAllThatIsSentWhileItCloses(Dispatch dispatch) throws Exception {
        for (int round = 0; round < 10; round++) {
            RecordingHandler handler = recording(IGNORE);
            ImServer server = start(server(dispatch, handler)
                    .limits(Limits.defaults().withOutbound(1 << 28, 1_000_000, Overflow.CLOSE)));
            List<Member> members = members(server, handler, 4);
            AtomicLong accepted = new AtomicLong();
            AtomicLong received = new AtomicLong();
            Queue<Fanout> fanouts = new ConcurrentLinkedQueue<>();

            Crew readers = Crew.start(
                    4,
                    n -> received.addAndGet(members.get(n).client().linesToEnd().stream()
                            .filter("message"::equals)
                            .count()));
            Crew senders = Crew.start(2, n -> {
                while (!server.closeFuture().toCompletableFuture().isDone()) {
                    if (members.get(n).session().send("message") == SendResult.ACCEPTED) {
                        accepted.incrementAndGet();
                    }
                    fanouts.add(server.all().send("message"));
                }
            });
            Await.until("some are sent", () -> fanouts.size() > 100);
            close(server);
            senders.await();
            readers.await();

            for (Fanout fanout : fanouts) {
                Fanout.Counts counts = Await.result("the counts of a broadcast", fanout.counts());
                accepted.addAndGet(counts.accepted());
                assertEquals(fanout.members(), counts.accepted() + counts.overflow() + counts.closed());
            }
            assertEquals(accepted.get(), server.stats().messagesOut());
            assertEquals(accepted.get(), received.get() + server.stats().discardedOut());
            members.forEach(m -> assertEquals(0, m.session().pendingBytes()));
        }
    }

    /** A peer that does not read cannot hold the end up for longer than the time to close. */
    @EachDispatch
    @Tag("D3")
    @Tag("S3")
    void shouldEndDespitePeersThatDoNotRead(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server =
                start(server(dispatch, handler).limits(HASTY.withOutbound(1 << 28, 1_000_000, HASTY.overflow())));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();
        Message megabyte = Message.text("x".repeat(1 << 20));
        for (int i = 0; i < 32; i++) {
            session.send(megabyte);
        }

        close(server);

        assertEquals(Code.GOING_AWAY, handler.awaitClose(session).code());
        slow.awaitGone();
    }
}
