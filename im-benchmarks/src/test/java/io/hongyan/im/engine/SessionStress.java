package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.nio.NioMailboxes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What other threads order of a session, against each other and against its loop: sends, closes, looks. */
public final class SessionStress {
    private static final Stage.Pool STAGES = new Stage.Pool(NioMailboxes::of);
    private static final Message HELLO = Message.text("hello");

    private SessionStress() {}

    private static CloseReason because(String text) {
        return CloseReason.of(CloseReason.Code.POLICY, text);
    }

    /** A send against a close: what was accepted arrives, or is counted as discarded. */
    @JCStressTest
    @Outcome(id = "ACCEPTED, 1, 0", expect = Expect.ACCEPTABLE, desc = "accepted, and written")
    @Outcome(id = "ACCEPTED, 0, 1", expect = Expect.ACCEPTABLE, desc = "accepted behind the close's place, and counted")
    @Outcome(id = "CLOSED, 0, 0", expect = Expect.ACCEPTABLE, desc = "the sender knows")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a message is lost in silence, or sent that was refused")
    @State
    public static class SendAndClose {
        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();

        @Actor
        public void sender(LII_Result r) {
            r.r1 = guest.session().send(HELLO);
        }

        @Actor
        public void closer() {
            guest.session().close(because("out"));
        }

        @Arbiter
        public void end(LII_Result r) {
            stage.settle();
            STAGES.giveBack(stage, guest);
            r.r2 = guest.connection().arrived("hello");
            r.r3 = (int) guest.discarded();
        }
    }

    /** A send against the end of its loop: nobody takes another turn, and still it is counted. */
    @JCStressTest
    @Outcome(id = "ACCEPTED, 0, 1", expect = Expect.ACCEPTABLE, desc = "accepted before the end, and counted behind it")
    @Outcome(id = "CLOSED, 0, 0", expect = Expect.ACCEPTABLE, desc = "the sender knows")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a message is lost in silence")
    @State
    public static class SendAndEndOfLoop {
        private final Stage stage = new Stage(NioMailboxes::of);
        private final Stage.Guest guest = stage.open();

        @Actor
        public void sender(LII_Result r) {
            r.r1 = guest.session().send(HELLO);
        }

        @Actor
        public void loop() {
            guest.peer().abandon();
            stage.loop().free();
        }

        @Arbiter
        public void end(LII_Result r) {
            r.r2 = guest.connection().arrived("hello");
            r.r3 = (int) guest.discarded();
        }
    }

    /** The first reason is the reason, for both and for the handler, which is told once. */
    @JCStressTest
    @Outcome(
            id = {"A, A, A", "B, B, B"},
            expect = Expect.ACCEPTABLE,
            desc = "one was first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two reasons, or not exactly one end")
    @State
    public static class CloseAndClose {
        private final Stage stage = STAGES.take();
        private final Stage.Ends ends = new Stage.Ends();
        private final Stage.Guest guest = stage.open(ends);

        @Actor
        public void one(LLL_Result r) {
            guest.session().close(because("A"));
            r.r1 = guest.session().closing().text();
        }

        @Actor
        public void other(LLL_Result r) {
            guest.session().close(because("B"));
            r.r2 = guest.session().closing().text();
        }

        @Arbiter
        public void end(LLL_Result r) {
            stage.settle();
            STAGES.giveBack(stage, guest);
            r.r3 = ends.told();
        }
    }

    /** The loop ends a session, as it does when the connection breaks, while its host closes it. */
    @JCStressTest
    @Outcome(
            id = {"A, A, A", "B, B, B"},
            expect = Expect.ACCEPTABLE,
            desc = "one was first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two reasons, or not exactly one end")
    @State
    public static class CloseAndBreak {
        private final Stage stage = STAGES.take();
        private final Stage.Ends ends = new Stage.Ends();
        private final Stage.Guest guest = stage.open(ends);

        @Actor
        public void host(LLL_Result r) {
            guest.session().close(because("A"));
            r.r1 = guest.session().closing().text();
        }

        @Actor
        public void loop(LLL_Result r) {
            guest.session().endWith(because("B"));
            guest.peer().abandon();
            r.r2 = guest.session().closing().text();
        }

        @Arbiter
        public void end(LLL_Result r) {
            stage.settle();
            STAGES.giveBack(stage, guest);
            r.r3 = ends.told();
        }
    }

    /** A look is ordered while the loop takes the one before it: the loop sees the last change. */
    @JCStressTest
    @Outcome(id = "false", expect = Expect.ACCEPTABLE, desc = "paused, and not read")
    @Outcome(id = "true", expect = Expect.FORBIDDEN, desc = "the loop has not seen that it is paused")
    @State
    public static class PauseAndLook {
        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();

        public PauseAndLook() {
            guest.session().resume();
        }

        @Actor
        public void host() {
            guest.session().pause();
        }

        @Actor
        public void loop() {
            stage.turn();
        }

        @Arbiter
        public void end(Z_Result r) {
            stage.settle();
            r.r1 = guest.connection().isRead();
            STAGES.giveBack(stage, guest);
        }
    }

    /** A flush makes room while a sender takes it: writable again, and the account is what the loop holds. */
    @JCStressTest
    @Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "all has left, and the peer is read")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the end of the congestion was missed, or the account is wrong")
    @State
    public static class SendAndFlush {
        private static final Message LARGE = Message.text("x".repeat(600));

        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();

        public SendAndFlush() {
            guest.session().send(LARGE);
        }

        @Actor
        public void sender() {
            guest.session().send(LARGE);
        }

        @Actor
        public void loop() {
            stage.turn();
        }

        @Arbiter
        public void end(ZI_Result r) {
            stage.settle();
            r.r1 = guest.session().isWritable() && guest.connection().isRead();
            r.r2 = (int) guest.session().pendingBytes();
            STAGES.giveBack(stage, guest);
        }
    }
}
