package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

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
}
