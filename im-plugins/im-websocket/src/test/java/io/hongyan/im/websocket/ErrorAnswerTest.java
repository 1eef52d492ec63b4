package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ImServer;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No request is left without an answer that a client of HTTP knows the end of. */
@Tag("H5")
class ErrorAnswerTest extends ServerTest {
    private ImServer server(boolean pinned) throws IOException {
        WebSocketProtocol protocol = WebSocketProtocol.builder()
                .paths("/", "/throws", "/fails", "/null", "/refuses")
                .filter(handshake -> switch (handshake.path()) {
                    case "/throws" -> throw new IOException("no");
                    case "/fails" -> CompletableFuture.failedStage(new IOException("no"));
                    case "/null" -> null;
                    case "/refuses" -> decided(HandshakeDecision.refuse(503, "later, \u9d3b"));
                    default -> decided(HandshakeDecision.allow());
                })
                .build();
        return start(server(ECHO).protocol(protocol).protocols(pinned ? "websocket" : "auto"));
    }

    private static CompletionStage<HandshakeDecision> decided(HandshakeDecision decision) {
        return CompletableFuture.completedStage(decision);
    }

    /** The client checks length, field and end of each answer. */
    private void assertAnswered(int status, String request) throws IOException {
        for (boolean pinned : new boolean[] {true, false}) {
            Answer answer = client(server(pinned)).answer(request);

            assertEquals(status, answer.status());
            assertTrue(answer.body().length() > 1, "an answer without a sentence");
            assertEquals(ClientFrame.utf8(answer.body()).length, Integer.parseInt(answer.field("content-length")));
        }
    }

    @ParameterizedTest
    @CsvSource({"/nowhere, 404", "/throws, 500", "/fails, 500", "/null, 500", "/refuses, 503", "a, 400", "/#a, 400"})
    void shouldEndAnAnswerToATarget(String target, int status) throws IOException {
        assertAnswered(status, WebSocketClient.requestOf(target));
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1,           POST / HTTP/1.1,          405",
        "GET / HTTP/1.1,           GET / HTTP/1.0,           505",
        "GET / HTTP/1.1,           PRI * HTTP/2.0,           505",
        "Host: localhost,          X: y,                     400",
        "Host: localhost,          Host : localhost,         400",
        "Upgrade: websocket,       Upgrade: h2c,             426",
        "Version: 13,              Version: 12,              426",
        "Host: localhost,          'Host: a\r\nOrigin: http://b',  403",
        "'keep-alive, Upgrade',    close,                  400",
    })
    void shouldEndAnAnswerToARequest(String old, String replaced, int status) throws IOException {
        String request = WebSocketClient.request();
        String changed = request.replace(old, replaced);
        assertTrue(!changed.equals(request), "nothing is replaced");

        assertAnswered(status, changed);
    }

    @ParameterizedTest
    @ValueSource(ints = {HttpHead.MAX_BYTES, 100_000})
    void shouldEndAnAnswerToAHeadWithoutEnd(int length) throws IOException {
        assertAnswered(431, "GET / HTTP/1.1\r\nX: " + "x".repeat(length));
    }
}
