package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whatever happens while somebody has it, it is free again, and nobody takes for done what is being done. */
class BatonTest {
    private final Recording handler = new Recording();

    /** Something to do that fails once. */
    private static final class Failing extends Baton {
        private volatile boolean fails;

        @Override
        boolean hasWork() {
            return fails;
        }

        @Override
        void work() {
            fails = false;
            throw new OutOfMemoryError("in a test");
        }
    }

    private static CompletableFuture<Void> onAThread(Runnable action) {
        return CompletableFuture.runAsync(action, task -> {
            Thread thread = new Thread(task, "of the host");
            thread.setDaemon(true);
            thread.start();
        });
    }

    @Test
    void shouldBeFreeAgainWhenWorkThatWasBroughtFails() {
        Failing baton = new Failing();
        baton.fails = true;
        try {
            baton.take();
            baton.give();
        } catch (OutOfMemoryError expected) {
            // It comes to whoever has it.
        }

        CompletableFuture<Void> next = onAThread(() -> {
            baton.take();
            baton.give();
        });

        try {
            next.get(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            baton.give();
            throw new AssertionError("nobody ever gets it again", e);
        }
    }

    /**
     * A virtual thread that blocks is put off its carrier. If those who want the baton only yielded, none would ever be free for it again.
     */
    @Test
    void shouldGoOnWhenWhoHasItIsPutOffItsProcessor() throws Exception {
        Failing baton = new Failing();
        int others = 4 * Runtime.getRuntime().availableProcessors();
        Dispatcher dispatcher = Dispatchers.open(Dispatch.VIRTUAL_THREADS);
        CountDownLatch hasIt = new CountDownLatch(1);
        CountDownLatch want = new CountDownLatch(others);
        CountDownLatch got = new CountDownLatch(others + 1);
        Object monitor = new Object();
        CountDownLatch mayGoOn = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Void> holder = onAThread(() -> {
            synchronized (monitor) {
                held.countDown();
                await(mayGoOn);
            }
        });
        await(held);
        dispatcher.execute(() -> {
            baton.take();
            hasIt.countDown();
            synchronized (monitor) {
                baton.give();
            }
            got.countDown();
        });
        await(hasIt);
        for (int i = 0; i < others; i++) {
            dispatcher.execute(() -> {
                want.countDown();
                baton.take();
                baton.give();
                got.countDown();
            });
        }
        await(want);

        mayGoOn.countDown();
        boolean all = got.await(20, TimeUnit.SECONDS);

        assertTrue(all, () -> got.getCount() + " wait for ever");
        holder.get(20, TimeUnit.SECONDS);
        dispatcher.close(Duration.ofSeconds(20));
    }

    /** What somebody else is doing is still to be waited for. */
    @Test
    void shouldHaveWorkUntilAllMembershipsHaveEnded() throws Exception {
        CountDownLatch leaving = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        CountDownLatch joining = new CountDownLatch(1);
        CountDownLatch mayJoin = new CountDownLatch(1);
        ScriptedServer server = ScriptedServer.Setup.onLoop().start(handler);
        Receiver member = (Receiver) server.session(server.connect());
        Membership.Home home = new Membership.Home() {
            @Override
            public String name() {
                return "room";
            }

            @Override
            public boolean join(Membership membership) {
                joining.countDown();
                await(mayJoin);
                return true;
            }

            @Override
            public void leave(Membership membership) {}

            @Override
            public void joinSoon(Membership membership) {}

            @Override
            public void leaveSoon(Membership membership) {
                leaving.countDown();
                await(mayLeave);
            }
        };
        Memberships.Directory directory = new Memberships.Directory() {
            @Override
            public Membership.Home home(String name) {
                return home;
            }

            @Override
            public void forget(Membership.Home dead) {}
        };
        Memberships memberships = new Memberships();
        CompletableFuture<Void> joiner = onAThread(() -> memberships.join(directory, "room", member));
        await(joining);
        memberships.leaveAll();
        mayJoin.countDown();
        await(leaving);

        boolean left = !memberships.hasWork();
        mayLeave.countDown();
        joiner.get(5, TimeUnit.SECONDS);

        assertFalse(left, "onClose would come before it has left");
        assertFalse(memberships.hasWork());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
