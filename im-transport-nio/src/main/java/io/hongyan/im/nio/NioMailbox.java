package io.hongyan.im.nio;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Two JDK queues. Positions are counts: {@code tail} is raised before a command is put, {@code head} after its sink has returned.
 *
 * <p>Invariants: {@code head <= drained <= put <= tail <= head + capacity}, so the bound is exact; and since the queue is FIFO, what was
 * put before {@code tail} was read is among the first {@code tail} to be drained.
 */
final class NioMailbox implements Mailbox {
    private record Entry(Command command, Object target, Object payload) {}

    private final int capacity;
    private final ConcurrentLinkedQueue<Entry> commands = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicLong tail = new AtomicLong();

    /** Written by the loop only. */
    private final AtomicLong head = new AtomicLong();

    NioMailbox(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < 0) {
            throw new IllegalArgumentException("capacity must be a power of two, was " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    public boolean offer(Command command, Object target, Object payload) {
        Entry entry = new Entry(command, target, payload);
        long position;
        do {
            position = tail.get();
            // head can pass a position that was read before: then it was not the tail any more, and the exchange fails.
            if (position - head.get() >= capacity) {
                return false;
            }
        } while (!tail.compareAndSet(position, position + 1));
        commands.add(entry);
        return true;
    }

    @Override
    public int drain(Sink sink, int limit) {
        int drained = 0;
        while (drained < limit) {
            Entry entry = commands.poll();
            if (entry == null) {
                break;
            }
            sink.onCommand(entry.command, entry.target, entry.payload);
            head.lazySet(head.getPlain() + 1);
            drained++;
        }
        return drained;
    }

    @Override
    public long tail() {
        return tail.get();
    }

    @Override
    public long head() {
        return head.get();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public int drainTasks(Consumer<Runnable> sink, int limit) {
        int drained = 0;
        while (drained < limit) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            sink.accept(task);
            drained++;
        }
        return drained;
    }

    @Override
    public boolean isEmpty() {
        return commands.isEmpty() && tasks.isEmpty();
    }
}
