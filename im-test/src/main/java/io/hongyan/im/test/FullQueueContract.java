package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.Ledger;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What happens when a loop's command queue is full: what was accepted arrives in order, the rest is reported to the sender, and
 * the reader sees where something is missing.
 */
abstract class FullQueueContract extends ServerTest {
    private static final int QUEUE = 16;
    private static final Limits TINY =
            Limits.defaults().withOutbound(1 << 24, 1_000_000, Overflow.DROP).withCommandQueueLength(QUEUE);

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch mayGo = new CountDownLatch(1);

    FullQueueContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    @EachDispatch
    @Tag("B2")
    @Tag("O1")
    @Tag("O6")
    void shouldDeliverWhatWasAcceptedAndMarkTheRest(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(TINY));
        List<Member> members = members(server, handler, 2 * LOOPS);

        List<Ledger> ledgers = new ArrayList<>();
        members.forEach(m -> ledgers.add(new Ledger()));
        Random random = new Random(42);
        for (int i = 0; i < 6_000; i++) {
            int m = random.nextInt(members.size());
            ledgers.get(m).send(members.get(m).session(), "n" + i);
        }

        for (int m = 0; m < members.size(); m++) {
            ledgers.get(m).sendEnd(members.get(m).session());
            ledgers.get(m).verify(members.get(m).client());
        }
    }

    @EachDispatch
    @Tag("B2")
    @Tag("O3")
    @Tag("O6")
    void shouldAddUpWhateverBecomesOfAGroupMessage(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(TINY));
        List<Member> members = members(server, handler, 2 * LOOPS);
        Group room = server.group("room");
        members.forEach(m -> room.join(m.session()));

        List<Fanout> fanouts = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            fanouts.add(room.send("p" + i));
            if (i % 50 == 0) {
                members.get(i / 50 % members.size()).session().send("direct");
            }
        }
        long accepted = 0;
        long overflow = 0;
        for (Fanout fanout : fanouts) {
            Fanout.Counts counts = Await.result("counts", fanout.counts());
            assertEquals(members.size(), fanout.members());
            assertEquals(members.size(), counts.accepted() + counts.overflow(), counts::toString);
            accepted += counts.accepted();
            overflow += counts.overflow();
        }

        Tally tally = new Tally();
        for (Member member : members) {
            new Ledger().sendEnd(member.session());
            tally.add(member.client().linesBefore("end"));
        }
        assertEquals(accepted, tally.received, "accepted by the counts, and received");
        assertTrue(tally.missed >= overflow, "told to readers: " + tally.missed + ", to the publisher: " + overflow);
        assertEquals(server.stats().overflowed(), tally.missed);
    }

    /** What members saw of p0, p1, p2 ... */
    private static final class Tally {
        private long received;
        private long missed;

        void add(List<String> lines) {
            int before = -1;
            for (String line : lines) {
                if (line.startsWith("p")) {
                    int number = Integer.parseInt(line.substring(1));
                    assertTrue(number > before, "p" + number + " came after p" + before);
                    before = number;
                    received++;
                } else if (line.startsWith("!missed ")) {
                    missed += Long.parseLong(line.substring("!missed ".length()));
                }
            }
        }
    }

    /** Sends, joins, leaves and group sends in any order: each member sees those meant for it, or how many are missing where. */
    @EachDispatch
    @Tag("B2")
    @Tag("O3")
    @Tag("O6")
    void shouldKeepTheOrderOfAllThatOneThreadDoes(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(TINY));
        List<Member> members = members(server, handler, 2 * LOOPS);
        List<List<String>> meant = new ArrayList<>();
        members.forEach(m -> meant.add(new ArrayList<>()));
        Group room = server.group("room");

        Random random = new Random(4711);
        for (int i = 0; i < 6_000; i++) {
            int m = random.nextInt(members.size());
            ClientSession session = members.get(m).session();
            switch (random.nextInt(4)) {
                case 0 -> room.join(session);
                case 1 -> room.leave(session);
                case 2 -> {
                    session.send("direct" + i);
                    meant.get(m).add("direct" + i);
                }
                default -> {
                    for (int member = 0; member < members.size(); member++) {
                        if (room.contains(members.get(member).session())) {
                            meant.get(member).add("room" + i);
                        }
                    }
                    room.send("room" + i);
                }
            }
        }

        for (int m = 0; m < members.size(); m++) {
            int ends = 0;
            SendResult result;
            do {
                result = members.get(m).session().send("end" + ends);
                meant.get(m).add("end" + ends++);
            } while (result == SendResult.OVERFLOW);
            expectEachAsMeantOrMissed(meant.get(m), members.get(m).client());
        }
    }

    /** Reads up to the last that was meant, which must be there. */
    private static void expectEachAsMeantOrMissed(List<String> meant, LineClient client) throws IOException {
        int next = 0;
        long gap = 0;
        while (next < meant.size()) {
            String line = client.line();
            if (line.startsWith("!missed ")) {
                gap += Long.parseLong(line.substring("!missed ".length()));
                continue;
            }
            int at = next + meant.subList(next, meant.size()).indexOf(line);
            assertTrue(at >= next, line + " was not meant for this member, or comes out of order");
            assertEquals(gap, at - next, "told to be missing, and missing, before " + line);
            next = at + 1;
            gap = 0;
        }
    }

    /** What a handler sends waits behind the commands of others, or is refused with them; it must not come out of order. */
    @EachDispatch
    @Tag("O1")
    @Tag("O6")
    void shouldKeepTheOrderOfAHandlerThatFillsTheQueue(Dispatch dispatch) throws Exception {
        Ledger ledger = new Ledger();
        int[] noise = new int[1];
        CountDownLatch sent = new CountDownLatch(1);
        MessageHandler filling = (session, message) -> {
            for (int i = 0; i < 2_000; i++) {
                ledger.send(session, "n" + i);
                for (ClientSession other : session.server().sessions()) {
                    if (other != session && other.send("noise") == SendResult.ACCEPTED) {
                        noise[0]++;
                    }
                }
            }
            sent.countDown();
        };
        RecordingHandler handler = recording(filling);
        ImServer server = start(server(dispatch, handler).limits(TINY));
        List<Member> members = members(server, handler, LOOPS + 1);

        members.get(0).client().send("go");
        Await.zero("all is sent", sent);

        ledger.sendEnd(members.get(0).session());
        ledger.verify(members.get(0).client());
        long got = 0;
        for (Member other : members.subList(1, members.size())) {
            new Ledger().sendEnd(other.session());
            got += other.client().linesBefore("end").stream()
                    .filter("noise"::equals)
                    .count();
        }
        assertEquals(noise[0], got);
    }

    /** Two sessions of one loop, which is held up inside a handler of the first, so that its queue fills to the brim. */
    private List<Member> membersOfAHeldLoop(Limits limits, RecordingHandler handler) throws Exception {
        ImServer server = start(server(Dispatch.ON_LOOP, handler).loops(1).limits(limits));
        List<Member> members = members(server, handler, 3);
        server.group("room").join(members.get(1).session());
        members.get(0).client().send("hold the loop");
        Await.zero("the loop is held up", held);
        return members;
    }

    private RecordingHandler holding() {
        return recording((session, message) -> {
            held.countDown();
            Await.zero("the test goes on", mayGo);
        });
    }

    /** The peer is not to blame for a full queue: under either policy it is told of a gap, and stays. */
    @Test
    @Tag("B2")
    @Tag("O6")
    void shouldNotCloseASessionForAFullQueue() throws Exception {
        Limits closing = TINY.withOutbound(1 << 24, 1_000_000, Overflow.CLOSE);
        expectAGapAtTheBrim(membersOfAHeldLoop(closing, holding()).get(1));
    }

    @Test
    @Tag("B2")
    @Tag("O6")
    void shouldRefuseAtTheBrimAndSayWhatIsMissingAtItsPlace() throws Exception {
        expectAGapAtTheBrim(membersOfAHeldLoop(TINY, holding()).get(1));
    }

    private void expectAGapAtTheBrim(Member member) throws Exception {
        Ledger ledger = new Ledger();

        for (int i = 0; i < 40; i++) {
            ledger.send(member.session(), "n" + i);
        }
        Fanout lost = member.session().server().group("room").send("lost");
        ledger.note("lost", SendResult.OVERFLOW);
        mayGo.countDown();

        assertEquals(QUEUE, ledger.accepted());
        assertEquals(new Fanout.Counts(0, 1, 0, 0), Await.result("counts", lost.counts()));
        ledger.sendEnd(member.session());
        ledger.verify(member.client());
    }

    /** The gap of a group message, too, stands where the message is missing: before what its sender sent next. */
    @Test
    @Tag("B2")
    @Tag("O6")
    void shouldMarkALostGroupMessageBeforeWhatWasSentNext() throws Exception {
        List<Member> members = membersOfAHeldLoop(TINY, holding());
        Group room = members.get(1).session().server().group("room");
        Group other = members.get(2).session().server().group("other");
        CountDownLatch heldAgain = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        other.join(members.get(2).session());

        members.get(2).session().send("makes room when it has left the queue");
        CompletionStage<Void> second = other.send("holds the loop where the queue has room again")
                .counts()
                .thenAccept(counts -> {
                    heldAgain.countDown();
                    Crew.unchecked(() -> Await.zero("the test goes on", mayGoOn));
                });
        while (members.get(2).session().send("fills the queue") == SendResult.ACCEPTED) {
            // Goes on to the brim.
        }
        Fanout lost = room.send("lost");
        Ledger ledger = new Ledger();
        ledger.note("lost", SendResult.OVERFLOW);
        mayGo.countDown();
        Await.zero("the loop is held up again", heldAgain);
        ledger.send(members.get(1).session(), "next");
        mayGoOn.countDown();

        assertEquals(new Fanout.Counts(0, 1, 0, 0), Await.result("counts", lost.counts()));
        ledger.sendEnd(members.get(1).session());
        ledger.verify(members.get(1).client());
        Await.result("the second hold", second);
    }

    /** A close is never lost for want of room. */
    @Test
    @Tag("E10")
    void shouldCloseSessionsOfALoopWhoseQueueIsFull() throws Exception {
        RecordingHandler handler = holding();
        List<Member> members = membersOfAHeldLoop(TINY, handler);

        for (int i = 0; i < 100; i++) {
            members.get(1).session().send("n" + i);
        }
        members.get(1).session().close();
        members.get(2).session().close();
        mayGo.countDown();

        List<String> lines = members.get(1).client().linesToEnd();
        assertEquals("n15", lines.get(15));
        assertEquals(List.of(), members.get(2).client().linesToEnd());
        assertEquals(Code.NORMAL, handler.awaitClose(members.get(1).session()).code());
        assertEquals(Code.NORMAL, handler.awaitClose(members.get(2).session()).code());
    }
}
