package io.hongyan.im.engine;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** Two plain queues under one lock. */
final class ScriptedMailbox implements Mailbox {
    private record Order(Command command, Object target, Object payload) {}

    private final int capacity;
    private final ArrayDeque<Order> commands = new ArrayDeque<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Runnable afterCommand = () -> {};
    private Runnable afterLook = () -> {};
    private int looksLeft;
    private Runnable beforeOffer = () -> {};
    private long tasksPut;
    private long tail;

    /** Commands whose sink has returned. */
    private long head;

    ScriptedMailbox(int capacity) {
        this.capacity = capacity;
    }

    synchronized int commandsWaiting() {
        return commands.size();
    }

    /** How many tasks were put so far. */
    synchronized long tasksPut() {
        return tasksPut;
    }

    /** Runs within each offer from now on, in the thread that offers. */
    void beforeOffer(Runnable action) {
        beforeOffer = action;
    }

    @Override
    public boolean offer(Command command, Object target, Object payload) {
        beforeOffer.run();
        return put(command, target, payload);
    }

    private synchronized boolean put(Command command, Object target, Object payload) {
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
        for (Order next = take(); next != null; next = take()) {
            boolean more = sink.onCommand(next.command(), next.target(), next.payload());
            passed();
            afterNextCommand();
            if (++count == limit || !more) {
                break;
            }
        }
        return count;
    }

    /** Runs once, behind the next command that is executed. */
    void afterNextCommand(Runnable action) {
        afterCommand = action;
    }

    private void afterNextCommand() {
        Runnable action = afterCommand;
        afterCommand = () -> {};
        action.run();
    }

    private synchronized Order take() {
        return commands.poll();
    }

    private synchronized void passed() {
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
        tasks.add(task);
        tasksPut++;
    }

    @Override
    public int drainTasks(Consumer<Runnable> sink, int limit) {
        int count = 0;
        for (Runnable next = takeTask(); next != null; next = takeTask()) {
            sink.accept(next);
            if (++count == limit) {
                break;
            }
        }
        return count;
    }

    private synchronized Runnable takeTask() {
        return tasks.poll();
    }

    /** Runs once, right behind the look of that number that the loop takes from now on, 1 for the next. */
    void afterLook(int number, Runnable action) {
        looksLeft = number;
        afterLook = action;
    }

    @Override
    public boolean isEmpty() {
        boolean empty;
        synchronized (this) {
            empty = commands.isEmpty() && tasks.isEmpty();
        }
        if (--looksLeft == 0) {
            afterLook.run();
        }
        return empty;
    }
}
