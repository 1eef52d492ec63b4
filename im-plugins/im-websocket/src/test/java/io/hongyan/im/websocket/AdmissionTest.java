package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters that take a while, on each transport: nothing of a peer's is handled before it is let in, and nothing of it is lost. */
@Tag("A8")
class AdmissionTest extends ServerTest {
    private static final byte[] REQUEST = WebSocketClient.latin1(WebSocketClient.request());
    private static final Principal ALICE = () -> "alice";

    /** What the filter was asked and has not answered. */
    private final BlockingQueue<CompletableFuture<HandshakeDecision>> asked = new LinkedBlockingQueue<>();

    private final RecordingHandler handler = recording(ECHO);

    static List<String> transports() {
        return Transports.names();
    }

    private CompletableFuture<HandshakeDecision> ask(Handshake handshake) {
        CompletableFuture<HandshakeDecision> decision = new CompletableFuture<>();
        asked.add(decision);
        return decision;
    }

    private CompletableFuture<HandshakeDecision> awaitAsked() throws InterruptedException {
        CompletableFuture<HandshakeDecision> decision = asked.poll(Await.LIVENESS.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(decision, "the filter was not asked");
        return decision;
    }

    private ImServer asking(String transport, Limits limits) throws IOException {
        return start(server(handler)
                .transport(transport)
                .loops(1)
                .limits(limits)
                .protocol(WebSocketProtocol.builder().filter(this::ask).build())
                .protocols("websocket"));
    }

    private ImServer asking(String transport) throws IOException {
        return asking(transport, Limits.defaults());
    }

    private WebSocketClient client(String transport, ImServer server) throws IOException {
        return kept(Transports.connect(transport, server.address()));
    }

    @Test
    void shouldBeTriedOnNioAndOnVirtual() {
        assertTrue(
                transports().containsAll(List.of("nio", "virtual")),
                transports().toString());
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("W11")
    void shouldOpenOnceTheFilterHasDecidedAndServeWhatCameWithTheHandshake(String transport) throws Exception {
        ImServer server = asking(transport);
        WebSocketClient client = client(transport, server);

        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("early"), ClientFrame.text("too")));
        CompletableFuture<HandshakeDecision> decision = awaitAsked();
        assertEquals(0, handler.sessions());
        assertEquals(0, server.all().size());
        decision.complete(HandshakeDecision.allow(ALICE));

        client.expectUpgrade();
        client.expectText("early");
        client.expectText("too");
        client.echo("late");
        ClientSession session = handler.awaitOpen();
        assertEquals(Optional.of(ALICE), session.principal());
        assertEquals(List.of("open", "message early", "message too", "message late"), handler.transcript(session));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("W11")
    void shouldLoseNothingThatComesWhileAnotherThreadDecides(String transport) throws Exception {
        ImServer server = asking(transport);
        for (int round = 0; round < 20; round++) {
            WebSocketClient client = client(transport, server);
            client.sendBytes(REQUEST);
            CompletableFuture<HandshakeDecision> decision = awaitAsked();

            CompletableFuture<Boolean> deciding =
                    CompletableFuture.supplyAsync(() -> decision.complete(HandshakeDecision.allow()));
            for (int i = 0; i < 50; i++) {
                client.sendText("m" + i);
            }

            client.expectUpgrade();
            for (int i = 0; i < 50; i++) {
                client.expectText("m" + i);
            }
            Await.result("the decision", deciding);
        }
    }

    /** It has seen all events that came before, and serves. */
    private void letTheLoopTurn(String transport, ImServer server) throws Exception {
        WebSocketClient other = client(transport, server);
        other.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("next")));
        awaitAsked().complete(HandshakeDecision.allow());
        other.expectUpgrade();
        other.expectText("next");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldHoldLittleOfAPeerThatFloodsWhileTheFilterDecides(String transport) throws Exception {
        ImServer server = asking(transport);
        WebSocketClient flooding = client(transport, server);
        flooding.sendBytes(REQUEST);
        CompletableFuture<HandshakeDecision> decision = awaitAsked();
        for (int i = 0; i < 3; i++) {
            flooding.sendBytes(new byte[30_000]);
            letTheLoopTurn(transport, server);
        }

        assertTrue(server.stats().bytesIn() < 70_000, server.stats().bytesIn() + " bytes read");
        decision.complete(HandshakeDecision.refuse(403, "not you"));

        assertEquals("not you\n", flooding.answer().body());
        assertEquals(3, handler.sessions());
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("S2")
    void shouldAnswerAPeerThatHasEndedWhileTheFilterDecides(String transport) throws Exception {
        WebSocketClient client = client(transport, asking(transport));
        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("early")));
        CompletableFuture<HandshakeDecision> decision = awaitAsked();

