package io.hongyan.im.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.Fanout;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.SendResult;
import io.hongyan.im.test.client.FrameClient;
import io.hongyan.im.test.client.FrameClient.Frame;
import io.hongyan.im.test.client.LineClient;
import io.hongyan.im.test.client.Wiring;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How binary frames come in and go out, and how they meet lines in one group. */
abstract class FrameContract extends ServerTest {
    private static final int MOST = 1_000;

    FrameContract(String transport, Wiring wiring) {
        super(transport, wiring);
    }

    private ImServer.Builder frames(Dispatch dispatch, MessageHandler handler) {
        return server(dispatch, handler)
                .protocols("frame")
                .limits(Limits.defaults().withMaxMessageBytes(MOST));
    }

    @EachDispatch
    @Tag("F8")
    void shouldCarryFramesOfEverySizeUpToTheLimit(Dispatch dispatch) throws Exception {
        FrameClient client = frameClient(start(frames(dispatch, ECHO)));
        Random random = new Random(7);

        for (int length = 0; length <= MOST; length += length < 70 ? 1 : 31) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            client.send(payload);
            client.expectFrame(payload);
        }
        byte[] largest = new byte[MOST];
        client.send(largest);
        client.expectFrame(largest);
    }

    @EachDispatch
    @Tag("F8")
    void shouldTakeAnEmptyFrameAsAnEmptyMessage(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        FrameClient client = frameClient(start(frames(dispatch, handler)));
        ClientSession session = handler.awaitOpen();

        client.send(new byte[0]);
        client.halfClose();

        client.expectFrame(new byte[0]);
        client.expectEnd();
        handler.awaitClose(session);
        assertEquals(List.of("open", "message of 0 bytes", "close PEER_CLOSED"), handler.transcript(session));
    }

    @EachDispatch
    void shouldTakeAFrameCutAtEveryByte(Dispatch dispatch) throws Exception {
        byte[] payload = {0, -1, '\n', 0x7F, -128};
        byte[] frame = FrameClient.encoded(payload);
        ImServer server = start(frames(dispatch, ECHO));
        FrameClient client = frameClient(server);

        long sent = 0;
        for (int cut = 1; cut < frame.length; cut++) {
            client.sendBytes(frame, 0, cut);
            long soFar = sent + cut;
            Await.until("the first half is read", () -> server.stats().bytesIn() >= soFar);
            client.sendBytes(frame, cut, frame.length);
            sent += frame.length;

            client.expectFrame(payload);
        }
    }

    @EachDispatch
    @Tag("F1")
    @Tag("F2")
    @Tag("F8")
    void shouldRefuseALengthOverTheLimitAtItsHeader(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(frames(dispatch, handler));
        FrameClient other = frameClient(server);
        handler.awaitOpen();

        for (int length : new int[] {MOST + 1, 1 << 20, Integer.MAX_VALUE}) {
            FrameClient client = frameClient(server);
            ClientSession session = handler.awaitOpen();
            client.sendLength(length);

            Frame rule = client.frame();
            assertTrue(rule.control());
            assertTrue(rule.text().startsWith("closing MESSAGE_TOO_BIG "), rule.text());
            assertTrue(rule.text().contains(Integer.toString(length)), rule.text());
            assertTrue(rule.text().contains(MOST + " (maxMessageBytes)"), rule.text());
            client.halfClose();
            client.expectEnd();
            assertEquals(MOST, handler.awaitClose(session).limit());
            assertEquals(List.of("open", "close MESSAGE_TOO_BIG"), handler.transcript(session));
        }
        other.send(new byte[] {1});
        other.expectFrame(new byte[] {1});
    }

    @EachDispatch
    @Tag("F8")
    void shouldRefuseANegativeLengthAtItsHeader(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(frames(dispatch, handler));

        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MIN_VALUE + 5}) {
            FrameClient client = frameClient(server);
            ClientSession session = handler.awaitOpen();
            client.sendLength(length);

            Frame rule = client.frame();
            assertTrue(rule.control());
            assertTrue(rule.text().startsWith("closing PROTOCOL_ERROR "), rule.text());
            client.halfClose();
            client.expectEnd();
            assertEquals(Code.PROTOCOL_ERROR, handler.awaitClose(session).code());
        }
    }

    /** With the limits that a server has when nobody says anything. */
    @EachDispatch
    @Tag("F1")
    void shouldRefuseTwoGigabytesByDefault(Dispatch dispatch) throws Exception {
        FrameClient client = frameClient(start(server(dispatch, ECHO).protocols("frame")));

        client.sendLength(Integer.MAX_VALUE);

        assertTrue(client.frame().text().startsWith("closing MESSAGE_TOO_BIG "));
        client.halfClose();
        client.expectEnd();
    }

    @Test
    @Tag("B2")
    void shouldMarkAGapByAControlFrame() throws Exception {
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        ImServer server = start(server(
                        Dispatch.ON_LOOP,
                        (session, message) -> elsewhere(() -> {
                            int accepted = 0;
                            while (session.send(message) == SendResult.ACCEPTED) {
                                accepted++;
                            }
                            session.send(message);
                            sent.complete(accepted);
                        }))
                .protocols("frame")
                .limits(Limits.defaults().withOutbound(1024, 1_000, Overflow.DROP)));
        FrameClient client = frameClient(server);

        client.send(new byte[60]);

        int accepted = Await.result("sending", sent);
        assertTrue(accepted >= 16, () -> "accepted " + accepted);
        for (int i = 0; i < accepted; i++) {
            client.expectFrame(new byte[60]);
        }
        Frame gap = client.frame();
        assertTrue(gap.control());
        assertEquals("missed 2", gap.text());
    }

    @EachDispatch
    void shouldCarryATextAsItsUtf8BytesAndSayWhyItCloses(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(frames(dispatch, handler));
        FrameClient client = frameClient(server);
        ClientSession session = handler.awaitOpen();
        assertEquals("frame", session.protocol());

        session.send("鸿雁\n");
        server.close();

        client.expectFrame("鸿雁\n".getBytes(StandardCharsets.UTF_8));
        Frame farewell = client.frame();
        assertTrue(farewell.control());
        assertTrue(farewell.text().startsWith("closing GOING_AWAY "), farewell.text());
        client.expectEnd();
    }

    @EachDispatch
    void shouldSpeakToEachMemberInItsProtocolAndCountWhoCannotBeTold(Dispatch dispatch) throws Exception {
        RecordingHandler handler = recording(IGNORE);
        ImServer server = start(server(dispatch, handler).listen("127.0.0.1", 0, "frame"));
        List<InetSocketAddress> addresses = List.copyOf(server.addresses());
        LineClient line = client(server);
        ClientSession ofLine = handler.awaitOpen();
        FrameClient frame = frameClient(addresses.get(1));
        ClientSession ofFrame = handler.awaitOpen();
        server.group("room").join(ofLine);
        server.group("room").join(ofFrame);

        Fanout text = server.group("room").send("to all");
        Fanout binary = server.group("room").send(Message.binary(new byte[] {1, 2}));
        Fanout bye = server.group("room").send("bye");

        assertEquals(new Fanout.Counts(2, 0, 0, 0), Await.result("counts", text.counts()));
        assertEquals(new Fanout.Counts(1, 0, 0, 1), Await.result("counts", binary.counts()));
        assertEquals(new Fanout.Counts(2, 0, 0, 0), Await.result("counts", bye.counts()));
        line.expectLine("to all");
        line.expectLine("bye");
        frame.expectFrame(new byte[] {'t', 'o', ' ', 'a', 'l', 'l'});
        frame.expectFrame(new byte[] {1, 2});
        frame.expectFrame(new byte[] {'b', 'y', 'e'});
        assertThrows(IllegalArgumentException.class, () -> ofLine.send(Message.binary(new byte[1])));
        assertTrue(ofLine.isOpen());
    }

    @EachDispatch
    void shouldGiveHandlersBinaryMessagesThatTheyMayKeep(Dispatch dispatch) throws Exception {
        CompletableFuture<Message> first = new CompletableFuture<>();
        FrameClient client = frameClient(start(frames(dispatch, (session, message) -> {
            first.complete(message);
            session.send(message);
        })));

        client.send(new byte[] {1, 2, 3});
        client.expectFrame(new byte[] {1, 2, 3});
        Message kept = Await.result("the message", first);
        client.send(new byte[] {9, 9, 9});
        client.expectFrame(new byte[] {9, 9, 9});

        assertFalse(kept.isText());
        assertArrayEquals(new byte[] {1, 2, 3}, kept.bytes());
    }
}
