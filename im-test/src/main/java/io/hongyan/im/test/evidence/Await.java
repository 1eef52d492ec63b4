package io.hongyan.im.test.evidence;

import io.hongyan.im.test.client.ClientEnd;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what must come, as long as a noisy machine may need, and fails with a sentence when it does not. Nothing here is a
 * measurement: the bound only tells a slow machine from a hang. Any thread.
 */
public final class Await {
    /** How long something that must happen may take. */
    public static final Duration LIVENESS = ClientEnd.PATIENCE;

    private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Await() {}

    /**
     * Waits for a state that no event tells of.
     *
     * @param what what is waited for, for the failure's sentence
     * @param condition asked again every millisecond
     */
    public static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIVENESS.toNanos()) {
                throw new AssertionError("waited " + LIVENESS.toSeconds() + " s in vain: " + what);
            }
            LockSupport.parkNanos(PARK_NANOS);
        }
    }

    /**
     * Waits for a stage.
     *
     * @param what what is waited for
     * @param stage the stage
     * @param <T> the type of its result
     * @return its result
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public static <T> T result(String what, CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(LIVENESS.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("waited " + LIVENESS.toSeconds() + " s in vain: " + what, e);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " failed", e.getCause());
        }
    }

    /**
     * Waits for a latch.
     *
     * @param what what is waited for
     * @param latch the latch
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public static void zero(String what, CountDownLatch latch) throws InterruptedException {
        if (!latch.await(LIVENESS.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("waited " + LIVENESS.toSeconds() + " s in vain: " + what);
        }
    }
}
