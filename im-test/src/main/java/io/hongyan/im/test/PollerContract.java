package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.engine.Acceptor;
import io.hongyan.im.engine.Connection;
import io.hongyan.im.engine.Poller;
import io.hongyan.im.engine.Readiness;
import io.hongyan.im.test.client.RawClient;
import io.hongyan.im.test.evidence.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a {@link Poller} must do. A transport runs it by a class in its tests that extends this one. */
public abstract class PollerContract extends PortTest {
    private static final long MILLI = 1_000_000;
    private static final long SHORT_NANOS = 1_000;
    private static final long FIRST = 0;
    private static final long SECOND = (long) Integer.MAX_VALUE << Integer.SIZE | 1;

    /** For subclasses. */
    protected PollerContract() {}

    @Test
    void shouldReturnAtOnceWhenWokenBeforeThePoll() throws IOException {
        poller().wakeUp();
        poller().wakeUp();

        assertEquals(Map.of(), poll(FOREVER));
    }

    @Test
    void shouldReturnWhenWokenDuringThePoll() throws Exception {
        Thread waker = new Thread(poller()::wakeUp);

        waker.start();

        assertEquals(Map.of(), poll(FOREVER));
        waker.join();
    }

    @Test
    void shouldWaitAgainWhenAWakeUpIsUsedUp() throws IOException {
        poller().wakeUp();
        poll(FOREVER);
        long start = System.nanoTime();

        poll(20 * MILLI);

        assertTrue(System.nanoTime() - start >= 20 * MILLI, "returned before time was up");
    }

    @Test
    @Tag("E6")
    void shouldLoseNoWakeUpWhenThousandsCome() throws Exception {
        int rounds = 20_000;
        AtomicLong asked = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        Thread waker = new Thread(() -> {
            for (int i = 1; i <= rounds; i++) {
                while (seen.get() < i - 1) {
                    LockSupport.parkNanos(SHORT_NANOS);
                }
                asked.set(i);
                poller().wakeUp();
            }
        });

        waker.start();
        while (seen.get() < rounds) {
            poll(FOREVER);
            seen.set(asked.get());
        }

        waker.join();
    }

    @Test
    void shouldKeepAWakeUpWhenSomethingIsClosedAfterIt() throws IOException {
        Acceptor acceptor = bind();
        poller().register(acceptor, FIRST, Readiness.READ);
        connect(acceptor);

        poller().poll(FOREVER, (key, readiness) -> {
            poller().wakeUp();
            acceptor.close();
        });

        assertEquals(Map.of(), poll(FOREVER));
    }

    @Test
    void shouldDoNothingWhenWokenAfterClose() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean stopped = new AtomicBoolean();
        Thread waker = new Thread(() -> {
            while (!stopped.get()) {
                poller().wakeUp();
                started.countDown();
            }
        });
        waker.start();
        Await.zero("the waker runs", started);

        poller().close();
        poller().close();
        Acceptor acceptor = bind();
        RawClient client = connect(acceptor);
        Connection connection = accept(acceptor);
        stopped.set(true);
        waker.join();
        poller().wakeUp();

