package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.SendResult;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Loops on threads of their own, whose pollers really wait: starting (D4), wake-ups at any moment (E6), ending (D3). */
class ServerLifeTest {
    private static final int THREADS = 4;
    private static final int TASKS = 25_000;

    /** Waits without a limit, so that a wake-up that is lost is a hang. */
    private static final class WaitingPoller implements Poller {
        private final Semaphore woken = new Semaphore(0);
        private final AtomicInteger wakeUps = new AtomicInteger();
        private final AtomicInteger polls = new AtomicInteger();
        private final AtomicInteger waits = new AtomicInteger();
        private volatile boolean closed;

        @Override
        public void register(Pollable what, long key, int interest) {}

        @Override
        public void poll(long timeoutNanos, Events events) {
            polls.incrementAndGet();
            if (timeoutNanos > 0) {
                waits.incrementAndGet();
                woken.acquireUninterruptibly();
            }
            woken.drainPermits();
        }

        @Override
        public void wakeUp() {
            wakeUps.incrementAndGet();
            woken.release();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Real threads over a poller that waits. */
    private static final class WaitingTransport implements Transport {
        private final WaitingPoller poller = new WaitingPoller();
        private final AtomicReference<EventLoop> loop = new AtomicReference<>();

        @Override
        public Poller openPoller() {
            return poller;
        }

        @Override
        public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) {
            return new ScriptedAcceptor(address, keepAlive);
        }

        @Override
        public Mailbox newMailbox(int capacity) {
            return new ScriptedMailbox(capacity);
        }

        @Override
        public void start(LoopThread runner) {
            loop.set(runner.loop());
            Transport.super.start(runner);
        }
    }

    private static ServerConfig config(int loops, int listeners, MessageHandler handler) {
        ServerConfig.Listener listener =
                new ServerConfig.Listener(new InetSocketAddress(1), List.of(new LineProtocol()), Limits.defaults());
        return new ServerConfig(
                Collections.nCopies(listeners, listener),
                loops,
                handler,
                List.of(),
                Dispatch.VIRTUAL_THREADS,
                Limits.defaults(),
                new TransportInfo("scripted", "a test", List.of()));
    }

    @Test
    void shouldLeaveNothingOpenWhenStartingFailsAtAnyStep() {
        int steps = 3 + 2;
        for (int step = 1; step <= steps; step++) {
            ScriptedTransport transport = new ScriptedTransport(16, 0).failAt(step);

            assertThrows(IOException.class, () -> Server.start(config(3, 2, (s, m) -> {}), transport));

            assertTrue(transport.pollers().stream().allMatch(ScriptedPoller::isClosed), "step " + step);
            assertTrue(transport.acceptors().stream().allMatch(ScriptedAcceptor::isClosed), "step " + step);
            assertTrue(transport.later().isClosed(), "step " + step);
            assertEquals(List.of(), transport.runners(), "no loop was to be started");
        }
    }

    @Test
    void shouldLoseNoWakeUpWhenThreadsOrderAtAnyMoment() throws Exception {
        WaitingTransport transport = new WaitingTransport();
        ImServer server = Server.start(config(1, 1, (s, m) -> {}), transport);
        EventLoop loop = transport.loop.get();
        CountDownLatch done = new CountDownLatch(THREADS * TASKS);
        CyclicBarrier together = new CyclicBarrier(THREADS);
        for (int t = 0; t < THREADS; t++) {
            Thread orders = new Thread(() -> {
                await(together);
                for (int i = 0; i < TASKS; i++) {
                    loop.execute(done::countDown);
                    for (int spin = ThreadLocalRandom.current().nextInt(64); spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                }
            });
            orders.start();
        }

        assertTrue(done.await(30, TimeUnit.SECONDS), () -> done.getCount() + " tasks wait, and the loop does, too");

        assertTrue(transport.poller.wakeUps.get() <= transport.poller.polls.get(), "more than one wake-up for a poll");
        assertTrue(transport.poller.waits.get() > 0);
        server.close();
        assertTrue(transport.poller.closed);
    }

    /** One thread, which orders again just when the loop is on its way to wait: nobody else's order would wake it. */
    @Test
    void shouldLoseNoWakeUpWhenTheNextOrderComesRightBehindTheLast() throws Exception {
        WaitingTransport transport = new WaitingTransport();
        ImServer server = Server.start(config(1, 1, (s, m) -> {}), transport);
        EventLoop loop = transport.loop.get();
        AtomicInteger ran = new AtomicInteger();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int i = 1; i <= TASKS; i++) {
            loop.execute(ran::incrementAndGet);
            while (ran.get() < i) {
                assertTrue(System.nanoTime() - end < 0, "a task waits, and the loop does, too");
                Thread.onSpinWait();
            }
        }
        server.close();
        assertTrue(transport.poller.waits.get() > 0);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldEndItsThreadsWhenClosedFromAnyThreadAtOnce() throws Exception {
        for (int round = 0; round < 50; round++) {
            ImServer server = Server.start(config(1, 1, (s, m) -> {}), new WaitingTransport());
            CountDownLatch closed = new CountDownLatch(THREADS);
            for (int t = 0; t < THREADS; t++) {
                new Thread(() -> {
                            server.close();
                            closed.countDown();
                        })
                        .start();
            }
            assertTrue(closed.await(30, TimeUnit.SECONDS), "close hangs");
            assertTrue(server.closeFuture().toCompletableFuture().isDone());
            server.close();
        }
    }

    @Test
    void shouldCloseEverySessionAsGoingAwayWhenTheServerCloses() {
        Recording handler = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop().loops(2).start(handler);
        ScriptedConnection reading = server.connect();
        ScriptedConnection stalled = server.connect().takes(0);
        ClientSession session = server.session(stalled);
        session.send("never");
        handler.whenMessage((s, message) -> server.server().close());

        reading.sends("stop\n");
        server.settle();

        assertTrue(server.acceptor().isClosed(), "the port is free when a callback's close returns");
        assertTrue(reading.takenText().startsWith("!closing GOING_AWAY "), reading.takenText());
        assertFalse(stalled.isClosed());
        server.pass(Duration.ofMillis(3100));
        assertTrue(reading.isClosed() && stalled.isClosed());
        handler.stories()
                .values()
                .forEach(story -> assertEquals(
                        CloseReason.Code.GOING_AWAY, story.closes.get(0).code()));
        assertEquals(List.of(), handler.violationsAtTheEnd());
        assertEquals(List.of(), server.violations());
        assertFalse(session.isOpen());
        assertEquals(SendResult.CLOSED, server.server().send(session.id(), Message.text("gone")));
    }

    @Test
    void shouldRefuseWhenTheServerIsFull() {
        Recording handler = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withMaxSessions(2))
                .start(handler);
        ScriptedConnection first = server.connect();
        server.connect();
        ScriptedConnection third = server.offer();

        server.settle();

        assertTrue(third.isClosed());
        assertEquals(1, server.server().stats().refused());
        assertEquals(2, handler.stories().size());
        first.endsOutput();
        server.settle();
        ScriptedConnection fourth = server.connect();
        assertFalse(fourth.isClosed());
        server.endAll();
    }
}
