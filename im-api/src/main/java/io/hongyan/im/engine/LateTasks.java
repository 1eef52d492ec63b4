package io.hongyan.im.engine;

import java.util.PriorityQueue;
import java.util.function.Consumer;

/** Tasks that wait until the commands before a position have been executed, the nearest first. Loop thread only. */
final class LateTasks {
    /** Positions are told apart by their difference alone; of equal ones the older goes first. */
    private record Late(long tail, long number, Runnable task) implements Comparable<Late> {
        @Override
        public int compareTo(Late other) {
            long behind = tail - other.tail;
            return Long.signum(behind == 0 ? number - other.number : behind);
        }
    }

    private final PriorityQueue<Late> waiting = new PriorityQueue<>();
    private long added;

    void add(long tail, Runnable task) {
        waiting.add(new Late(tail, added++, task));
    }

    int size() {
        return waiting.size();
    }

    /** Runs those whose position the head has reached; what they add waits for the next call. */
    void run(long head, Consumer<Runnable> runner) {
        for (int left = waiting.size(); left > 0; left--) {
            Late next = waiting.peek();
            if (next == null || head - next.tail() < 0) {
                return;
            }
            waiting.remove();
            runner.accept(next.task());
        }
    }
}
