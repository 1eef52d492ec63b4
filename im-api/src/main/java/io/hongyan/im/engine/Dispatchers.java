package io.hongyan.im.engine;

import io.hongyan.im.Dispatch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The dispatchers of a real machine. */
final class Dispatchers {
    private static final int POOL_THREADS = 64;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private Dispatchers() {}

    static Dispatcher open(Dispatch dispatch) {
        if (dispatch == Dispatch.ON_LOOP) {
            return new OnLoop();
        }
        return Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS
                ? new OnVirtualThreads(new OnExecutor(virtualThreads(), List.of()))
                : poolOfThreads();
    }

    /** {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("hongyan-handler-", 0).factory())}, on Java 17's API. */
    private static ExecutorService virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, "hongyan-handler-", 0L);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(named);
            Method perTask = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
            return (ExecutorService) perTask.invoke(null, factory);
        } catch (NoSuchMethodException
                | ClassNotFoundException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " has no virtual threads as Java 21 has", e);
        }
    }

    /** What stands in where Java has no virtual threads. */
    static Dispatcher poolOfThreads() {
        AtomicInteger number = new AtomicInteger();
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        ExecutorService pool = Executors.newFixedThreadPool(POOL_THREADS, task -> {
            Thread thread = new Thread(task, "hongyan-handler-" + number.getAndIncrement());
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
        return new OnExecutor(pool, threads);
    }

    private static final class OnLoop implements Dispatcher {
        @Override
        public boolean onLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            throw new IllegalStateException("callbacks run on the loop");
        }

        @Override
        public boolean close(Duration patience) {
            return true;
        }
    }

    /** A start from outside has to wake one of the threads that carry them; starts from within go to its own queue, which is far cheaper. */
    private record OnVirtualThreads(Dispatcher each) implements Dispatcher {
        @Override
        public void execute(Runnable task) {
            each.execute(task);
        }

        @Override
        public void executeAll(List<Runnable> tasks) {
            each.execute(() -> {
                for (int i = 1; i < tasks.size(); i++) {
                    each.execute(tasks.get(i));
                }
                tasks.get(0).run();
            });
        }

        @Override
        public boolean close(Duration patience) {
            return each.close(patience);
        }
    }

    /** @param threads what is joined at the end: a pool says that it ended a moment before its threads have */
    private record OnExecutor(ExecutorService executor, Collection<Thread> threads) implements Dispatcher {
        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public boolean close(Duration patience) {
            executor.shutdown();
            boolean ended = false;
            boolean interrupted = false;
            long end = System.nanoTime() + patience.toNanos();
            for (long left = patience.toNanos(); !ended && left > 0; left = end - System.nanoTime()) {
                try {
                    ended = executor.awaitTermination(left, TimeUnit.NANOSECONDS) && joined(end);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return ended;
        }

        private boolean joined(long end) throws InterruptedException {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
                if (thread.isAlive()) {
                    return false;
                }
            }
            return true;
        }
    }
}
