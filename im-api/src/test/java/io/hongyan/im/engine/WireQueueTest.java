package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Limits;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.protocol.Feeding;
import io.hongyan.im.protocol.Reachable;
import io.hongyan.im.spi.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The account of output is exact (B1, B7), and what leaves is what was queued (O1). */
class WireQueueTest {
    private final Account account = new Account();
    private static final int LIMIT_BYTES = 1024;
    private static final int LIMIT_MESSAGES = 9;

    /** A send of so many bytes; or, if negative, room in the kernel for so many and a turn of the loop. */
    @Property(tries = 1000)
    void outboundNeverExceedsItsLimit(@ForAll("steps") List<Integer> steps, @ForAll Overflow policy) {
        Recording handler = new Recording();
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(LIMIT_BYTES, LIMIT_MESSAGES, policy))
                .start(handler);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        Backlog backlog = ((Session) session).backlog();
        Expectation expectation = new Expectation();
        List<Integer> accepted = new ArrayList<>();
        for (int step : steps) {
            if (step < 0) {
                connection.takes(-step);
                server.turn(0);
            } else {
                send(session, expectation, accepted, step);
            }
            assertTrue(backlog.bytes() <= LIMIT_BYTES && backlog.messages() <= LIMIT_MESSAGES, "over the limit");
            assertEquals(backlog.bytes(), session.pendingBytes());
            if (session.isOpen() && expectation.size() == accepted.size()) {
                assertEquals(pending(accepted, connection.taken().length), session.pendingBytes());
            }
        }
        boolean open = session.isOpen();
        connection.takes(Long.MAX_VALUE);
        server.settle();

