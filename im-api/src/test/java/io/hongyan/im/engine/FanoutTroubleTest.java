package io.hongyan.im.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.engine.ThirdParty.Place;
import io.hongyan.im.protocol.LineProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What goes wrong with one member of a group is not the trouble of the others, and every count is told (E1); who is left out, and what may be. */
class FanoutTroubleTest {
    private static final String TEXT = "x".repeat(99);

    private final ThirdParty third = new ThirdParty();
    private final Recording handler = new Recording();

    private static void requireCounted(Fanout fanout) {
        assertTrue(fanout.counts().toCompletableFuture().isDone(), "the counts never complete");
        Fanout.Counts counts = fanout.counts().toCompletableFuture().join();
        int sum = counts.accepted() + counts.overflow() + counts.closed() + counts.refused();
        assertEquals(fanout.members(), sum, counts::toString);
    }

    @Test
    void shouldDeliverToTheOthersWhenOneMembersStreamThrowsInAnEarlyWrite() {
        Limits few = Limits.defaults().withOutbound(1 << 20, 10, Overflow.CLOSE);
        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(few).start(handler);
        ScriptedConnection failing = server.connect();
        ScriptedConnection other = server.connect();
        failing.breaksOnWrite(new IllegalStateException("a bug of the stream"));

        List<Fanout> fanouts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fanouts.add(server.server().all().send(TEXT));
        }
        server.settle();

        assertEquals((TEXT + "\n").repeat(20), other.takenText());
        fanouts.forEach(FanoutTroubleTest::requireCounted);
    }

    @Test
    void shouldCompleteAllCountsWhenAStreamThrowsWhereARunIsFull() {
        Limits few = Limits.defaults().withOutbound(1 << 20, 10, Overflow.CLOSE);
        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(few).start(handler);
        server.connect().breaksOnWrite(new IllegalStateException("a bug of the stream"));

        List<Fanout> fanouts = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            fanouts.add(server.server().all().send("m"));
        }
        server.settle();

        fanouts.forEach(f -> assertTrue(f.counts().toCompletableFuture().isDone(), "the counts never complete"));
    }

    /** Either it is no member yet, or it is one that is left out. */
    @Test
    void shouldNeverReachTheExceptedOneWhenItJoinsMeanwhile() {
        ScriptedServer server = ScriptedServer.Setup.onLoop()
                .protocols(third, new LineProtocol())
                .start(handler);
        ScriptedConnection member = server.offer().sends("#hello\n");
        ScriptedConnection excepted = server.connect().sends("hello\n");
        server.settle();
        server.session(member).join("room");
        ClientSession joining = server.session(excepted);
        Group room = server.server().group("room");
        AtomicBoolean done = new AtomicBoolean();
        third.throwsAt(Place.ENCODE, () -> {
            if (done.compareAndSet(false, true)) {
                joining.join("room");
            }
            return new IllegalArgumentException("cannot carry it");
        });

        Fanout fanout = room.send(Message.text("to others"), joining);
        server.settle();

        assertTrue(done.get());
        assertEquals("", excepted.takenText());
        requireCounted(fanout);
    }

    @Test
    void shouldOpenNoGapWhenTheLoopHasNoRoomForAVolatileGroupMessage() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().mailboxCapacity(1).start(handler);
        ScriptedConnection connection = server.connect();

        server.server().all().send("a");
        Fanout fanout = server.server().all().send(Message.text("typing").asVolatile());
        server.settle();

        assertEquals("a\n", connection.takenText());
        assertEquals(1, fanout.counts().toCompletableFuture().join().overflow());
    }

    @Test
    void shouldOpenNoGapWhenTheLoopHasNoRoomForAVolatileMessage() {
        ScriptedServer server = ScriptedServer.Setup.onLoop().mailboxCapacity(1).start(handler);
        ScriptedConnection connection = server.connect();
        ClientSession session = server.session(connection);

        session.send("a");
        SendResult result = session.send(Message.text("typing").asVolatile());
        server.settle();

        assertEquals(SendResult.OVERFLOW, result);
        assertEquals("a\n", connection.takenText());
    }

    @Test
    void shouldStayOpenWhenThereIsNoRoomForALargeVolatileMessage() {
        Limits narrow = Limits.defaults().withOutbound(1200, 100, Overflow.CLOSE);
        ScriptedServer server = ScriptedServer.Setup.onLoop().limits(narrow).start(handler);
        ScriptedConnection connection = server.connect().takes(0);
        ClientSession session = server.session(connection);
        session.send("y".repeat(399));
        server.settle();
        assertTrue(session.isWritable());

        SendResult result = session.send(Message.text("v".repeat(900)).asVolatile());
        server.server().all().send(Message.text("v".repeat(900)).asVolatile());
        server.settle();

        assertEquals(SendResult.OVERFLOW, result);
        assertTrue(session.isOpen(), "closed for a message that may be left out");
    }
}
