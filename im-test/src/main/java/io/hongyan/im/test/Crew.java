package io.hongyan.im.test;

import io.hongyan.im.test.evidence.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Some threads that begin the same work at the same moment. */
final class Crew {
    /** What each does. */
    interface Work {
        void run(int number) throws Exception;
    }

    private final List<CompletableFuture<Void>> done = new ArrayList<>();

    private Crew() {}

    /** What may be interrupted. */
    interface Blocking {
        void run() throws InterruptedException;
    }

    /** For callers that cannot throw; an interrupt is a failure. */
    static void unchecked(Blocking work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Lets them begin and returns. */
    static Crew start(int size, Work work) {
        Crew crew = new Crew();
        CountDownLatch ready = new CountDownLatch(size);
        for (int i = 0; i < size; i++) {
            int number = i;
            CompletableFuture<Void> end = new CompletableFuture<>();
            crew.done.add(end);
            Thread thread = new Thread(
                    () -> {
                        try {
                            ready.countDown();
                            Await.zero("the crew", ready);
                            work.run(number);
                            end.complete(null);
                        } catch (Throwable t) {
                            end.completeExceptionally(t);
                        }
                    },
                    "crew-" + number);
            thread.setDaemon(true);
            thread.start();
        }
        return crew;
    }

    /** Lets them begin and waits until all are through; fails if one fails. */
    static void run(int size, Work work) throws InterruptedException {
        start(size, work).await();
    }

    /** Waits until all are through; fails if one has failed. */
    void await() throws InterruptedException {
        for (CompletableFuture<Void> end : done) {
            Await.result("the work of a crew", end);
        }
    }
}