        // No wake-up was written to a socket that has the number of the poller's now.
        connection.shutdownOutput();
        client.expectEnd();
        client.close();
        Await.until("the end comes, and nothing before", () -> readsEnd(connection));
    }

    @Test
    @Tag("E7")
    void shouldClearAnInterruptWhenPolling() throws IOException {
        Thread.currentThread().interrupt();

        assertEquals(Map.of(), poll(FOREVER));

        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldReportAnAcceptorWhenSomebodyConnects() throws IOException {
        Acceptor acceptor = bind();
        poller().register(acceptor, SECOND, Readiness.READ);
        connect(acceptor);

        Map<Long, Integer> ready = poll(FOREVER);

        assertEquals(Map.of(SECOND, Readiness.READ), ready);
    }

    @Test
    void shouldReportAgainWhenNothingWasDone() throws IOException {
        Pair pair = pair(FIRST, Readiness.READ);
        pair.client.sendBytes(new byte[] {1});

        assertEquals(Map.of(FIRST, Readiness.READ), poll(FOREVER));
        assertEquals(Map.of(FIRST, Readiness.READ), poll(FOREVER));
    }

    @Test
    void shouldReportWhatIsAskedForWhenInterestChanges() throws IOException {
        Pair pair = pair(FIRST, 0);
        pair.client.sendBytes(new byte[] {1});

        assertEquals(Map.of(), poll(MILLI));
        pair.connection.interest(Readiness.WRITE);
        assertEquals(Map.of(FIRST, Readiness.WRITE), poll(FOREVER));
        pair.connection.interest(Readiness.READ);
        awaitReady(FIRST, Readiness.READ);
        assertEquals(Map.of(FIRST, Readiness.READ), poll(FOREVER));
        pair.connection.interest(Readiness.READ | Readiness.WRITE);
        assertEquals(Map.of(FIRST, Readiness.READ | Readiness.WRITE), poll(FOREVER));
        pair.connection.interest(0);
        assertEquals(Map.of(), poll(MILLI));
        pair.connection.interest(Readiness.WRITE);
        assertEquals(Map.of(FIRST, Readiness.WRITE), poll(FOREVER));
    }

    @Test
    void shouldReportNothingWhenInterestIsNoneEvenAfterAReset() throws IOException {
        Pair silent = pair(FIRST, Readiness.READ);
        Pair watched = pair(SECOND, Readiness.READ);
        silent.connection.interest(0);

        silent.client.reset();
        watched.client.reset();
        awaitReady(SECOND, Readiness.READ);
        watched.connection.interest(0);

        assertEquals(Map.of(), poll(20 * MILLI));
        silent.connection.interest(Readiness.READ);
        assertTrue((poll(FOREVER).getOrDefault(FIRST, 0) & Readiness.READ) != 0, "the reset was lost");
        assertThrows(IOException.class, () -> silent.connection.read(ByteBuffer.allocateDirect(1)));
    }

    @Test
    void shouldReportReadWhenThePeerEndsItsOutput() throws IOException {
        Pair pair = pair(FIRST, Readiness.READ);

        pair.client.halfClose();

        awaitReady(FIRST, Readiness.READ);
        assertEquals(-1, pair.connection.read(ByteBuffer.allocateDirect(1)));
    }

    @Test
    void shouldReportClosedOnesNoMoreWhenThePollIsOver() throws IOException {
        List<Pair> pairs = new ArrayList<>();
        for (long key = 0; key < 200; key++) {
            pairs.add(pair(key, Readiness.WRITE));
        }

        // Every event closes all: the rest of them are stale.
        int[] told = new int[1];
        poller().poll(FOREVER, (key, readiness) -> {
            told[0]++;
            pairs.forEach(p -> p.connection.close());
        });

        assertTrue(told[0] > 0, "nothing was ready");
        assertEquals(Map.of(), poll(0));
        for (Pair pair : pairs) {
            pair.client.expectEnd();
        }
    }

    /** A descriptor that nobody reads any more answers what still comes with a reset: this must not wait for other events. */
    @Test
    void shouldLetGoOfWhatWasClosedBeforeItWaits() throws Exception {
        Pair pair = pair(FIRST, Readiness.READ);
        poll(0);
        Crew sending = Crew.start(1, n -> {
            Await.until("it is let go of", () -> isReset(pair.client));
            poller().wakeUp();
        });

        pair.connection.close();

        assertEquals(Map.of(), poll(FOREVER));
        sending.await();
    }

    private static boolean isReset(RawClient client) {
        try {
            client.sendBytes(new byte[] {1});
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void shouldWatchAnewWhenRegisteredInsideEvents() throws IOException {
        Acceptor acceptor = bind();
        poller().register(acceptor, FIRST, Readiness.READ);
        RawClient client = connect(acceptor);
        client.sendBytes(new byte[] {1});

        poller().poll(FOREVER, (key, readiness) -> {
            try {
                poller().register(accept(acceptor), SECOND, Readiness.READ);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        awaitReady(SECOND, Readiness.READ);
    }

    @Test
    void shouldRefuseWhenWhatIsRegisteredIsClosed() throws IOException {
        Acceptor acceptor = bind();
        connect(acceptor);
        Connection connection = accept(acceptor);
        connection.close();

        assertThrows(IOException.class, () -> poller().register(connection, FIRST, Readiness.READ));
    }

    @Test
    void shouldCloseWhatWasRegisteredWhenThePollerIsGone() throws IOException {
        Pair pair = pair(FIRST, Readiness.READ);
        poller().close();

        assertThrows(IOException.class, () -> pair.connection.interest(Readiness.WRITE));
        pair.connection.close();

        pair.client.expectEnd();
    }

    @Test
    @Tag("E7")
    void shouldWatchTheSameWhenItIsRenewed() throws IOException {
        Pair reading = pair(FIRST, Readiness.READ);
        Pair writing = pair(SECOND, 0);
        Acceptor acceptor = bind();
        poller().register(acceptor, 2, Readiness.READ);
        Pair closed = pair(3, Readiness.READ);
        closed.connection.close();
        poller().wakeUp();

        poller().renew();

        assertEquals(Map.of(), poll(FOREVER), "the wake-up of before is still due, and nothing else is");
        closed.client.expectEnd();
        connect(acceptor);
        assertEquals(Map.of(2L, Readiness.READ), poll(FOREVER));
        accept(acceptor).close();
        writing.connection.interest(Readiness.WRITE);
        assertEquals(Map.of(SECOND, Readiness.WRITE), poll(FOREVER));
        writing.connection.close();
        reading.client.sendBytes(new byte[] {1});
        assertEquals(Map.of(FIRST, Readiness.READ), poll(FOREVER));
    }

    @Test
    @Tag("E7")
    void shouldLoseNoWakeUpWhenItIsRenewedAgainAndAgain() throws Exception {
        int rounds = 500;
        pair(FIRST, Readiness.READ);
        AtomicLong asked = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        Crew waking = Crew.start(1, n -> {
            for (int i = 1; i <= rounds; i++) {
                while (seen.get() < i - 1) {
                    LockSupport.parkNanos(SHORT_NANOS);
                }
                asked.set(i);
                poller().wakeUp();
            }
        });

        while (seen.get() < rounds) {
            poller().renew();
            poll(FOREVER);
            seen.set(asked.get());
        }

        waking.await();
    }

    private static boolean readsEnd(Connection connection) {
        try {
            int read = connection.read(ByteBuffer.allocateDirect(8));
            assertTrue(read <= 0, "read something");
            return read < 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Pair pair(long key, int interest) throws IOException {
        Acceptor acceptor = bind();
        RawClient client = connect(acceptor);
        Connection connection = accept(acceptor);
        acceptor.close();
        poller().register(connection, key, interest);
        return new Pair(client, connection);
    }

    private record Pair(RawClient client, Connection connection) {}
}
