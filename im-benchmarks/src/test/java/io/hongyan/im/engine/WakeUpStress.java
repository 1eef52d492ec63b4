package io.hongyan.im.engine;

import io.hongyan.im.epoll.EpollMailboxes;
import io.hongyan.im.nio.NioMailboxes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A loop goes to sleep while another thread puts something into its mailbox: it has seen that, or it is woken. */
public final class WakeUpStress {
    private static final Stage.Pool NIO = new Stage.Pool(NioMailboxes::of);
    private static final Stage.Pool EPOLL = new Stage.Pool(EpollMailboxes::of);

    private static final Orders.Target NOBODY = new Orders.Target() {
        @Override
        public void onCommand(Command command, Object payload) {}

        @Override
        public int bytesOf(Object payload) {
            return 0;
        }

        @Override
        public void onFailure(Throwable cause) {
            throw new AssertionError(cause);
        }
    };

    private WakeUpStress() {}

    private static void order(Stage stage) {
        stage.loop().orders().offer(Command.SEND, NOBODY, NOBODY);
        stage.loop().signal();
    }

    @JCStressTest
    @Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "seen before it slept, or it had its turn before")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "woken for nothing")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "a lost wake-up: asleep with something to do")
    @State
    public static class TaskOnNio {
        private final Stage stage = NIO.take();

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = stage.fallsAsleep();
        }

        @Actor
        public void other() {
            stage.loop().execute(() -> {});
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = stage.isWoken();
            NIO.giveBack(stage);
        }
    }

    @JCStressTest
    @Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "seen before it slept, or it had its turn before")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "woken for nothing")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "a lost wake-up: asleep with something to do")
    @State
    public static class CommandOnNio {
        private final Stage stage = NIO.take();

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = stage.fallsAsleep();
        }

        @Actor
        public void other() {
            order(stage);
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = stage.isWoken();
            NIO.giveBack(stage);
        }
    }

    @JCStressTest
    @Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "seen before it slept, or it had its turn before")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "woken for nothing")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "a lost wake-up: asleep with something to do")
    @State
    public static class TaskOnEpoll {
        private final Stage stage = EPOLL.take();

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = stage.fallsAsleep();
        }

        @Actor
        public void other() {
            stage.loop().execute(() -> {});
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = stage.isWoken();
            EPOLL.giveBack(stage);
        }
    }

    @JCStressTest
    @Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "seen before it slept, or it had its turn before")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "woken for nothing")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "a lost wake-up: asleep with something to do")
    @State
    public static class CommandOnEpoll {
        private final Stage stage = EPOLL.take();

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = stage.fallsAsleep();
        }

        @Actor
        public void other() {
            order(stage);
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = stage.isWoken();
            EPOLL.giveBack(stage);
        }
    }
}
