package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.TransportInfo;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.HandlerPlugin;
import io.hongyan.im.spi.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Threads that cannot be had, and threads that close their own server (D3, D4): loops on threads of their own, whose pollers wait. */
class StartAndEndTest {
    private static final int SECONDS = 30;
    private static final Limits HASTY = Limits.defaults().withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(50));

    /** Reports what a test puts, once each, and fails when it is told to. */
    private static final class TestPoller implements Poller {
        private final Semaphore woken = new Semaphore(0);
        private final Queue<Long> ready = new ConcurrentLinkedQueue<>();
        private volatile boolean fails;
        private volatile boolean closed;

        @Override
        public void register(Pollable what, long key, int interest) {}

        @Override
        public void poll(long timeoutNanos, Events events) throws IOException {
            if (timeoutNanos > 0) {
                try {
                    woken.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // It ends the poll.
                }
            }
            woken.drainPermits();
            if (fails) {
                throw new IOException("scripted");
            }
            for (Long key = ready.poll(); key != null; key = ready.poll()) {
                events.ready(key, Readiness.READ);
            }
        }

        @Override
        public void wakeUp() {
            woken.release();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class TestTransport implements Transport {
        private final List<TestPoller> pollers = new ArrayList<>();
        private final List<ScriptedAcceptor> acceptors = new ArrayList<>();
        private final List<Dispatcher> dispatchers = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private int unstartable = -1;
        private boolean watchless;

        /** There is no thread for that loop. */
        TestTransport unstartable(int loop) {
            unstartable = loop;
            return this;
        }

        /** There is no thread to watch the end. */
        TestTransport watchless() {
            watchless = true;
            return this;
        }

        @Override
        public Poller openPoller() {
            pollers.add(new TestPoller());
            return pollers.get(pollers.size() - 1);
        }

        @Override
        public Acceptor bind(InetSocketAddress address, KeepAlive keepAlive) {
            acceptors.add(new ScriptedAcceptor(address, keepAlive));
            return acceptors.get(acceptors.size() - 1);
        }

        @Override
        public Mailbox newMailbox(int capacity) {
            return new ScriptedMailbox(capacity);
        }

        @Override
        public Dispatcher newDispatcher(Dispatch dispatch) {
            dispatchers.add(Dispatchers.open(dispatch));
            return dispatchers.get(dispatchers.size() - 1);
        }

        @Override
        public void start(LoopThread runner) {
            if (runner.loop().index() == unstartable) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            Transport.super.start(runner);
            threads.add(runner);
        }

        @Override
        public void startWatch(Thread watcher) {
            if (watchless) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            Transport.super.startWatch(watcher);
            threads.add(watcher);
        }

        /** Lets the accepting loop serve a client. */
        void connect() {
            acceptors.get(0).offer(new ScriptedConnection(1));
            pollers.get(0).ready.add(0L);
            pollers.get(0).wakeUp();
        }

        void expectNothingLeft() {
            assertTrue(pollers.stream().allMatch(poller -> poller.closed), "a poller is open");
            assertTrue(acceptors.stream().allMatch(ScriptedAcceptor::isClosed), "a port is bound");
            assertEquals(List.of(), threads.stream().filter(Thread::isAlive).toList());
            for (Dispatcher dispatcher : dispatchers) {
                assertThrows(RuntimeException.class, () -> dispatcher.execute(() -> {}), "callbacks could still run");
            }
        }
    }

    private static ServerConfig config(int loops, MessageHandler handler, HandlerPlugin... plugins) {
        ServerConfig.Listener listener =
                new ServerConfig.Listener(new InetSocketAddress(1), List.of(new LineProtocol()), HASTY);
        return new ServerConfig(
                List.of(listener, listener),
                loops,
                handler,
                List.of(plugins),
                Dispatch.VIRTUAL_THREADS,
                HASTY,
                new TransportInfo("scripted", "a test", List.of()));
    }

    private static final MessageHandler IGNORE = (session, message) -> {};

    @Test
    @Tag("D4")
    void shouldLeaveNothingBehindWhenThereIsNoThreadForALoop() {
        for (int loop = 0; loop < 3; loop++) {
            for (boolean watchless : List.of(false, true)) {
                TestTransport transport = new TestTransport().unstartable(loop);
                transport.watchless = watchless;

                IOException failure = assertThrows(IOException.class, () -> Server.start(config(3, IGNORE), transport));

                assertTrue(failure.getMessage().startsWith("no thread for loop " + loop + " of 3: unable to create"));
                transport.expectNothingLeft();
            }
        }
    }

    @Test
    @Tag("D3")
    void shouldEndWhenThereIsNoThreadToWatchIt() throws Exception {
        TestTransport transport = new TestTransport().watchless();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        ImServer server = Server.start(
                config(2, new OpenHandler(() -> {
                    stuck.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.complete(true);
                    }
                })),
                transport);
        transport.connect();
        assertTrue(stuck.await(SECONDS, TimeUnit.SECONDS), "nobody is served");
        CompletableFuture<Void> told = server.closeFuture().toCompletableFuture();

        closeInTime(server);

        assertTrue(interrupted.get(SECONDS, TimeUnit.SECONDS));
        told.get(SECONDS, TimeUnit.SECONDS);
        transport.expectNothingLeft();
    }

    private record OpenHandler(Runnable onOpen) implements MessageHandler {
        @Override
        public void onOpen(ClientSession session) {
            onOpen.run();
        }

        @Override
        public void onMessage(ClientSession session, Message message) {}
    }

    /** A loop that ends has told of what it has not delivered, as its last act: there the host may close, too. */
    @Test
    @Tag("D3")
    void shouldEndWhenClosedByALoopThatEnds() throws Exception {
        TestTransport transport = new TestTransport();
        CountDownLatch opened = new CountDownLatch(1);
        ImServer server = Server.start(config(2, new OpenHandler(opened::countDown)), transport);
        transport.connect();
        assertTrue(opened.await(SECONDS, TimeUnit.SECONDS), "nobody is served");
        CompletableFuture<Boolean> returned = new CompletableFuture<>();

        transport.pollers.get(0).fails = true;
        server.all().send("x").counts().thenRun(() -> {
            server.close();
            returned.complete(true);
        });

        assertTrue(returned.get(SECONDS, TimeUnit.SECONDS));
        server.closeFuture().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        closeInTime(server);
    }

    @Test
    @Tag("D4")
    void shouldTellPluginsOfTheEndWhenThereIsNoThreadForALoop() {
        List<String> told = new ArrayList<>();
        TestTransport transport = new TestTransport().unstartable(1);

        assertThrows(
                IOException.class,
                () -> Server.start(
                        config(3, IGNORE, new Telling("outer", told), new Telling("inner", told)), transport));

        assertEquals(List.of("outer starts", "inner starts", "inner stops", "outer stops"), told);
        transport.expectNothingLeft();
    }

    private record Telling(String name, List<String> told) implements HandlerPlugin {
        @Override
        public MessageHandler wrap(MessageHandler next) {
            return next;
        }

        @Override
        public void onStart(ImServer server) {
            told.add(name + " starts");
        }

        @Override
        public void onStop(ImServer server) {
            told.add(name + " stops");
            server.close();
        }
    }

    @Test
    void shouldRunOnThreadsThatAreNoDaemonsWhenADaemonStartsIt() throws Exception {
        TestTransport transport = new TestTransport();
        CompletableFuture<ImServer> started = new CompletableFuture<>();
        Thread daemon = new Thread(() -> {
            try {
                started.complete(Server.start(config(2, IGNORE), transport));
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        daemon.setDaemon(true);

        daemon.start();
        ImServer server = started.get(SECONDS, TimeUnit.SECONDS);

        transport.threads.forEach(
                thread -> assertEquals(thread instanceof Watchdog, thread.isDaemon(), thread.getName()));
        closeInTime(server);
        transport.threads.forEach(
                thread -> assertEquals(thread instanceof Watchdog, thread.isDaemon(), thread.getName()));
    }

    private static void closeInTime(ImServer server) throws Exception {
        CompletableFuture.runAsync(server::close, task -> {
                    Thread thread = new Thread(task, "closing");
                    thread.setDaemon(true);
                    thread.start();
                })
                .get(SECONDS, TimeUnit.SECONDS);
    }
}
