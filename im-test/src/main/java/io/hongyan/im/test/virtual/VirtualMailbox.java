package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Command;
import io.hongyan.im.engine.Mailbox;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two plain queues under one lock; others may go on behind each command. */
final class VirtualMailbox implements Mailbox {
    private record Order(Command command, Object target, Object payload) {}

    private final Fate fate;
    private final int capacity;

    // Guarded by this object's lock:
    private final ArrayDeque<Order> commands = new ArrayDeque<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private long tail;
    private long head;

    /** The loop is about to wait: between its look here and its wait others may put something. */
    private boolean looked;

    VirtualMailbox(Fate fate, int capacity) {
        this.fate = fate;
        this.capacity = capacity;
        // Positions are told apart by their difference alone, also across overflow.
        tail = Long.MAX_VALUE - fate.choose(64);
        head = tail;
    }

    @Override
    public synchronized boolean offer(Command command, Object target, Object payload) {
        fate.putting();
        if (commands.size() >= capacity) {
            return false;
        }
        commands.add(new Order(command, target, payload));
        tail++;
        return true;
    }

    @Override
    public int drain(Sink sink, int limit) {
        int count = 0;
        while (count < limit) {
            Order next = takeCommand();
            if (next == null) {
                break;
            }
            boolean more = sink.onCommand(next.command(), next.target(), next.payload());
            pass();
            count++;
            if (!more) {
                break;
            }
            if (count < limit) {
                fate.mayPreempt();
            }
        }
        return count;
    }

    private synchronized @Nullable Order takeCommand() {
        return commands.poll();
    }

    private synchronized void pass() {
        head++;
    }

    @Override
    public synchronized long tail() {
        return tail;
    }

    @Override
    public synchronized long head() {
        return head;
    }

    @Override
    public synchronized void execute(Runnable task) {
        fate.putting();
        tasks.add(task);
    }

    @Override
    public int drainTasks(Consumer<Runnable> sink, int limit) {
        fate.mayPreempt();
        int count = 0;
        while (count < limit) {
            Runnable next = takeTask();
            if (next == null) {
                break;
            }
            sink.accept(next);
            if (++count < limit) {
                fate.mayPreempt();
            }
        }
        return count;
    }

    private synchronized @Nullable Runnable takeTask() {
        return tasks.poll();
    }

    /** In such a turn, up to its poll, others may go on behind each look. Loop thread only, as the turn is. */
    void watchLooks(boolean beginning) {
        looked = beginning;
    }

    @Override
    public boolean isEmpty() {
        boolean empty = holdsNothing();
        if (looked) {
            fate.mayPreempt();
        }
        return empty;
    }

    /** As {@link #isEmpty}, for one who only watches. */
    synchronized boolean holdsNothing() {
        return commands.isEmpty() && tasks.isEmpty();
    }
}
