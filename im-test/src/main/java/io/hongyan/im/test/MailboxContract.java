package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.evidence.Await;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Mailbox} must do. A transport runs it by a class in its tests that extends this one; JUnit and jqwik
 * run it.
 */
public abstract class MailboxContract {
    private interface Taker {
        void take(Object target, Object payload);
    }

    /** A sink that always has room for more. */
    private static Mailbox.Sink on(Taker taker) {
        return (command, target, payload) -> {
            taker.take(target, payload);
            return true;
        };
    }

    private static final Mailbox.Sink NOWHERE = (command, target, payload) -> true;
    private static final int ALL = Integer.MAX_VALUE;
    private static final int PRODUCERS = 4;

    /** On a machine with few processors the others need this one. */
    private static final int SHORT_NANOS = 1_000;

    /** For subclasses. */
    protected MailboxContract() {}

    /**
     * The transport under test.
     *
     * @return a new one or always the same
     */
    @SuppressWarnings("exports") // the engine is for transports, and so are these contracts
    protected abstract Transport transport();

    /** Whatever is offered and drained in whatever order, it does what a bounded queue does. */
    @Property(tries = 300)
    void mailboxEqualsABoundedQueue(
            @ForAll @IntRange(min = 0, max = 5) int capacityExponent,
            @ForAll List<@IntRange(min = -40, max = 40) Integer> moves) {
        int capacity = 1 << capacityExponent;
        Mailbox mailbox = transport().newMailbox(capacity);
        Queue<Integer> model = new ArrayDeque<>();
        int next = 0;

        for (int move : moves) {
            for (int i = 0; i < move; i++, next++) {
                boolean fits = model.size() < capacity;
                assertEquals(fits, mailbox.offer(Command.SEND, next, next));
                if (fits) {
                    model.add(next);
                }
            }
            int taken = mailbox.drain(on((target, payload) -> assertEquals(model.remove(), target)), -move);
            assertTrue(taken <= Math.max(0, -move) && (taken == -move || model.isEmpty() || move >= 0));
            assertEquals(model.isEmpty(), mailbox.isEmpty());
            assertEquals(model.isEmpty(), mailbox.head() == mailbox.tail());
        }
    }

    @Test
    void shouldRefuseWhenItsCapacityWaits() {
        for (int capacity = 1; capacity <= 1 << 16; capacity <<= 1) {
            Mailbox mailbox = transport().newMailbox(capacity);

            assertEquals(capacity, fill(mailbox));
            assertEquals(capacity, mailbox.drain(NOWHERE, ALL));
            assertEquals(capacity, fill(mailbox));
            assertEquals(1, mailbox.drain(NOWHERE, 1));
            assertEquals(1, fill(mailbox));
        }
    }

    @Test
    void shouldTakeNoMoreThanItsCapacityWhenManyOffer() throws Exception {
        Mailbox mailbox = transport().newMailbox(1024);
        AtomicInteger taken = new AtomicInteger();

        inThreads(producer -> taken.addAndGet(fill(mailbox)));

        assertEquals(1024, taken.get());
        assertEquals(1024, mailbox.drain(NOWHERE, ALL));
    }

    @Test
    void shouldHandOverCommandTargetAndPayloadWhenDrained() {
        Mailbox mailbox = transport().newMailbox(8);
        for (Command command : Command.values()) {
            Object target = new Object();
            Object payload = new Object();
            mailbox.offer(command, target, payload);

            mailbox.drain(
                    (c, t, p) -> {
                        assertSame(command, c);
                        assertSame(target, t);
                        assertSame(payload, p);
                        return true;
                    },
                    1);
        }
    }

    /** Small, so that it is full and goes round all the time. */
    @Test
    void shouldKeepTheOrderOfEachThreadWhenManyOffer() throws Exception {
        int each = 20_000;
        Mailbox mailbox = transport().newMailbox(16);
        int[] next = new int[PRODUCERS];
        Mailbox.Sink sink = on((target, payload) -> assertEquals(next[(Integer) target]++, payload));

        Thread producers = new Thread(() -> inThreads(producer -> {
            for (int i = 0; i < each; i++) {
                while (!mailbox.offer(Command.SEND, producer, i)) {
                    LockSupport.parkNanos(SHORT_NANOS);
                }
            }
        }));
        producers.start();
        for (int drained = 0; drained < PRODUCERS * each; ) {
            drained += pauseIfNone(mailbox.drain(sink, 5));
        }

        producers.join();
        assertTrue(mailbox.isEmpty());
    }

