package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Dispatch;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.MessageHandler;
import io.hongyan.im.Overflow;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions over real sockets. */
class SessionTest extends ServerTest {
    @Test
    void shouldEchoTextAndBinaryOfEveryLengthForm() throws Exception {
        WebSocketClient client = open(start(ECHO));

        for (int length : new int[] {0, 1, 125, 126, 127, 65535, 65536}) {
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) 'x');
            client.sendBytes(ClientFrame.of(ClientFrame.FIN | ClientFrame.BINARY, payload));
            client.expect(ClientFrame.BINARY, payload);
            client.sendBytes(ClientFrame.of(ClientFrame.FIN | ClientFrame.TEXT, payload));
            client.expect(ClientFrame.TEXT, payload);
        }
        client.echo("line\r\nline \u2028 \ufeff \0 \ud83e\udebf");
    }

    @Test
    @Tag("W11")
    void shouldServeFramesThatCameWithTheHandshake() throws Exception {
        WebSocketClient client = client(start(ECHO));

        client.sendBytes(ClientFrame.join(
                WebSocketClient.latin1(WebSocketClient.request()),
                ClientFrame.text("early"),
                ClientFrame.close(1000, "")));

        client.expectUpgrade();
        client.expectText("early");
        client.expectClose(1000);
    }

    @Test
    @Tag("W5")
    void shouldEchoTheStatusOfACloseAndIgnoreWhatFollows() throws Exception {
        RecordingHandler handler = recording(ECHO);
        WebSocketClient client = open(start(handler));
        ClientSession session = handler.awaitOpen();

        client.sendBytes(ClientFrame.join(
                ClientFrame.text("last"), ClientFrame.close(4321, "bye"), ClientFrame.text("too late"), new byte[] {1, 2
                }));

        client.expectText("last");
        assertEquals("", client.expectClose(4321));
        CloseReason reason = Await.result("onClose", session.closeFuture());
        assertEquals(Code.PEER_CLOSED, reason.code());
        assertEquals("the peer closed with status 4321", reason.text());
    }

    @Test
    @Tag("W5")
    void shouldAnswerAnEmptyCloseByAnEmptyOne() throws Exception {
        WebSocketClient client = open(start(ECHO));

        client.sendBytes(ClientFrame.of(ClientFrame.FIN | ClientFrame.CLOSE, new byte[0]));

        client.expectClose(0);
    }

    @Test
    @Tag("W10")
    void shouldDeliverTheCloseFrameAlthoughInputIsUnread() throws Exception {
        WebSocketClient client = open(start(ECHO));
        byte[] flood = new byte[200_000];

        client.sendBytes(ClientFrame.join(ClientFrame.header(ClientFrame.FIN | 3, 0, 1, ClientFrame.KEY), flood));

        assertEquals("frame with reserved opcode 3", client.expectClose(1002));
    }

    @Test
    @Tag("W10")
    void shouldEndWithAFinWhenTheHostCloses() throws Exception {
        WebSocketClient client = open(start((session, message) -> session.close(CloseReason.of(Code.POLICY, "no"))));

        client.sendBytes(ClientFrame.join(ClientFrame.text("go"), new byte[100_000]));

        assertEquals("no", client.expectClose(1008));
    }

    @Test
    void shouldSayNothingOfWhatFailedInside() throws Exception {
        WebSocketClient client = open(start((session, message) -> {
            throw new IllegalStateException("secret");
        }));

        client.sendText("go");

        assertEquals("the server could not handle this; retry-after=1000ms", client.expectClose(1011));
    }

    @Test
    void shouldTellThatTheServerGoesAway() throws Exception {
        ImServer server = start(ECHO);
        WebSocketClient client = open(server);
        client.echo("there");

        server.close();

        client.expectClose(1001);
    }

    @Test
    void shouldCutALongReasonAtACharacter() throws Exception {
        String goose = "\ud83e\udebf";
        WebSocketClient client =
                open(start((session, message) -> session.close(CloseReason.of(Code.POLICY, "12" + goose.repeat(40)))));

        client.sendText("go");

        assertEquals("12" + goose.repeat(30), client.expectClose(1008));
    }

    @Test
    @Tag("F2")
    void shouldRefuseATooLongMessageBeforeItsPayloadComes() throws Exception {
        WebSocketClient client = open(start(ECHO));

        client.sendBytes(ClientFrame.header(ClientFrame.FIN | ClientFrame.BINARY, 8, 1L << 31, ClientFrame.KEY));

        assertEquals("message of more than 65536 bytes (maxMessageBytes)", client.expectClose(1009));
    }

    @Test
    void shouldAnswerPingsInOrder() throws Exception {
        WebSocketClient client = open(start(ECHO));
        byte[] pings = {};
        for (int i = 0; i < 300; i++) {
            pings = ClientFrame.join(
                    pings, ClientFrame.of(ClientFrame.FIN | ClientFrame.PING, ClientFrame.utf8("p" + i)));
        }

        client.sendBytes(pings);

        for (int i = 0; i < 300; i++) {
            client.expect(ClientFrame.PONG, ClientFrame.utf8("p" + i));
        }
    }

    @Test
    @Tag("S1")
    void shouldPingASilentPeerAndCloseItWhenItDoesNotAnswer() throws Exception {
        Limits limits = Limits.defaults().withHeartbeat(Duration.ofMillis(50), Duration.ofMillis(400));
        WebSocketClient client = open(start(server(ECHO).limits(limits)));

        client.expect(ClientFrame.PING, new byte[0]);
        client.sendBytes(ClientFrame.of(ClientFrame.FIN | ClientFrame.PONG, new byte[0]));
        client.expect(ClientFrame.PING, new byte[0]);

        assertTrue(client.expectClose(1008).contains("pongTimeout"));
    }

    @Test
    void shouldMarkAGap() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        String text = "x".repeat(400);
        // From another thread, while the loop is held up: so nothing leaves meanwhile.
        MessageHandler flood = (session, message) -> {
            CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 20; i++) {
                            session.send(text);
                        }
                    })
                    .join();
            sent.countDown();
        };
        Limits limits = Limits.defaults().withOutbound(2048, 100, Overflow.DROP);
        WebSocketClient client = open(start(server(flood).limits(limits).dispatch(Dispatch.ON_LOOP)));

        client.sendText("go");
        Await.zero("the flood", sent);

        int received = 0;
        String next = client.frame().text();
        for (; next.equals(text); next = client.frame().text()) {
            received++;
        }
        assertEquals("!missed " + (20 - received), next);
    }

    @Test
    @Tag("U2")
    void shouldRefuseBadTextBeforeTheFrameIsWhole() throws IOException {
        WebSocketClient client = open(start(ECHO));
        byte[] frame = ClientFrame.of(ClientFrame.FIN | ClientFrame.TEXT, new byte[] {'a', (byte) 0xC0, 'b', 'c'});

        client.sendBytes(frame, 0, frame.length - 2);

        assertEquals("text is not valid UTF-8", client.expectClose(1007));
    }
}
