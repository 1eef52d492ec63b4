package io.hongyan.im.engine;

import io.hongyan.im.epoll.EpollMailboxes;
import io.hongyan.im.nio.NioMailboxes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;
import org.openjdk.jcstress.infra.results.IL_Result;

/** Many threads put into a mailbox of two places, and one takes out: nothing is lost, nobody is passed, and full is full. */
public final class MailboxStress {
    private static final int CAPACITY = 2;
    private static final Queue<Mailbox> NIO = new ConcurrentLinkedQueue<>();
    private static final Queue<Mailbox> EPOLL = new ConcurrentLinkedQueue<>();

    private MailboxStress() {}

    private static Mailbox take(Queue<Mailbox> free, IntFunction<Mailbox> otherwise) {
        Mailbox mailbox = free.poll();
        return mailbox == null ? otherwise.apply(CAPACITY) : mailbox;
    }

    /** Answers how many of them it has taken. */
    private static int offer(Mailbox mailbox, String... payloads) {
        int taken = 0;
        for (String payload : payloads) {
            taken += mailbox.offer(Command.SEND, payload, payload) ? 1 : 0;
        }
        mailbox.execute(() -> {});
        return taken;
    }

    private static void drain(Mailbox mailbox, StringBuilder drained) {
        mailbox.drain(
                (command, target, payload) -> {
                    drained.append(payload == target ? payload : "torn");
                    return true;
                },
                2 * CAPACITY);
    }

    /** All that is left: of commands what they are, of tasks how many. */
    private static int empty(Mailbox mailbox, StringBuilder drained) {
        drain(mailbox, drained);
        int tasks = mailbox.drainTasks(task -> {}, 2 * CAPACITY);
        if (!mailbox.isEmpty() || mailbox.head() != mailbox.tail()) {
            drained.append(", not empty");
        }
        return tasks;
    }

    @JCStressTest
    @Outcome(
            id = {"2, 2, aA", "2, 2, bB", "2, 2, ab", "2, 2, ba"},
            expect = Expect.ACCEPTABLE,
            desc = "two, each in its order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, passed, or more than there is room for")
    @State
    public static class TwoPutOnNio {
        private final Mailbox mailbox = take(NIO, NioMailboxes::of);
        private int others;

        @Actor
        public void one(IIL_Result r) {
            r.r1 = offer(mailbox, "a", "A");
        }

        @Actor
        public void other() {
            others = offer(mailbox, "b", "B");
        }

        @Arbiter
        public void end(IIL_Result r) {
            StringBuilder drained = new StringBuilder();
            r.r1 += others;
            r.r2 = empty(mailbox, drained);
            r.r3 = drained.toString();
            NIO.add(mailbox);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 2, aA", "2, 2, bB", "2, 2, ab", "2, 2, ba"},
            expect = Expect.ACCEPTABLE,
            desc = "two, each in its order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, passed, or more than there is room for")
    @State
    public static class TwoPutOnEpoll {
        private final Mailbox mailbox = take(EPOLL, EpollMailboxes::of);
        private int others;

        @Actor
        public void one(IIL_Result r) {
            r.r1 = offer(mailbox, "a", "A");
        }

        @Actor
        public void other() {
            others = offer(mailbox, "b", "B");
        }

        @Arbiter
        public void end(IIL_Result r) {
            StringBuilder drained = new StringBuilder();
            r.r1 += others;
            r.r2 = empty(mailbox, drained);
            r.r3 = drained.toString();
            EPOLL.add(mailbox);
        }
    }

    /** The third finds a place where the loop has been quick. */
    @JCStressTest
    @Outcome(
            id = {"2, 12", "3, 123"},
            expect = Expect.ACCEPTABLE,
            desc = "all that was taken comes, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, passed or torn")
    @State
    public static class PutAndDrainOnNio {
        private final Mailbox mailbox = take(NIO, NioMailboxes::of);
        private final StringBuilder drained = new StringBuilder();

        @Actor
        public void sender(IL_Result r) {
            r.r1 = offer(mailbox, "1", "2", "3");
        }

        @Actor
        public void loop() {
            drain(mailbox, drained);
        }

        @Arbiter
        public void end(IL_Result r) {
            empty(mailbox, drained);
            r.r2 = drained.toString();
            NIO.add(mailbox);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 12", "3, 123"},
            expect = Expect.ACCEPTABLE,
            desc = "all that was taken comes, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, passed or torn")
    @State
    public static class PutAndDrainOnEpoll {
        private final Mailbox mailbox = take(EPOLL, EpollMailboxes::of);
        private final StringBuilder drained = new StringBuilder();

        @Actor
        public void sender(IL_Result r) {
            r.r1 = offer(mailbox, "1", "2", "3");
        }

        @Actor
        public void loop() {
            drain(mailbox, drained);
        }

        @Arbiter
        public void end(IL_Result r) {
            empty(mailbox, drained);
            r.r2 = drained.toString();
            EPOLL.add(mailbox);
        }
    }
}
