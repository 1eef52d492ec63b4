package io.hongyan.im.engine;

import io.hongyan.im.Overflow;
import io.hongyan.im.protocol.LineProtocol;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The account of one session's output, between those who send and the loop. */
public final class BacklogStress {
    private static final Encoder LINE = new LineProtocol().encoder();

    private BacklogStress() {}

    private static Backlog account(int messages) {
        return new Backlog(new Bounds(1024, messages, Overflow.DROP, 64, 65_536));
    }

    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has the last place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the limit is passed, or the place is nobody's")
    @State
    public static class TheLastPlace {
        private final Backlog backlog = account(1);

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = backlog.reserve(Backlog.charge(1));
        }

        @Actor
        public void other(ZZI_Result r) {
            r.r2 = backlog.reserve(Backlog.charge(1));
        }

        @Arbiter
        public void end(ZZI_Result r) {
            r.r3 = backlog.messages();
        }
    }

    @JCStressTest
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "one has come and one has gone")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the account does not add up")
    @State
    public static class ReserveAndRelease {
        private static final long CHARGE = Backlog.charge(1);
        private final Backlog backlog = account(2);

        public ReserveAndRelease() {
            backlog.reserve(CHARGE);
        }

        @Actor
        public void sender(ZI_Result r) {
            r.r1 = backlog.reserve(CHARGE);
        }

        @Actor
        public void loop() {
            backlog.release(CHARGE);
        }

        @Arbiter
        public void end(ZI_Result r) {
            r.r2 = backlog.messages();
        }
    }

    /** Congestion ends while a sender makes it high again. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "high, and known to be")
    @Outcome(expect = Expect.FORBIDDEN, desc = "high, and taken for writable")
    @State
    public static class RelieveAndReserve {
        private static final long HALF = Backlog.charge(512);
        private final Backlog backlog = account(8);

        public RelieveAndReserve() {
            backlog.reserve(HALF);
            backlog.release(HALF);
        }

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = backlog.relieve();
        }

        @Actor
        public void sender() {
            backlog.reserve(HALF);
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = backlog.isCongested();
        }
    }

    /** The same where a gap opens. */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "a gap, and known to be")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a gap that nobody is to tell")
    @State
    public static class RelieveAndRefuse {
        private static final long HALF = Backlog.charge(512);
        private final Backlog backlog = account(8);

        public RelieveAndRefuse() {
            backlog.reserve(HALF);
            backlog.release(HALF);
        }

        @Actor
        public void loop(ZZ_Result r) {
            r.r1 = backlog.relieve();
        }

        @Actor
        public void sender() {
            backlog.refuse(0);
        }

        @Arbiter
        public void end(ZZ_Result r) {
            r.r2 = backlog.isCongested();
        }
    }

    /** A gap of one is told while it is made wider. */
    @JCStressTest
    @Outcome(
            id = {"0, 2", "1, 1", "2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "each missed message is told once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the peer is told a wrong number")
    @State
    public static class TellAndRefuse {
        private final Backlog backlog = account(8);

        public TellAndRefuse() {
            backlog.refuse(0);
        }

        private int told() {
            Wire marker = backlog.tellGap(LINE, 0);
            if (marker == null) {
                return 0;
            }
            ByteBuffer bytes = ByteBuffer.allocate(marker.length());
            marker.copyTo(0, bytes);
            String line = new String(bytes.array(), StandardCharsets.UTF_8);
            return Integer.parseInt(line.strip().substring("!missed ".length()));
        }

        @Actor
        public void loop(II_Result r) {
            r.r1 = told();
        }

        @Actor
        public void sender() {
            backlog.refuse(0);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = told();
        }
    }
}
