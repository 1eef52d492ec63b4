package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Fanout;
import io.hongyan.im.Message;
import io.hongyan.im.nio.NioMailboxes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Groups, between threads that join, leave and publish, and a loop that never waits for them. */
public final class GroupStress {
    private static final Stage.Pool STAGES = new Stage.Pool(NioMailboxes::of);
    private static final Message HELLO = Message.text("hello");
    private static final String NAME = "g";
    private static final int LOOPS = 1;

    private GroupStress() {}

    private static ShardedGroup in(Groups groups) {
        return (ShardedGroup) groups.home(NAME);
    }

    /** What a loop brings while another has the baton is done by that one. */
    @JCStressTest
    @Outcome(id = "false, 2", expect = Expect.ACCEPTABLE, desc = "both are in, and nothing is left lying")
    @Outcome(expect = Expect.FORBIDDEN, desc = "what the loop has brought is left lying, or lost")
    @State
    public static class JoinAndBring {
        private final Stage stage = STAGES.take();
        private final Stage.Guest one = stage.open();
        private final Stage.Guest other = stage.open();
        private final ShardedGroup group = in(new Groups(LOOPS));

        @Actor
        public void host() {
            group.join(new Membership(group, one.session()));
        }

        @Actor
        public void loop() {
            group.joinSoon(new Membership(group, other.session()));
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r1 = group.hasWork();
            r.r2 = group.size();
            STAGES.giveBack(stage, one, other);
        }
    }

    /** A publication is for the members of its moment: who joins later is counted and served with the next. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "as many are served as there were")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the members have changed under a publication")
    @State
    public static class PublishAndJoin {
        private final Stage stage = STAGES.take();
        private final Stage.Guest one = stage.open();
        private final Stage.Guest other = stage.open();
        private final ShardedGroup group = in(new Groups(LOOPS));

        public PublishAndJoin() {
            group.join(new Membership(group, one.session()));
        }

        @Actor
        public void sender(II_Result r) {
            Fanout fanout = group.publish(HELLO, null);
            r.r1 = fanout.members();
        }

        @Actor
        public void joiner() {
            group.join(new Membership(group, other.session()));
        }

        @Arbiter
        public void end(II_Result r) {
            stage.settle();
            r.r2 = one.connection().arrived("hello") + other.connection().arrived("hello");
            STAGES.giveBack(stage, one, other);
        }
    }

    /** A loop walks the members while one of them leaves. */
    @JCStressTest
    @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "both were members, one still is")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the members have changed under the walk")
    @State
    public static class DeliverAndLeave {
        private final Stage stage = STAGES.take();
        private final Stage.Guest one = stage.open();
        private final Stage.Guest other = stage.open();
        private final ShardedGroup group = in(new Groups(LOOPS));
        private final Membership leaving = new Membership(group, one.session());

        public DeliverAndLeave() {
            group.join(leaving);
            group.join(new Membership(group, other.session()));
            group.publish(HELLO, null);
        }

        @Actor
        public void loop() {
            stage.turn();
        }

        @Actor
        public void leaver() {
            group.leave(leaving);
        }

        @Arbiter
        public void end(II_Result r) {
            stage.settle();
            r.r1 = one.connection().arrived("hello") + other.connection().arrived("hello");
            r.r2 = group.size();
            STAGES.giveBack(stage, one, other);
        }
    }

    /** A session that ends is in no group, whoever is just joining it to one. */
    @JCStressTest
    @Outcome(
            id = {"true, 0", "false, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "it has left, or never joined")
    @Outcome(expect = Expect.FORBIDDEN, desc = "who has ended is a member")
    @State
    public static class JoinAndEnd {
        private final Stage stage = STAGES.take();
        private final Stage.Guest guest = stage.open();
        private final Groups groups = new Groups(LOOPS);

        @Actor
        public void host(ZI_Result r) {
            r.r1 = guest.session().joinGroup(groups, NAME);
        }

        @Actor
        public void loop() {
            guest.session().endWith(CloseReason.of(CloseReason.Code.POLICY, "out"));
            guest.session().leaveAll();
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = in(groups).size();
            STAGES.giveBack(stage, guest);
        }
    }

    /** The last member leaves, and with it the group goes, while another joins one of that name. */
    @JCStressTest
    @Outcome(
            id = "true, true, 1",
            expect = Expect.ACCEPTABLE,
            desc = "the one has left, the other is found under the name")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a member of a group that nobody finds")
    @State
    public static class LastLeavesAndJoin {
        private final Stage stage = STAGES.take();
        private final Stage.Guest last = stage.open();
        private final Stage.Guest next = stage.open();
        private final Groups groups = new Groups(LOOPS);

        public LastLeavesAndJoin() {
            last.session().joinGroup(groups, NAME);
        }

        @Actor
        public void leaver(ZZI_Result r) {
            r.r1 = last.session().leaveGroup(NAME);
        }

        @Actor
        public void joiner(ZZI_Result r) {
            r.r2 = next.session().joinGroup(groups, NAME);
        }

        @Arbiter
        public void end(ZZI_Result r) {
            r.r3 = in(groups).size();
            STAGES.giveBack(stage, last, next);
        }
    }

    /** Two loops count what became of one message, and the last to do so completes it. */
    @JCStressTest
    @Outcome(id = "true, 5", expect = Expect.ACCEPTABLE, desc = "complete, with all that was counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "complete too early, or never")
    @State
    public static class CountAndCount {
        private final Publication publication = new Publication(HELLO, null, 5);

        public CountAndCount() {
            publication.addLoop();
        }

        @Actor
        public void one() {
            publication.count(2, null);
            publication.loopDone();
        }

        @Actor
        public void other() {
            publication.count(3, null);
            publication.loopDone();
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r1 = publication.counts().toCompletableFuture().isDone();
            r.r2 = r.r1 ? publication.counts().toCompletableFuture().join().accepted() : 0;
        }
    }
}
