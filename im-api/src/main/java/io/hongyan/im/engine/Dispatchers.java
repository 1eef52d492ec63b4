package io.hongyan.im.engine;

import io.hongyan.im.Dispatch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
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
        return new OnExecutor(
                Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS ? virtualThreads() : poolOfThreads());
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

    private static ExecutorService poolOfThreads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(POOL_THREADS, task -> {
            Thread thread = new Thread(task, "hongyan-handler-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
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

    private record OnExecutor(ExecutorService executor) implements Dispatcher {
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
                    ended = executor.awaitTermination(left, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return ended;
        }
    }
}
