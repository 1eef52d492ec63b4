package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.Ledger;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a peer that reads too slowly costs: its own session at most. */
abstract class BackpressureContract extends ServerTest {
    private static final int LIMIT = 128 * 1024;
    private static final Limits NARROW = Limits.defaults()
            .withOutbound(LIMIT, 10_000, Overflow.CLOSE)
            .withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(30));
    private static final Limits DROPPING = NARROW.withOutbound(LIMIT, 10_000, Overflow.DROP);
    private static final String KILOBYTE = "x".repeat(1023);

    BackpressureContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("B1")
    @Tag("B2")
    void shouldCloseASlowReaderAtItsBoundAndFlushWhatWasAccepted(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).loops(1).limits(NARROW));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();
        LineClient other = client(server);

        int accepted = fill(session, other);
        while (session.send(KILOBYTE) == SendResult.ACCEPTED) {
            accepted++;
        }
        assertEquals(SendResult.CLOSED, session.send("more"));
        other.echo("unmoved");
        Await.until("closing begins", () -> !server.all().contains(session));

        List<String> lines = slow.linesToEnd();
        assertEquals(accepted + 1, lines.size());
        assertTrue(lines.subList(0, accepted).stream().allMatch(KILOBYTE::equals));
        assertTrue(lines.get(accepted).startsWith("!closing SLOW_CONSUMER "), lines.get(accepted));
        CloseReason reason = handler.awaitClose(session);
        assertEquals(Code.SLOW_CONSUMER, reason.code());
        assertTrue(reason.pendingBytes() <= LIMIT, reason::toString);
        assertEquals(1, server.stats().overflowed());
        other.echo("still unmoved");
    }

    @EachDispatch
    @Tag("B1")
    @Tag("S3")
    void shouldNotWaitLongerForAClosingPeerThanTheCloseTimeout(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        Limits limits = NARROW.withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(50));
        ImServer server = start(server(dispatch, handler).loops(1).limits(limits));
        slowClient(server);
        ClientSession session = handler.awaitOpen();
        LineClient other = client(server);

        fill(session, other);
        while (session.send(KILOBYTE) == SendResult.ACCEPTED) {
            assertTrue(session.pendingBytes() <= LIMIT);
        }

        assertEquals(Code.SLOW_CONSUMER, handler.awaitClose(session).code());
        Await.until("the connection is gone", () -> server.stats().openSessions() == 1);
        assertEquals(0, session.pendingBytes());
    }

    @EachDispatch
    @Tag("B1")
    @Tag("S4")
    void shouldCloseAPeerThatTakesNoByteForTheStallTimeout(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        Limits limits = Limits.defaults()
                .withOutbound(1 << 28, 1_000_000, Overflow.CLOSE)
                .withTimeouts(Duration.ofMillis(100), Duration.ofMillis(50));
        ImServer server = start(server(dispatch, handler).limits(limits));
        slowClient(server);
        ClientSession session = handler.awaitOpen();

        Message megabyte = Message.text("x".repeat(1 << 20));
        for (int i = 0; i < 32; i++) {
            session.send(megabyte);
        }

        CloseReason reason = handler.awaitClose(session);
        assertEquals(Code.SLOW_CONSUMER, reason.code());
        assertTrue(reason.pendingBytes() > 0, reason::toString);
        assertTrue(server.stats().discardedOut() > 0);
        assertEquals(0, server.stats().overflowed());
    }

    @EachDispatch
    @Tag("B2")
    @Tag("O6")
    void shouldDropForASlowReaderAndMarkEachGapAtItsPlace(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(dispatch, handler).limits(DROPPING));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();
        LineClient other = client(server);

        Ledger ledger = new Ledger();
        int number = 0;
        while (ledger.refused() < 100) {
            ledger.send(session, KILOBYTE + number++);
        }
        other.echo("unmoved");
        CompletableFuture<List<String>> lines = new CompletableFuture<>();
        Crew reader = Crew.start(1, n -> lines.complete(Ledger.read(slow)));
        for (int i = 0; i < 20_000; i++) {
            ledger.send(session, KILOBYTE + number++);
        }
        ledger.sendEnd(session);
        reader.await();

        ledger.verify(lines.join());
        assertEquals(ledger.refused(), server.stats().overflowed());
        assertTrue(session.isOpen());
    }

    @EachDispatch
    @Tag("B1")
    @Tag("B2")
    @Tag("O2")
    void shouldNeverPassItsBoundAndCountEveryLossUnderManySenders(Dispatch dispatch) throws Exception {
        int senders = 4;
        int count = 5_000;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(DROPPING));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();
        AtomicInteger accepted = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();

        Crew sampler = Crew.start(1, n -> {
            while (!over.get()) {
                long pending = session.pendingBytes();
                assertTrue(pending >= 0 && pending <= LIMIT, () -> "pending " + pending);
            }
        });
        Crew crew = Crew.start(senders, n -> {
            for (int i = 0; i < count; i++) {
                if (session.send(n + " " + i + " " + KILOBYTE.substring(i % 1000)) == SendResult.ACCEPTED) {
                    accepted.incrementAndGet();
                }
            }
        });
        Crew ending = Crew.start(1, n -> {
            crew.await();
            new Ledger().sendEnd(session);
        });
        int received = 0;
        int missed = 0;
        int[] next = new int[senders];
        for (String line : slow.linesBefore("end")) {
            String[] words = line.split(" ", 3);
            if (words[0].equals("!missed")) {
                missed += Integer.parseInt(words[1]);
                continue;
            }
            int number = Integer.parseInt(words[1]);
            int sender = Integer.parseInt(words[0]);
            assertTrue(number >= next[sender], line.length() + " bytes out of order");
            assertEquals(KILOBYTE.substring(number % 1000), words[2]);
            next[sender] = number + 1;
            received++;
        }
        ending.await();
        over.set(true);
        sampler.await();

        assertEquals(accepted.get(), received);
        assertEquals(server.stats().overflowed(), missed);
        assertTrue(received + missed >= senders * count, received + " + " + missed);
        Await.until("nothing is pending", () -> session.pendingBytes() == 0);
    }

    /** While a handler holds up the loop nothing leaves that another thread sends, so the bound shows to the byte. */
    @Test
    @Tag("B1")
    @Tag("B7")
    void shouldCountEmptyMessagesToTheByte() throws Exception {
        CompletableFuture<List<Long>> counted = new CompletableFuture<>();
        LineClient client = client(start(server(
                        Dispatch.ON_LOOP,
                        (session, message) -> elsewhere(() -> {
                            long accepted = 0;
                            while (session.send("") == SendResult.ACCEPTED) {
                                accepted++;
                            }
                            counted.complete(List.of(accepted, session.pendingBytes()));
                        }))
                .limits(DROPPING)));

        client.send("go");

        assertEquals(List.of((long) LIMIT / 64, (long) LIMIT), Await.result("sending", counted));
        assertTrue(client.lines(LIMIT / 64).stream().allMatch(String::isEmpty));
        client.expectLine("!missed 1");
    }

    @Test
    @Tag("B1")
    void shouldBoundTheNumberOfMessagesToo() throws Exception {
        CompletableFuture<Integer> counted = new CompletableFuture<>();
        RecordingHandler handler = recording((session, message) -> elsewhere(() -> {
            int accepted = 0;
            while (session.send("m" + accepted) == SendResult.ACCEPTED) {
                accepted++;
            }
            counted.complete(accepted);
        }));
        LineClient client = client(
                start(server(Dispatch.ON_LOOP, handler).limits(NARROW.withOutbound(LIMIT, 100, Overflow.CLOSE))));

        client.send("go");

        assertEquals(100, Await.result("sending", counted));
        List<String> lines = client.linesToEnd();
        assertEquals(101, lines.size());
        assertTrue(lines.get(100).startsWith("!closing SLOW_CONSUMER "), lines.get(100));
    }

    @EachDispatch
    @Tag("B1")
    void shouldRefuseAMessageLargerThanTheWholeBound(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        Member member = members(start(server(dispatch, handler).limits(NARROW)), handler, 1)
                .get(0);
        Message fitting = Message.text("x".repeat(LIMIT - 1));
        Message larger = Message.text("x".repeat(LIMIT));

        assertThrows(IllegalArgumentException.class, () -> member.session().send(larger));
        assertEquals(SendResult.ACCEPTED, member.session().send(fitting));

        member.client().expectLine(fitting.text());
        assertTrue(member.session().isOpen());
    }

    @EachDispatch
    @Tag("B3")
    @Tag("B5")
    void shouldSayWhenToStopAndWhenToGoOnAndNotReadMeanwhile(Dispatch dispatch) throws Exception {
        AtomicBoolean filled = new AtomicBoolean();
        CompletableFuture<Long> pendingInOnWritable = new CompletableFuture<>();
        RecordingHandler handler = recording(new MessageHandler() {
            @Override
            public void onMessage(ClientSession session, Message message) {
                session.send(message);
            }

            @Override
            public void onWritable(ClientSession session) {
                // One of an earlier relief may come when it is no longer true.
                if (filled.get() && session.isWritable()) {
                    pendingInOnWritable.complete(session.pendingBytes());
                }
            }
        });
        ImServer server = start(server(dispatch, handler).loops(1).limits(NARROW));
        LineClient slow = slowClient(server);
        ClientSession session = handler.awaitOpen();

        int sent = fill(session, client(server));
        filled.set(true);
        long before = writables(handler.transcript(session));
        slow.send("while congested");
        for (int i = 0; i < sent; i++) {
            slow.expectLine(KILOBYTE);
        }

        long pending = Await.result("onWritable", pendingInOnWritable);
        assertTrue(pending <= LIMIT / 4, () -> "onWritable at " + pending);
        slow.halfClose();
        handler.awaitClose(session);
        List<String> events = handler.transcript(session);
        int message = events.indexOf("message while congested");
        assertTrue(writables(events.subList(0, message)) > before, "read while its output was congested");
    }

    private static long writables(List<String> events) {
        return events.stream().filter("writable"::equals).count();
    }

    /**
     * Sends until the kernel takes no more and the session is not writable; answers how many messages. That the loop had its turns
     * to write shows by another session of the same loop.
     */
    private static int fill(ClientSession session, LineClient other) throws IOException {
        int sent = 0;
        for (int turns = 0; turns < 5; ) {
            if (session.isWritable()) {
                assertTrue(session.pendingBytes() < LIMIT / 2);
                assertEquals(SendResult.ACCEPTED, session.send(KILOBYTE));
                sent++;
                turns = 0;
            } else {
                other.echo("a turn of the loop");
                turns++;
            }
        }
        return sent;
    }

    @EachDispatch
    @Tag("B3")
    @Tag("B5")
    void shouldHoldBackASenderThatDoesNotReadItsEchoes(Dispatch dispatch) throws Exception {
        int count = 20_000;
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(dispatch, handler);
        LineClient client = slowClient(server);
        ClientSession session = handler.awaitOpen();
        byte[] line = (KILOBYTE + "\n").getBytes(StandardCharsets.US_ASCII);

        Crew writer = Crew.start(1, n -> {
            for (int i = 0; i < count; i++) {
                client.sendBytes(line);
            }
        });
        Await.until("the server is congested", () -> !session.isWritable());
        for (int i = 0; i < count; i++) {
            client.expectLine(KILOBYTE);
        }
        writer.await();

        assertEquals(0, server.stats().overflowed());
        assertEquals(count, server.stats().messagesIn());
    }
}
