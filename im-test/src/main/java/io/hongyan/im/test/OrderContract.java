package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/** In what order messages arrive, where nothing is lost. What happens where something is: {@link FullQueueContract}. */
abstract class OrderContract extends ServerTest {
    private static final int SENDERS = 16;

    /** So wide that nothing overflows. */
    private static final Limits WIDE =
            Limits.defaults().withOutbound(1 << 28, 1_000_000, Overflow.CLOSE).withCommandQueueLength(1 << 17);

    OrderContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    private static String lines(String prefix, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(prefix).append(i).append('\n');
        }
        return lines.toString();
    }

    @EachDispatch
    @Tag("O1")
    void shouldHandleAndAnswerInTheOrderSent(Dispatch dispatch) throws Exception {
        int count = 5_000;
        ImServer server = start(server(dispatch, ECHO).limits(WIDE));

        Crew.run(4, n -> {
            LineClient client = client(server);
            Crew writer = Crew.start(1, w -> client.sendBytes(lines("n", count).getBytes(StandardCharsets.US_ASCII)));
            for (int i = 0; i < count; i++) {
                client.expectLine("n" + i);
            }
            writer.await();
        });
    }

    @EachDispatch
    @Tag("O1")
    @Tag("O2")
    void shouldKeepTheOrderOfEachOfManyThreadsTowardOneSession(Dispatch dispatch) throws Exception {
        int waves = Times.of(1, 25);
        int count = 4_000;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        Member member = members(server, handler, 1).get(0);
        String padding = "=".repeat(300);

        int[] next = new int[SENDERS];
        for (int wave = 0; wave < waves; wave++) {
            int first = wave * count;
            Crew senders = Crew.start(SENDERS, n -> {
                for (int i = first; i < first + count; i++) {
                    String text = n + ":" + i + ":" + padding.substring(0, (n * 31 + i) % 300) + "|";
                    assertEquals(SendResult.ACCEPTED, member.session().send(text));
                }
            });
            for (int i = 0; i < SENDERS * count; i++) {
                String[] parts = member.client().line().split(":", 3);
                int sender = Integer.parseInt(parts[0]);
                int number = Integer.parseInt(parts[1]);
                assertEquals(next[sender]++, number, "the number of a message of sender " + sender);
                assertEquals(padding.substring(0, (sender * 31 + number) % 300) + "|", parts[2]);
            }
            senders.await();
        }

        assertEquals((long) SENDERS * count * waves, server.stats().messagesOut());
        Await.until("nothing is pending", () -> member.session().pendingBytes() == 0);
    }

    @EachDispatch
    @Tag("O3")
    void shouldShowEveryMemberTheSameOrder(Dispatch dispatch) throws Exception {
        int publishers = 8;
        int count = 250;
        RecordingHandler handler =
                recording((session, message) -> session.server().group("room").send(message));
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        List<Member> members = members(server, handler, 20);
        members.forEach(m -> m.session().join("room"));

        Crew outside = Crew.start(2, n -> {
            for (int i = 0; i < count; i++) {
                server.group("room").send("outside" + n + " " + i);
            }
        });
        Crew inside = Crew.start(
                publishers,
                n -> members.get(n)
                        .client()
                        .sendBytes(lines("inside" + n + " ", count).getBytes(StandardCharsets.US_ASCII)));
        int total = (publishers + 2) * count;
        List<String> reference = members.get(0).client().lines(total);
        for (Member member : members.subList(1, members.size())) {
            assertEquals(reference, member.client().lines(total));
        }
        outside.await();
        inside.await();

        for (String sender : List.of("outside0", "outside1", "inside0", "inside7")) {
            List<String> ofSender =
                    reference.stream().filter(l -> l.startsWith(sender + " ")).toList();
            assertEquals(
                    IntStream.range(0, count).mapToObj(i -> sender + " " + i).toList(), ofSender);
        }
    }

    @EachDispatch
    @Tag("O3")
    void shouldShowWhoComesAndGoesAnUnbrokenPieceOfTheOrder(Dispatch dispatch) throws Exception {
        int rounds = 60;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        Group room = server.group("room");
        List<Member> members = members(server, handler, 7);
        members.get(0).session().join("room");

        Crew publishers = Crew.start(3, n -> {
            for (int i = 0; i < 1_000; i++) {
                room.send(n + " " + i);
            }
        });
        Crew comers = Crew.start(6, n -> {
            ClientSession session = members.get(n + 1).session();
            for (int i = 0; i < rounds; i++) {
                assertTrue(room.join(session));
                session.send("joined");
                assertTrue(room.leave(session));
                session.send("left");
            }
        });
        publishers.await();
        comers.await();
        members.forEach(m -> m.session().send("end"));

        List<String> whole = members.get(0).client().linesBefore("end");
        assertEquals(3_000, whole.size());
        for (Member member : members.subList(1, members.size())) {
            assertPieces(whole, member.client().linesBefore("end"));
        }
    }

    /** Each stay of a member must have shown an unbroken piece of the whole, later than the stay before. */
    private static void assertPieces(List<String> whole, List<String> seen) {
        int behind = 0;
        List<String> stay = new ArrayList<>();
        for (String line : seen) {
            if (line.equals("joined")) {
                continue;
            }
            if (!line.equals("left")) {
                stay.add(line);
                continue;
            }
            if (!stay.isEmpty()) {
                int at = Collections.indexOfSubList(whole.subList(behind, whole.size()), stay);
                assertTrue(at >= 0, () -> "not a piece of the order of the others: " + stay);
                behind += at + stay.size();
            }
            stay.clear();
        }
        assertEquals(List.of(), stay, "seen after the last leave");
    }

    @EachDispatch
    @Tag("O3")
    void shouldReachWhoJoinedBeforeAndNotWhoLeftBefore(Dispatch dispatch) throws Exception {
        int rounds = 300;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        Group room = server.group("room");
        List<Member> members = members(server, handler, 2 * LOOPS);

        for (int i = 0; i < rounds; i++) {
            ClientSession session = members.get(i % members.size()).session();
            assertTrue(room.join(session));
            room.send("in " + i);
            assertTrue(room.leave(session));
            room.send("out " + i);
        }
        members.forEach(m -> m.session().send("end"));

        for (int m = 0; m < members.size(); m++) {
            int member = m;
            assertEquals(
                    IntStream.range(0, rounds)
                            .filter(i -> i % members.size() == member)
                            .mapToObj(i -> "in " + i)
                            .toList(),
                    members.get(m).client().linesBefore("end"));
        }
    }

    @EachDispatch
    @Tag("O1")
    @Tag("O3")
    void shouldKeepTheOrderOfAllThatOneThreadDoes(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        List<Member> members = members(server, handler, 2 * LOOPS);

        Crew.run(1, n -> doOneAfterTheOther(server, members));

        for (Member member : members) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                expected.addAll(List.of("a" + i, "b" + i, "c" + i, "d" + i));
            }
            assertEquals(expected, member.client().linesToEnd());
        }
    }

    private static void doOneAfterTheOther(ImServer server, List<Member> members) {
        Group room = server.group("room");
        for (int i = 0; i < 200; i++) {
            for (Member member : members) {
                member.session().send("a" + i);
                room.join(member.session());
            }
            room.send("b" + i);
            server.all().send("c" + i);
            for (Member member : members) {
                room.leave(member.session());
                member.session().send("d" + i);
            }
            room.send("nobody " + i);
        }
        members.forEach(m -> m.session().close());
        server.all().send("too late");
    }

    @EachDispatch
    @Tag("O1")
    @Tag("O3")
    void shouldKeepTheOrderOfAllThatOneHandlerDoes(Dispatch dispatch) throws Exception {
        MessageHandler handler = (session, message) -> {
            ImServer server = session.server();
            if (message.text().equals("go")) {
                for (int i = 0; i < 100; i++) {
                    session.send("a" + i);
                    server.group("room").send("b" + i);
                    server.sessions().forEach(s -> s.send("c"));
                    session.send("d" + i);
                }
                session.close();
            }
        };
        RecordingHandler recording = recording(handler);
        ImServer server = start(server(dispatch, recording).limits(WIDE));
        List<Member> members = members(server, recording, 2 * LOOPS);
        members.forEach(m -> m.session().join("room"));

        members.get(1).client().send("go");

        List<String> ofOthers = new ArrayList<>();
        List<String> ofSender = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ofOthers.addAll(List.of("b" + i, "c"));
            ofSender.addAll(List.of("a" + i, "b" + i, "c", "d" + i));
        }
        assertEquals(ofSender, members.get(1).client().linesToEnd());
        assertEquals(ofOthers, members.get(0).client().lines(ofOthers.size()));
        assertEquals(ofOthers, members.get(5).client().lines(ofOthers.size()));
    }

    /** A handler on the loop has a shorter way to its session than other threads; it must not overtake them on it. */
    @EachDispatch
    @Tag("O1")
    void shouldNotAnswerBeforeWhatWasSentBeforeTheQuestion(Dispatch dispatch) throws Exception {
        int rounds = 500;
        RecordingHandler handler = recording((session, message) -> session.send("inside " + message.text()));
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        Member member = members(server, handler, 1).get(0);

        for (int i = 0; i < rounds; i++) {
            member.session().send("outside " + i);
            member.client().send(Integer.toString(i));
        }

        int outside = 0;
        for (String line : member.client().lines(2 * rounds)) {
            if (line.startsWith("outside ")) {
                outside++;
            } else {
                int answered = Integer.parseInt(line.substring("inside ".length()));
                assertTrue(answered < outside, "the answer has overtaken what was sent before the question");
            }
        }
    }

    @EachDispatch
    void shouldDeliverEverythingSentBeforeCloseAndNothingAfter(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).limits(WIDE));
        List<Member> members = members(server, handler, LOOPS);
        Message large = Message.text("x".repeat(60_000));

        for (Member member : members) {
            for (int i = 0; i < 100; i++) {
                assertEquals(SendResult.ACCEPTED, member.session().send(large));
            }
            member.session().send("last");
            member.session().close();
            assertEquals(SendResult.CLOSED, member.session().send("late"));
        }
        Fanout late = server.all().send("late");

        for (Member member : members) {
            for (int i = 0; i < 100; i++) {
                assertEquals(60_000, member.client().line().length());
            }
            assertEquals(List.of("last"), member.client().linesToEnd());
        }
        Fanout.Counts counts = Await.result("counts", late.counts());
        assertEquals(new Fanout.Counts(0, 0, late.members(), 0), counts);
    }
}
