package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DispatchersTest {
    @RepeatedTest(50)
    @Tag("D3")
    void shouldLeaveNoThreadOfThePoolAlive() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger done = new AtomicInteger();
        Dispatcher dispatcher = Dispatchers.poolOfThreads();
        for (int i = 0; i < 64; i++) {
            dispatcher.execute(() -> {
                threads.add(Thread.currentThread());
                done.incrementAndGet();
            });
        }

        assertTrue(dispatcher.close(Duration.ofSeconds(30)));

        assertEquals(64, done.get());
        assertEquals(List.of(), threads.stream().filter(Thread::isAlive).toList());
    }

    /** So much stack that no machine has it: the same failure as at a limit of threads. */
    private static final long NO_STACK = 1L << 50;

    @Test
    @Tag("E1")
    void shouldRunAllOnTheThreadsThereAreWhenNoMoreCanBeHad() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Dispatcher dispatcher = Dispatchers.poolOfThreads(
                task -> made.incrementAndGet() <= 2 ? new Thread(task) : new Thread(null, task, "never", NO_STACK));
        CountDownLatch done = new CountDownLatch(200);

        for (int i = 0; i < 200; i++) {
            dispatcher.execute(done::countDown);
        }

        assertTrue(done.await(30, TimeUnit.SECONDS), () -> done.getCount() + " tasks are lost");
        assertTrue(made.get() < 10, () -> "asked for a thread " + made.get() + " times in a second at most");
        assertTrue(dispatcher.close(Duration.ofSeconds(30)));
        assertThrows(RuntimeException.class, () -> dispatcher.execute(done::countDown));
    }

    /** Runs or refuses, in the caller. */
    private static final class Scripted implements Dispatcher {
        private final Deque<Boolean> refusals;

        Scripted(Boolean... refusals) {
            this.refusals = new ArrayDeque<>(List.of(refusals));
        }

        @Override
        public void execute(Runnable task) {
            if (!refusals.isEmpty() && refusals.remove()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        }

        @Override
        public boolean close(Duration patience) {
            return true;
        }
    }

    private record Noted(List<String> told, int number) implements Dispatcher.Turn {
        @Override
        public void run() {
            told.add(number + " runs");
        }

        @Override
        public void refused(Throwable cause) {
            told.add(number + " is refused");
        }
    }

    private static List<String> executeAll(Dispatcher each) {
        List<String> told = new ArrayList<>();
        Dispatchers.launching(each)
                .executeAll(new ArrayList<>(List.of(new Noted(told, 1), new Noted(told, 2), new Noted(told, 3))));
        return told.stream().sorted().toList();
    }

    @Test
    @Tag("E1")
    void shouldRunOrRefuseEachTurnOnceWhenSomeFindNoThread() {
        assertEquals(List.of("1 runs", "2 runs", "3 runs"), executeAll(new Scripted()));
        assertEquals(List.of("1 runs", "2 is refused", "3 runs"), executeAll(new Scripted(false, true, false)));
        assertEquals(List.of("1 runs", "2 is refused", "3 is refused"), executeAll(new Scripted(false, true, true)));
    }

    @Test
    @Tag("E1")
    void shouldTakeNoTurnAlongWhenTheOneThatStartsThemIsRefused() {
        assertEquals(List.of("1 runs", "2 runs", "3 runs"), executeAll(new Scripted(true)));
        assertEquals(
                List.of("1 is refused", "2 is refused", "3 is refused"),
                executeAll(new Scripted(true, true, true, true)));
    }
}
