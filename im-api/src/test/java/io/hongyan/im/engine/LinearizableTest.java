package io.hongyan.im.engine;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Group;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Groups and the registry of sessions behave, whatever threads do at once, as if each call happened at one moment. Lincheck makes up what
 * two threads call, tries how they can overtake each other, and compares what they were answered with a set.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class LinearizableTest {
    private static final boolean FULL = Boolean.getBoolean("hongyan.full");
    private static final CloseReason OUT = CloseReason.of(CloseReason.Code.POLICY, "out");

    /** By threads that really race; in full also with each overtaking chosen, which takes all writes for visible at once. */
    private static void check(Class<?> calls, Class<?> set) {
        bounded(new StressOptions(), FULL ? 50 : 5, FULL ? 5_000 : 300)
                .sequentialSpecification(set)
                .check(calls);
        if (FULL) {
            bounded(new ModelCheckingOptions(), 40, 500)
                    .sequentialSpecification(set)
                    .check(calls);
        }
    }

    private static <O extends Options<O, ?>> O bounded(O options, int scenarios, int runsOfEach) {
        return options.iterations(scenarios)
                .invocationsPerIteration(runsOfEach)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1);
    }

    @Test
    @Tag("J2")
    void shouldBeASetWhenItIsAGroup() {
        check(GroupCalls.class, SetOfMembers.class);
    }

    @Test
    @Tag("J2")
    void shouldBeASetWhenItIsTheGroupOfAll() {
        check(AllCalls.class, SetOfGuests.class);
    }

    @Test
    @Tag("J2")
    void shouldBeASetWhenItIsTheRegistry() {
        check(RegistryCalls.class, SetOfFound.class);
    }

    // ---- what threads call, and what a set answers

    /** A group that lives and dies with its members. */
    @Param(name = "who", gen = IntGen.class, conf = "0:2")
    public static class GroupCalls {
        private final Group group = new Groups(LooseSessions.LOOPS).named(null, "g");
        private final Session[] sessions = LooseSessions.make();

        @Operation
        public boolean join(@Param(name = "who") int who) {
            return group.join(sessions[who]);
        }

        @Operation
        public boolean leave(@Param(name = "who") int who) {
            return group.leave(sessions[who]);
        }

        /** As a loop does it, and then the thread of its last callback. */
        @Operation
        public void end(@Param(name = "who") int who) {
            sessions[who].endWith(OUT);
            sessions[who].leaveAll();
            sessions[who].settleMemberships();
        }

        @Operation
        public boolean contains(@Param(name = "who") int who) {
            return group.contains(sessions[who]);
        }

        @Operation
        public int size() {
            return group.size();
        }

        @Operation
        public String members() {
            return LooseSessions.numbers(sessions, group.members());
        }
    }

    public static class SetOfMembers {
        private final TreeSet<Integer> members = new TreeSet<>();
        private final TreeSet<Integer> ended = new TreeSet<>();

        public boolean join(int who) {
            return !ended.contains(who) && members.add(who);
        }

        public boolean leave(int who) {
            return members.remove(who);
        }

        public void end(int who) {
            members.remove(who);
            ended.add(who);
        }

        public boolean contains(int who) {
            return members.contains(who);
        }

        public int size() {
            return members.size();
        }

        public String members() {
            return members.toString();
        }
    }

    /** The group of all sessions: loops bring who comes and goes, one loop for each thread. */
    @Param(name = "who", gen = IntGen.class, conf = "0:1")
    public static class AllCalls {
        private final Groups groups = new Groups(LooseSessions.LOOPS);
        private final Session[] sessions = LooseSessions.make();
        private final int[] lives = new int[LooseSessions.SESSIONS];

        private boolean come(int who) {
            if (lives[who] > 0) {
                return false;
            }
            lives[who] = 1;
            sessions[who].joinAll(groups.all());
            return true;
        }

        private boolean go(int who) {
            if (lives[who] != 1) {
                return false;
            }
            lives[who] = 2;
            sessions[who].leaveTheAll();
            return true;
        }

        @Operation(nonParallelGroup = "first loop")
        public boolean comeToFirst(@Param(name = "who") int who) {
            return come(who);
        }

        @Operation(nonParallelGroup = "first loop")
        public boolean goFromFirst(@Param(name = "who") int who) {
            return go(who);
        }

        @Operation(nonParallelGroup = "second loop")
        public boolean comeToSecond() {
            return come(2);
        }

        @Operation(nonParallelGroup = "second loop")
        public boolean goFromSecond() {
            return go(2);
        }

        @Operation
        public boolean contains(@Param(name = "who") int who) {
            return groups.allHandle().contains(sessions[who]);
        }

        @Operation
        public int size() {
            return groups.allHandle().size();
        }

        @Operation
        public String members() {
            return LooseSessions.numbers(sessions, groups.allHandle().members());
        }
    }

    /** Each comes once and goes once. */
    public static class SetOfGuests {
        private final TreeSet<Integer> in = new TreeSet<>();
        private final TreeSet<Integer> gone = new TreeSet<>();

        private boolean come(int who) {
            return !gone.contains(who) && in.add(who);
        }

        private boolean go(int who) {
            return in.remove(who) && gone.add(who);
        }

        public boolean comeToFirst(int who) {
            return come(who);
        }

        public boolean goFromFirst(int who) {
            return go(who);
        }

        public boolean comeToSecond() {
            return come(2);
        }

        public boolean goFromSecond() {
            return go(2);
        }

        public boolean contains(int who) {
            return in.contains(who);
        }

        public int size() {
            return in.size();
        }

        public String members() {
            return in.toString();
        }
    }

    /** Sessions by id: loops put them there and take them away, any thread looks. */
    @Param(name = "who", gen = IntGen.class, conf = "0:1")
    public static class RegistryCalls {
        private final Engine engine = new Engine(null, LooseSessions.CONFIG, LooseSessions.TRANSPORT);
        private final Session[] sessions = LooseSessions.make();
        private final int[] lives = new int[LooseSessions.SESSIONS];

        private boolean open(int who) {
            if (lives[who] > 0) {
                return false;
            }
            lives[who] = 1;
            engine.opened(sessions[who]);
            return true;
        }

        private boolean close(int who) {
            if (lives[who] != 1) {
                return false;
            }
            lives[who] = 2;
            engine.closing(sessions[who]);
            engine.gone(sessions[who]);
            return true;
        }

        @Operation(nonParallelGroup = "first loop")
        public boolean openOnFirst(@Param(name = "who") int who) {
            return open(who);
        }

        @Operation(nonParallelGroup = "first loop")
        public boolean closeOnFirst(@Param(name = "who") int who) {
            return close(who);
        }

        @Operation(nonParallelGroup = "second loop")
        public boolean openOnSecond() {
            return open(2);
        }

        @Operation(nonParallelGroup = "second loop")
        public boolean closeOnSecond() {
            return close(2);
        }

        @Operation
        public boolean find(@Param(name = "who") int who) {
            return engine.session(new SessionId(0, who).text())
                    .filter(found -> found == sessions[who])
                    .isPresent();
        }

        @Operation
        public boolean findOnSecond() {
            return find(2);
        }
    }

    public static class SetOfFound {
        private final TreeSet<Integer> in = new TreeSet<>();
        private final TreeSet<Integer> gone = new TreeSet<>();

        private boolean open(int who) {
            return !gone.contains(who) && in.add(who);
        }

        private boolean close(int who) {
            return in.remove(who) && gone.add(who);
        }

        public boolean openOnFirst(int who) {
            return open(who);
        }

        public boolean closeOnFirst(int who) {
            return close(who);
        }

        public boolean openOnSecond() {
            return open(2);
        }

        public boolean closeOnSecond() {
            return close(2);
        }

        public boolean find(int who) {
            return in.contains(who);
        }

        public boolean findOnSecond() {
            return find(2);
        }
    }
}
