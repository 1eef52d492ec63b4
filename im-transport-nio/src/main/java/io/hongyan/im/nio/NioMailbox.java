package io.hongyan.im.nio;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A linked queue of commands and a JDK queue of tasks.
 *
 * <p>Each command knows its position, so that one exchange of {@code last} claims a place, counts it and bounds it;
 * the bound is exact. What follows the exchange is a field's writing, which cannot fail: neither a lack of memory nor
 * the end of a stack leaves a position that nothing comes to. A producer between the two hides what lies behind it
 * from {@link #drain}, but not from {@link #isEmpty}.
 */
final class NioMailbox implements Mailbox {
    private static final class Entry {
        private final Command command;
        private Object target;
        private Object payload;
        private long position;
        private volatile @Nullable Entry next;

        Entry(Command command, Object target, Object payload) {
            this.command = command;
            this.target = target;
            this.payload = payload;
        }
    }

    private static final AtomicReferenceFieldUpdater<NioMailbox, Entry> LAST =
            AtomicReferenceFieldUpdater.newUpdater(NioMailbox.class, Entry.class, "last");

    /** What a drained entry holds. */
    private static final Object NOTHING = new Object();

    private final int capacity;
    private volatile Entry last;

    /** The one drained most recently, empty by now. Loop thread only. */
    private Entry drained;

    /** How many have been drained and their sinks have returned. Written by the loop. */
    private final AtomicLong head = new AtomicLong();

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    NioMailbox(int capacity) {
        if (capacity < 1 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two from 1 on, was " + capacity);
        }
        this.capacity = capacity;
        drained = new Entry(Command.CLOSE, NOTHING, NOTHING);
        last = drained;
    }

    @Override
    public boolean offer(Command command, Object target, Object payload) {
        Entry entry = new Entry(command, target, payload);
        Entry previous;
        do {
            previous = last;
            // The head can have passed a previous that is not the last any more: then the exchange fails.
            if (previous.position - head.get() >= capacity) {
                return false;
            }
            entry.position = previous.position + 1;
        } while (!LAST.compareAndSet(this, previous, entry));
        previous.next = entry;
        return true;
    }

    @Override
    public int drain(Sink sink, int limit) {
        int count = 0;
        while (count < limit) {
            Entry entry = drained.next;
            if (entry == null) {
                break;
            }
            // An old entry that points at younger ones would keep them for the collector's next big round.
            drained.next = null;
            drained = entry;
            Object target = entry.target;
            Object payload = entry.payload;
            entry.target = NOTHING;
            entry.payload = NOTHING;
            boolean more = sink.onCommand(entry.command, target, payload);
            head.lazySet(entry.position);
            count++;
            if (!more) {
                break;
            }
        }
        return count;
    }

    @Override
    public long tail() {
        return last.position;
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
        int count = 0;
        while (count < limit) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            sink.accept(task);
            count++;
        }
        return count;
    }

    @Override
    public boolean isEmpty() {
        return last == drained && tasks.isEmpty();
    }
}
