package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Handlers that publish, and burn all processors in between, do not hold up the loops: what a loop does by itself stays quick. They are more
 * than there are processors, so that one that has been interrupted in the middle gets none for long.
 */
abstract class BusyHandlersContract extends ServerTest {
    private static final Limits DROPPING = Limits.defaults().withOutbound(64 * 1024, 1_000, Overflow.DROP);
    private static final int HANDLERS = Runtime.getRuntime().availableProcessors() + 2;
    private static final long PUBLISH_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long BURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long TEST_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long QUICK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AtomicBoolean over = new AtomicBoolean();
    private final boolean sockets;

    BusyHandlersContract(String transport, Wiring wiring) {
        super(transport, wiring);
        sockets = !transport.startsWith("virtual");
    }

    /** Loops of the virtual transport enter one monitor to poll, to read and to write, and handlers enter it to wake them. */
    @BeforeEach
    void needAKernel() {
        Assumptions.assumeTrue(sockets, "a network in memory has a lock of its own");
    }

    @AfterEach
    void letHandlersEnd() {
        over.set(true);
    }

    /** What is done to a group again and again. */
    private interface Use {
        void use(Group group, ClientSession session, int number);
    }

    private MessageHandler busy(Use use) {
        return (session, message) -> {
            Group room = session.server().group("room");
            while (!over.get()) {
                long begin = System.nanoTime();
                for (int i = 0; System.nanoTime() - begin < PUBLISH_NANOS && !over.get(); i++) {
                    use.use(room, session, i);
                }
                while (System.nanoTime() - begin < PUBLISH_NANOS + BURN_NANOS && !over.get()) {
                    Thread.onSpinWait();
                }
            }
        };
    }

    private ImServer startBusy(Use use) throws IOException, InterruptedException {
        RecordingHandler handler = recording(busy(use));
        ImServer server = start(server(Dispatch.VIRTUAL_THREADS, handler)
                .protocol(new StrangerProtocol())
                .protocols("stranger")
                .limits(DROPPING));
        List<Member> members = members(server, handler, HANDLERS);
        members.forEach(m -> m.session().join("room"));
        for (Member member : members) {
            member.client().send("begin");
        }
        return server;
    }

    /** Asks what the loop answers by itself, and notes how long the longest answer took. */
    private static void ask(LineClient client, AtomicLong longest) throws IOException {
        long asked = System.nanoTime();
        client.sendBytes("?".getBytes(StandardCharsets.US_ASCII));
        String line = client.line();
        while (!line.equals(StrangerProtocol.PONG)) {
            line = client.line();
        }
        longest.accumulateAndGet(System.nanoTime() - asked, Math::max);
    }

    private static void requireQuick(AtomicLong longest) {
        assertTrue(
                longest.get() < QUICK_NANOS,
                () -> "the loop took " + TimeUnit.NANOSECONDS.toMillis(longest.get()) + " ms");
    }

    @Test
    @Tag("E3")
    @Tag("B9")
    void shouldAnswerOthersWhileHandlersPublishAndBurn() throws Exception {
        ImServer server = startBusy((room, session, i) -> room.send("news"));
        List<LineClient> others = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            others.add(client(server));
        }
        AtomicLong longest = new AtomicLong();
        long begin = System.nanoTime();

        Crew.run(LOOPS, n -> {
            while (System.nanoTime() - begin < TEST_NANOS) {
                ask(others.get(n), longest);
            }
        });

        over.set(true);
        requireQuick(longest);
    }

    @Test
    @Tag("E3")
    @Tag("B9")
    void shouldOpenAndCloseSessionsWhileHandlersJoinAndLeaveAndBurn() throws Exception {
        ImServer server = startBusy((room, session, i) -> {
            // All sessions are in this one, from their opening to their closing; to ask costs it nothing but to be
            // looked at.
            session.server().all().size();
            switch (i % 3) {
                case 0 -> room.leave(session);
                case 1 -> room.send("news");
                default -> room.join(session);
            }
        });
        AtomicLong longest = new AtomicLong();
        long begin = System.nanoTime();

        Crew.run(LOOPS, n -> {
            while (System.nanoTime() - begin < TEST_NANOS) {
                try (LineClient comer = passing(server.address())) {
                    ask(comer, longest);
                }
            }
        });

        over.set(true);
        requireQuick(longest);
    }
}
