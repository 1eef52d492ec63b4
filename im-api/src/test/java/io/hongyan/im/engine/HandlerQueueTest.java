package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A queue that retires and is begun anew all the time, under threads that really race (O1, E9, E10). */
class HandlerQueueTest {
    private static final int EVENTS = 20_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** What it is told, in fields without a barrier: each turn sees what those before it have written. */
    private static final class Told implements MessageHandler {
        private final AtomicInteger inside = new AtomicInteger();
        private int next;
        private String broken = "";
        private volatile int writables;
        private volatile int messages;

        private void tell(Runnable what) {
            if (inside.getAndIncrement() != 0) {
                broken = "two callbacks at once";
            }
            what.run();
            inside.decrementAndGet();
        }

        @Override
        public void onMessage(ClientSession session, Message message) {
            tell(() -> {
                int number = Integer.parseInt(message.text());
                if (number != next) {
                    broken = number + " in place of " + next;
                }
                next++;
                messages = next;
            });
        }

        @Override
        public void onWritable(ClientSession session) {
            tell(() -> writables++);
        }
    }

    private static final class Life implements SessionLife {
        @Override
        public void opened(Member session) {}

        @Override
        public void closing(Member session) {}

        @Override
        public void ended(@Nullable Member session, InetSocketAddress peer, CloseReason reason) {}

        @Override
        public void gone(Member session) {}
    }

    private final class Pool implements Dispatcher {
        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public boolean close(Duration patience) {
            return true;
        }
    }

    @Test
    void shouldTellAllInOrderAndOneAtATimeWhenItRetiresAgainAndAgain() throws Exception {
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(new Recording());
        Member session = (Member) server.session(server.connect());
        Told told = new Told();
        Callbacks callbacks = new Callbacks(new Handlers(told, List.of()), new Counters(), new Log(), new Life());
        AtomicReference<HandlerQueue> current = new AtomicReference<>();
        HandlerQueue.Owner owner = retired -> current.compareAndSet(retired, null);
        Dispatcher pool = new Pool();
        Random random = new Random(1);
        int begun = 0;

        for (int i = 0; i < EVENTS; i++) {
            begun += put(
                    current,
                    owner,
                    session,
                    callbacks,
                    pool,
                    new HandlerQueue.Received(Message.text(String.valueOf(i))));
            for (int again = i % 5; again < 5; again++) {
                int before = told.writables;
                begun += put(current, owner, session, callbacks, pool, new HandlerQueue.Writable());
                requireMoreThan(before, told);
            }
            for (int spins = random.nextInt(200); spins > 0; spins--) {
                Thread.onSpinWait();
            }
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));

        assertEquals("", told.broken);
        assertEquals(EVENTS, told.messages);
        assertNull(current.get(), "a queue that is empty is kept");
        assertTrue(begun > 1, "it never retired");
    }

    /** One that is being told already does not count: what it was told of may be over. */
    private static void requireMoreThan(int before, Told told) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (told.writables == before) {
            assertTrue(System.nanoTime() < end, "never told that it is writable");
            Thread.onSpinWait();
        }
    }

    /** As a session's loop does it. Answers how many queues were begun. */
    private static int put(
            AtomicReference<HandlerQueue> current,
            HandlerQueue.Owner owner,
            Member session,
            Callbacks callbacks,
            Dispatcher pool,
            HandlerQueue.Event event) {
        HandlerQueue queue = current.get();
        if (queue != null && queue.put(event)) {
            return 0;
        }
        HandlerQueue anew = new HandlerQueue(owner, session, callbacks, pool);
        anew.put(event);
        current.set(anew);
        pool.execute(anew);
        return 1;
    }
}