        client.halfClose();
        decision.complete(HandshakeDecision.allow());

        client.expectUpgrade();
        client.expectText("early");
        assertEquals("the peer ended its output", client.expectClose(1000));
    }

    /** Its FIN is read, and stands behind the request all the same. */
    @ParameterizedTest
    @MethodSource("transports")
    @Tag("S2")
    void shouldAnswerAPeerThatHasEndedRightBehindItsRequest(String transport) throws Exception {
        ImServer server = asking(transport);
        WebSocketClient client = client(transport, server);
        client.sendBytes(REQUEST);
        CompletableFuture<HandshakeDecision> decision = awaitAsked();

        client.halfClose();
        letTheLoopTurn(transport, server);
        decision.complete(HandshakeDecision.refuse(401, "who are you?"));

        assertEquals(401, client.answer().status());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldForgetAPeerThatHasGoneBeforeTheFilterDecides(String transport) throws Exception {
        ImServer server = asking(transport);
        WebSocketClient client = client(transport, server);
        client.sendBytes(REQUEST);
        CompletableFuture<HandshakeDecision> decision = awaitAsked();

        client.reset();
        letTheLoopTurn(transport, server);
        decision.complete(HandshakeDecision.allow());

        letTheLoopTurn(transport, server);
        assertEquals(2, handler.sessions());
        assertEquals(0, server.stats().errors());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldEndAPeerThatIsUndecidedWhenTheServerCloses(String transport) throws Exception {
        ImServer server = asking(transport);
        WebSocketClient client = client(transport, server);
        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("early")));
        CompletableFuture<HandshakeDecision> decision = awaitAsked();

        server.close();
        client.awaitGone();
        decision.complete(HandshakeDecision.allow());

        assertEquals(0, handler.sessions());
        assertEquals(0, server.stats().errors());
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("H8")
    void shouldRefuseWhereTheFilterDoesNotDecideInTime(String transport) throws Exception {
        Limits limits = Limits.defaults().withOpening(Duration.ofSeconds(3), Duration.ofMillis(50), Duration.ZERO);
        ImServer server = asking(transport, limits);
        WebSocketClient client = client(transport, server);

        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("early")));
        Answer answer = client.answer();

        assertEquals(503, answer.status());
        assertEquals("the server could not decide in time; come again later\n", answer.body());
        awaitAsked().complete(HandshakeDecision.allow());
        WebSocketClient other = client(transport, server);
        other.sendBytes(REQUEST);
        assertEquals(503, other.answer().status());
        assertEquals(0, handler.sessions());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldTakeADecisionThatWasThereBeforeItWasAsked(String transport) throws Exception {
        RecordingHandler recorded = recording(ECHO);
        ImServer server = start(server(recorded)
                .transport(transport)
                .protocol(WebSocketProtocol.builder()
                        .filter(HandshakeFilter.of(handshake -> HandshakeDecision.allow(ALICE)))
                        .build()));
        WebSocketClient client = client(transport, server);

        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.text("early")));

        client.expectUpgrade();
        client.expectText("early");
        assertEquals(Optional.of(ALICE), recorded.awaitOpen().principal());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shouldGiveAnEndToASessionThatClosesAsItOpens(String transport) throws Exception {
        WebSocketClient client = client(transport, asking(transport));
        client.sendBytes(ClientFrame.join(REQUEST, ClientFrame.close(1000, "")));

        awaitAsked().complete(HandshakeDecision.allow());

        client.expectUpgrade();
        client.expectClose(1000);
        assertEquals(Code.PEER_CLOSED, handler.awaitClose(handler.awaitOpen()).code());
    }
}