        assertEquals(0, session.pendingBytes());
        if (open) {
            expectation.requireMetInPlaceBy(connection.takenText());
        } else {
            expectation.requireBegunBy(connection.takenText());
        }
        server.endAll();
        assertEquals(List.of(), handler.violationsAtTheEnd());
    }

    private static void send(ClientSession session, Expectation expectation, List<Integer> accepted, int bytes) {
        String text = accepted.size() + "x".repeat(bytes);
        boolean open = session.isOpen();
        switch (session.send(text)) {
            case ACCEPTED -> {
                assertTrue(open);
                expectation.arrives(text);
                accepted.add(text.length() + 1);
            }
            case OVERFLOW -> {
                assertTrue(open);
                expectation.isMissed(text);
            }
            case CLOSED -> assertTrue(!open);
        }
    }

    /** What the accepted ones that have not left whole cost. */
    private static long pending(List<Integer> accepted, int taken) {
        long pending = 0;
        int end = 0;
        for (int length : accepted) {
            end += length;
            pending += end > taken ? Math.max(64, length) : 0;
        }
        return pending;
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.oneOf(
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(0, LIMIT_BYTES - 4),
                        Arbitraries.integers().between(-700, -1))
                .list()
                .ofMaxSize(60);
    }

    /** Several queues that share wires, as members of a group do; one of them is filled, and so much of it written. */
    @Property
    void gatherGivesTheBytesOfEachQueue(@ForAll("turns") List<Integer> turns) {
        Gather gather = new Gather();
        List<WireQueue> queues = List.of(new WireQueue(), new WireQueue(), new WireQueue());
        List<ByteArrayOutputStream> models =
                List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        int[] written = new int[queues.size()];
        int[] departed = new int[queues.size()];
        for (int turn : turns) {
            int one = turn % queues.size();
            Wire wire = Wire.of(("wire " + turn + ";").repeat(turn % 7 + 1).getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < queues.size(); i++) {
                if (turn % 5 != 0 || i == one) {
                    queues.get(i).add(wire, wire.length());
                    models.get(i).writeBytes(Feeding.bytesOf(wire));
                }
            }
            for (int i = 0; i < queues.size(); i++) {
                Gather.Lot lot = gather.lend(queues.get(i));
                ByteBuffer bytes = lot.bytes();
                byte[] all = new byte[bytes.remaining()];
                bytes.get(all);
                assertArrayEquals(
                        Arrays.copyOfRange(
                                models.get(i).toByteArray(),
                                written[i],
                                models.get(i).size()),
                        all);
                int count = turn % 3 == 0 ? all.length * (turn % 4) / 3 : all.length;
                gather.giveBack(lot);
                departed[i] += (int) queues.get(i).advance(count, account);
                written[i] += count;
                assertTrue(departed[i] <= written[i]);
                assertEquals(written[i] == models.get(i).size(), queues.get(i).isEmpty());
                assertEquals(written[i] > departed[i], queues.get(i).isInsideWire());
            }
            if (turn % 11 == 0) {
                gather.forget();
            }
        }
    }

    /** What counts against the budget is each wire that any queue holds back, once, and each reference to it; whatever is done (B4). */
    @Property
    void whatIsHeldBackIsCountedExactly(@ForAll("turns") List<Integer> turns) {
        Account shared = new Account();
        List<WireQueue> queues = List.of(new WireQueue(), new WireQueue(), new WireQueue());
        List<List<Wire>> held = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int turn : turns) {
            int one = turn % queues.size();
            WireQueue queue = queues.get(one);
            switch (turn % 7) {
                case 0, 1 -> queue.holdBack(shared, turn);
                case 2 -> queue.advance(turn % 97 % (bytesIn(queue) + 1), shared);
                case 3 -> {
                    Wire begun = queue.isInsideWire() ? queue.get(0) : Wire.EMPTY;
                    queue.clearRest(shared);
                    assertEquals(begun == Wire.EMPTY ? 0 : 1, queue.size());
                    assertTrue(queue.isEmpty() || (queue.get(0) == begun && queue.isInsideWire()));
                }
                default -> {
                    Wire wire = Wire.of(new byte[turn % 50 + 1]);
                    queues.forEach(each -> each.add(wire, wire.length()));
                }
            }
            refresh(held.get(one), queue, turn % 7 < 2);
            Set<Wire> once = Collections.newSetFromMap(new IdentityHashMap<>());
            held.forEach(once::addAll);
            long wires = once.stream()
                    .mapToLong(w -> w.length() + Account.WIRE_BYTES)
                    .sum();
            long references = held.stream().mapToLong(List::size).sum() * Account.REFERENCE_BYTES;
            assertEquals(wires + references, shared.bytes());
        }
        queues.forEach(queue -> queue.clear(shared));
        assertEquals(0, shared.bytes());
    }

    private static int bytesIn(WireQueue queue) {
        int sum = 0;
        for (int i = 0; i < queue.size(); i++) {
            sum += queue.get(i).length();
        }
        return queue.isInsideWire() ? sum - queue.get(0).length() + 1 : sum;
    }

    /** Of those held, which are the first of the queue, some may have left. */
    private static void refresh(List<Wire> held, WireQueue queue, boolean all) {
        List<Wire> now = new ArrayList<>();
        for (int i = 0; i < queue.size(); i++) {
            now.add(queue.get(i));
        }
        held.removeIf(wire -> now.stream().noneMatch(other -> other == wire));
        if (all) {
            held.clear();
            held.addAll(now);
        }
    }

    @Provide
    Arbitrary<List<Integer>> turns() {
        return Arbitraries.integers().between(0, 1_000_000).list().ofMaxSize(40);
    }

    @Test
    void shouldGatherInPiecesWhenAQueueIsLargerThanTheBuffer() {
        Gather gather = new Gather();
        WireQueue queue = new WireQueue();
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        for (int i = 0; i < 12; i++) {
            byte[] bytes = new byte[60_000];
            Arrays.fill(bytes, (byte) i);
            queue.add(Wire.of(bytes), 0);
            model.writeBytes(bytes);
        }

        ByteArrayOutputStream written = new ByteArrayOutputStream();
        while (!queue.isEmpty()) {
            Gather.Lot lot = gather.lend(queue);
            ByteBuffer bytes = lot.bytes();
            byte[] some = new byte[Math.min(bytes.remaining(), 100_001)];
            bytes.get(some);
            written.writeBytes(some);
            gather.giveBack(lot);
            queue.advance(some.length, account);
        }

        assertArrayEquals(model.toByteArray(), written.toByteArray());
    }

    /** Nothing outlives an iteration, also not what an earlier and longer queue left behind. */
    @Test
    void shouldHoldNoWireWhenTheIterationIsOver() {
        Gather gather = new Gather();
        WireQueue longer = new WireQueue();
        WireQueue shorter = new WireQueue();
        for (int i = 0; i < 10; i++) {
            longer.add(Wire.of(new byte[1000]), 0);
        }
        shorter.add(Wire.of(new byte[1000]), 0);
        gather.giveBack(gather.lend(new WireQueue()));
        long empty = Reachable.bytes(gather);

        gather.giveBack(gather.lend(longer));
        gather.giveBack(gather.lend(shorter));
        gather.forget();

        assertEquals(empty, Reachable.bytes(gather));
    }

    /** Whose write has not completed keeps the bytes: what is gathered meanwhile goes elsewhere. */
    @Test
    void shouldLeaveBytesAloneWhenTheyAreLent() {
        Gather gather = new Gather();
        WireQueue one = new WireQueue();
        WireQueue other = new WireQueue();
        one.add(Wire.of("one".getBytes(StandardCharsets.US_ASCII)), 0);
        other.add(Wire.of("other".getBytes(StandardCharsets.US_ASCII)), 0);

        Gather.Lot first = gather.lend(one);
        Gather.Lot second = gather.lend(other);

        assertEquals("one", StandardCharsets.US_ASCII.decode(first.bytes()).toString());
        assertEquals("other", StandardCharsets.US_ASCII.decode(second.bytes()).toString());
    }

    @Test
    void shouldKeepTheLimitsExactWhenManyThreadsReserve() throws Exception {
        int threads = 8;
        Backlog backlog =
                new Backlog(Bounds.of(Limits.defaults().withOutbound(LIMIT_BYTES, LIMIT_MESSAGES, Overflow.DROP)));
        AtomicLong bytes = new AtomicLong();
        AtomicLong messages = new AtomicLong();
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> runs = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            runs.add(executor.submit(() -> {
                together.await();
                for (int i = 0; i < 50_000; i++) {
                    int cost = ThreadLocalRandom.current().nextInt(64, 400);
                    if (backlog.reserve(Backlog.charge(cost))) {
                        assertTrue(
                                bytes.addAndGet(cost) <= LIMIT_BYTES && messages.incrementAndGet() <= LIMIT_MESSAGES);
                        bytes.addAndGet(-cost);
                        messages.decrementAndGet();
                        backlog.release(Backlog.charge(cost));
                    }
                }
                return null;
            }));
        }
        try {
            for (Future<?> run : runs) {
                run.get(30, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertEquals(0, backlog.bytes());
        assertEquals(0, backlog.messages());
    }

    @Test
    void shouldRefuseForGoodWhenAMessageAloneIsOverTheLimit() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .limits(Limits.defaults().withOutbound(LIMIT_BYTES, LIMIT_MESSAGES, Overflow.CLOSE))
                .start(new Recording());
        ClientSession session = server.session(server.connect());

        String refusal = assertThrows(IllegalArgumentException.class, () -> session.send("x".repeat(LIMIT_BYTES)))
                .getMessage();

        assertTrue(refusal.contains("outboundLimitBytes") && refusal.contains("1025"), refusal);
        assertTrue(session.isOpen());
        assertEquals(SendResult.ACCEPTED, session.send("x".repeat(LIMIT_BYTES - 1)));
        assertEquals(SendResult.OVERFLOW, session.send(""));
        server.endAll();
    }
}
