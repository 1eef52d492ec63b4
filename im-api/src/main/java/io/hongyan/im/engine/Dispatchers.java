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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
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
                ? launching(new OnExecutor(virtualThreads(), List.of()))
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
        return poolOfThreads(Thread::new);
    }

    static Dispatcher poolOfThreads(ThreadFactory threads) {
        Pool pool = new Pool(threads);
        pool.prestartCoreThread();
        return new OnExecutor(pool, pool.alive);
    }

    /** Turns on the threads of another dispatcher, one of which starts them all. */
    static Dispatcher launching(Dispatcher each) {
        return new OnVirtualThreads(each);
    }

    /** At least one thread is there from the beginning: where no more can be had, tasks wait for those that are there. */
    private static final class Pool extends ThreadPoolExecutor {
        private static final long RETRY_NANOS = 1_000_000_000L;

        /** Those that have begun; joined at the end. */
        private final Queue<Thread> alive;

        /** When a thread could not be had, no other is asked for until here. */
        private volatile long nextThreadNanos = System.nanoTime();

        Pool(ThreadFactory threads) {
            this(threads, new AtomicInteger(), new ConcurrentLinkedQueue<>());
        }

        private Pool(ThreadFactory threads, AtomicInteger number, Queue<Thread> alive) {
            super(POOL_THREADS, POOL_THREADS, 0, TimeUnit.NANOSECONDS, new LinkedBlockingQueue<>(), work -> {
                Thread thread = threads.newThread(() -> {
                    alive.add(Thread.currentThread());
                    work.run();
                });
                thread.setName("hongyan-handler-" + number.getAndIncrement());
                thread.setDaemon(true);
                return thread;
            });
            this.alive = alive;
        }

        @Override
        public void execute(Runnable task) {
            if (getPoolSize() > 0 && System.nanoTime() - nextThreadNanos < 0 && !isShutdown()) {
                leave(task);
                return;
            }
            try {
                super.execute(task);
            } catch (OutOfMemoryError e) {
                nextThreadNanos = System.nanoTime() + RETRY_NANOS;
                if (getPoolSize() == 0 || isShutdown()) {
                    throw e;
                }
                leave(task);
            }
        }

        /** For a thread that is there. */
        private void leave(Runnable task) {
            getQueue().add(task);
            if ((getPoolSize() == 0 || isShutdown()) && remove(task)) {
                throw new RejectedExecutionException("no thread is there");
            }
        }
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
        public void executeAll(List<Turn> turns) {
            try {
                each.execute(() -> launch(turns));
            } catch (Throwable t) {
                each.executeAll(turns);
            }
        }

        private void launch(List<Turn> turns) {
            if (turns.size() > 1) {
                each.executeAll(turns.subList(1, turns.size()));
            }
            turns.get(0).run();
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
        public int capacity() {
            return executor instanceof Pool pool ? pool.getMaximumPoolSize() : Integer.MAX_VALUE;
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
