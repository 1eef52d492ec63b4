package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Dispatch;
import io.hongyan.im.Group;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Much at once is no fault of a peer that reads: what its socket takes is written before its output is found to be full. What the bursts here
 * are over the bound, any socket takes.
 */
abstract class BurstContract extends ServerTest {
    private static final int LIMIT = 64 * 1024;
    private static final int BURST = 320;
    private static final Limits NARROW = Limits.defaults().withOutbound(LIMIT, 10_000, Overflow.CLOSE);

    BurstContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    private static String text(int number) {
        return number + "x".repeat(299 - String.valueOf(number).length());
    }

    private static final List<String> ALL =
            IntStream.range(0, BURST).mapToObj(BurstContract::text).toList();

    /** The loop has the whole burst before it when it goes on. */
    @EachDispatch
    @Tag("B2")
    void shouldDeliverAllOfAGroupsBurstToMembersThatRead(Dispatch dispatch) throws Exception {
        StrangerProtocol stranger = new StrangerProtocol();
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler)
                .protocol(stranger)
                .protocols("stranger")
                .loops(1)
                .limits(NARROW));
        List<Member> members = members(server, handler, 4);
        Group room = server.group("room");
        members.forEach(m -> room.join(m.session()));
        LineClient holder = client(server);
        handler.awaitOpen();

        holder.send("#");
        stranger.awaitHeld();
        ALL.forEach(room::send);
        Crew readers = Crew.start(
                members.size(), n -> assertEquals(ALL, members.get(n).client().lines(BURST)));
        stranger.letGo();
        readers.await();

        assertEquals(0, server.stats().overflowed());
        members.forEach(m -> assertTrue(m.session().isOpen()));
    }

    /** Of its own session, of another one and of a group, all on its loop. */
    @Test
    @Tag("B2")
    void shouldAcceptAllOfAHandlersBurstToPeersOnItsLoopThatRead() throws Exception {
        CompletableFuture<Long> accepted = new CompletableFuture<>();
        MessageHandler bursting = (session, message) -> {
            session.server().group("room").join(session);
            long count = 0;
            for (String text : ALL) {
                switch (message.text()) {
                    case "self" -> count += session.send(text) == SendResult.ACCEPTED ? 1 : 0;
                    case "all" -> count += session.server().all().send(text).members();
                    default -> {
                        boolean sent = session.server().sessions().stream()
                                .allMatch(s -> s == session || s.send(text) == SendResult.ACCEPTED);
                        count += sent ? 1 : 0;
                    }
                }
            }
            accepted.complete(count);
        };
        for (String to : List.of("self", "other", "all")) {
            RecordingHandler handler = recording(bursting);
            ImServer server = start(server(Dispatch.ON_LOOP, handler).loops(1).limits(NARROW));
            List<Member> members = members(server, handler, 2);

            members.get(0).client().send(to);
            List<String> lines = members.get(to.equals("self") ? 0 : 1).client().lines(BURST);

            assertEquals(ALL, lines, to);
            assertEquals(0, server.stats().overflowed(), to);
            members.forEach(m -> assertTrue(m.session().isOpen(), to));
            endEverything();
        }
        assertEquals(BURST, Await.result("the burst", accepted));
    }

    /** What the protocol itself answers to what came in one read. */
    @EachDispatch
    @Tag("B2")
    @Tag("B6")
    void shouldStayOpenWhenAProtocolAnswersABurstOfAPeerThatReads(Dispatch dispatch) throws Exception {
        int pings = 3_000;
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler)
                .protocol(new StrangerProtocol())
                .protocols("stranger")
                .limits(NARROW));
        Member member = members(server, handler, 1).get(0);

        member.client().sendBytes("?".repeat(pings).getBytes(StandardCharsets.US_ASCII));

        assertEquals(
                Collections.nCopies(pings, StrangerProtocol.PONG),
                member.client().lines(pings));
        assertTrue(member.session().isOpen());
    }
}
