package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.nio.NioMailboxes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The loop puts something for a handler while the turn under way finds nothing more and retires. */
public final class HandlerQueueStress {
    private static final Stage.Pool STAGES = new Stage.Pool(NioMailboxes::of);

    private HandlerQueueStress() {}

    private static HandlerQueue.Event received(String text) {
        return new HandlerQueue.Received(Message.text(text));
    }

    /** The queue by itself. */
    @JCStressTest
    @Outcome(
            id = {"true, 12", "false, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "taken and told, or refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an event is lost, or told twice")
    @State
    public static class PutAndRetire {
        private final StringBuilder told = new StringBuilder();
        private final HandlerQueue queue = new HandlerQueue(retired -> {}, null, null, null);

        private final class Note extends HandlerQueue.Event {
            private final int number;

            Note(int number) {
                this.number = number;
            }

            @Override
            void tell(Callbacks callbacks, Member session) {
                told.append(number);
            }
        }

        public PutAndRetire() {
            queue.put(new Note(1));
        }

        @Actor
        public void loop(ZL_Result r) {
            r.r1 = queue.put(new Note(2));
        }

        @Actor
        public void handler() {
            queue.run();
        }

        @Arbiter
        public void end(ZL_Result r) {
            r.r2 = told.toString();
        }
    }

    /** As a session does it, which begins another where one has retired. */
    @JCStressTest
    @Outcome(id = "12", expect = Expect.ACCEPTABLE, desc = "each is told once, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an event is lost, told twice, or passes another")
    @State
    public static class TellAndRetire {
        private final Stage stage = STAGES.take();
        private final StringBuilder told = new StringBuilder();
        private final Stage.Guest guest = stage.open((session, message) -> told.append(message.text()));

        public TellAndRetire() {
            guest.session().tell(received("1"));
        }

        @Actor
        public void loop() {
            guest.session().tell(received("2"));
        }

        @Actor
        public void handler() {
            stage.callBack();
        }

        @Arbiter
        public void end(L_Result r) {
            stage.settle();
            r.r1 = told.toString();
            STAGES.giveBack(stage, guest);
        }
    }

    /** The loop finds the handler behind while that catches up: there is room, or the loop will be told. */
    @JCStressTest
    @Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "there is room")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "there is room, and the loop looks for nothing")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the loop waits, and is told")
    @Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "the loop waits for ever")
    @State
    public static class AwaitAndCatchUp {
        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();

        public AwaitAndCatchUp() {
            for (int i = 0; i < Stage.LIMITS.inboundLimitMessages(); i++) {
                guest.session().tell(received("x"));
            }
        }

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = guest.session().awaitsRoom();
        }

        @Actor
        public void handler() {
            stage.callBack();
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = !stage.mailbox().isEmpty();
            STAGES.giveBack(stage, guest);
        }
    }

    /** What waits counts against the budget until it is told; the loop counts, and whoever empties the queue takes it back. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nothing waits, and nothing counts")
    @Outcome(expect = Expect.FORBIDDEN, desc = "what is gone counts, or counted twice as gone")
    @State
    public static class CountAndRetire {
        private static final Message LARGE = Message.text("x".repeat(Unfinished.LEAST_BYTES));

        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();

        public CountAndRetire() {
            guest.session().tell(new HandlerQueue.Received(LARGE));
        }

        @Actor
        public void loop() {
            guest.session().tell(new HandlerQueue.Received(LARGE));
            guest.session().giveUpMessages();
        }

        @Actor
        public void handler() {
            stage.callBack();
        }

        @Arbiter
        public void end(L_Result r) {
            stage.settle();
            r.r1 = stage.loop().account().bytes();
            STAGES.giveBack(stage, guest);
        }
    }

    /** A second {@code onWritable} may be left out only if the first comes behind what it is about. */
    @JCStressTest
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "told of it")
    @Outcome(id = "false", expect = Expect.FORBIDDEN, desc = "what it was told of was over")
    @State
    public static class WritableTwice {
        private final Stage stage = STAGES.take();
        private final Looking looking = new Looking();
        private final Stage.Guest guest = stage.open(looking);

        /** Plain: what the loop writes before it tells must be seen by who is told. */
        private static final class Looking implements MessageHandler {
            private boolean writable;
            private boolean seen;

            @Override
            public void onMessage(ClientSession session, Message message) {}

            @Override
            public void onWritable(ClientSession session) {
                seen = writable;
            }
        }

        public WritableTwice() {
            guest.session().tell(new HandlerQueue.Writable());
        }

        @Actor
        public void loop() {
            looking.writable = true;
            guest.session().tell(new HandlerQueue.Writable());
        }

        @Actor
        public void handler() {
            stage.callBack();
        }

        @Arbiter
        public void end(Z_Result r) {
            stage.settle();
            r.r1 = looking.seen;
            STAGES.giveBack(stage, guest);
        }
    }
}