    @Test
    void shouldHaveDrainedAllBeforeATailWhenTheHeadIsThere() throws Exception {
        record Mark(int producer, int sequence, long tail) {}
        int each = 20_000;
        Mailbox mailbox = transport().newMailbox(64);
        Queue<Mark> marks = new ConcurrentLinkedQueue<>();
        int[] next = new int[PRODUCERS];
        Mailbox.Sink sink = on((target, payload) -> next[(Integer) target]++);

        Thread producers = new Thread(() -> inThreads(producer -> {
            for (int i = 0; i < each; i++) {
                while (!mailbox.offer(Command.SEND, producer, i)) {
                    LockSupport.parkNanos(SHORT_NANOS);
                }
                marks.add(new Mark(producer, i, mailbox.tail()));
            }
        }));
        producers.start();
        List<Mark> pending = new ArrayList<>();
        for (int drained = 0; drained < PRODUCERS * each; ) {
            drained += pauseIfNone(mailbox.drain(sink, 7));
            for (Mark mark = marks.poll(); mark != null; mark = marks.poll()) {
                pending.add(mark);
            }
            long head = mailbox.head();
            pending.removeIf(mark -> {
                boolean past = head - mark.tail >= 0;
                assertTrue(!past || next[mark.producer] > mark.sequence, "the head is past what was not drained");
                return past;
            });
        }
        producers.join();

        pending.addAll(marks);
        assertTrue(pending.stream().allMatch(mark -> mailbox.head() - mark.tail >= 0), "all is drained but the head");
        assertEquals(mailbox.tail(), mailbox.head());
    }

    @Test
    void shouldNotCountAsDrainedWhenTheSinkHasNotReturned() {
        Mailbox mailbox = transport().newMailbox(8);
        mailbox.offer(Command.SEND, "target", "payload");
        long tail = mailbox.tail();

        mailbox.drain(on((target, payload) -> assertTrue(mailbox.head() - tail < 0)), ALL);

        assertEquals(tail, mailbox.head());
    }

    @Test
    void shouldTakeWhatASinkOffersWhenThereIsRoom() {
        Mailbox mailbox = transport().newMailbox(8);
        mailbox.offer(Command.SEND, 1, "payload");

        mailbox.drain(on((target, payload) -> assertTrue(mailbox.offer(Command.SEND, 2, "payload"))), 1);

        assertFalse(mailbox.isEmpty());
        assertEquals(1, mailbox.drain(on((target, payload) -> assertEquals(2, target)), ALL));
    }

    /** One turn of a loop is bounded by what its commands cost, which the sink alone knows. */
    @Test
    void shouldStopBehindACommandWhenTheSinkHasEnough() {
        Mailbox mailbox = transport().newMailbox(8);
        for (int i = 0; i < 8; i++) {
            mailbox.offer(Command.SEND, i, "payload");
        }
        List<Object> taken = new ArrayList<>();

        int first = mailbox.drain((command, target, payload) -> taken.add(target) && taken.size() < 3, ALL);
        long head = mailbox.head();
        int second = mailbox.drain(on((target, payload) -> taken.add(target)), ALL);

        assertEquals(3, first);
        assertTrue(mailbox.head() - head > 0, "the head stands behind all that was offered");
        assertEquals(5, second);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), taken);
    }

    @Test
    void shouldHoldNothingWhenDrained() {
        Mailbox mailbox = transport().newMailbox(8);
        WeakReference<Object> held = offerSomething(mailbox);

        mailbox.drain(NOWHERE, ALL);

        Await.until("what was drained is let go", () -> {
            System.gc();
            return held.refersTo(null);
        });
        assertTrue(mailbox.isEmpty());
    }

    @Test
    void shouldTakeEveryTaskWhenManyThreadsPut() throws Exception {
        int each = 20_000;
        Mailbox mailbox = transport().newMailbox(1);
        AtomicInteger ran = new AtomicInteger();

        Thread producers = new Thread(() -> inThreads(producer -> {
            for (int i = 0; i < each; i++) {
                mailbox.execute(ran::incrementAndGet);
            }
        }));
        producers.start();
        for (int drained = 0; drained < PRODUCERS * each; ) {
            drained += pauseIfNone(mailbox.drainTasks(Runnable::run, 100));
        }
        producers.join();

        assertEquals(PRODUCERS * each, ran.get());
        assertTrue(mailbox.isEmpty());
    }

    @Test
    void shouldStopAtTheLimitWhenTasksPutTasks() {
        Mailbox mailbox = transport().newMailbox(1);
        Runnable[] again = new Runnable[1];
        again[0] = () -> mailbox.execute(again[0]);
        mailbox.execute(again[0]);

        assertEquals(10, mailbox.drainTasks(Runnable::run, 10));

        assertFalse(mailbox.isEmpty());
    }

    private static WeakReference<Object> offerSomething(Mailbox mailbox) {
        Object something = new Object();
        mailbox.offer(Command.SEND, something, something);
        return new WeakReference<>(something);
    }

    private static int pauseIfNone(int drained) {
        if (drained == 0) {
            LockSupport.parkNanos(SHORT_NANOS);
        }
        return drained;
    }

    private static int fill(Mailbox mailbox) {
        int taken = 0;
        while (mailbox.offer(Command.SEND, "target", "payload")) {
            taken++;
        }
        return taken;
    }

    /** Runs it in several threads at once, each with its number. */
    private static void inThreads(Consumer<Integer> work) {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            int number = i;
            threads.add(new Thread(() -> {
                try {
                    start.await();
                    work.accept(number);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
