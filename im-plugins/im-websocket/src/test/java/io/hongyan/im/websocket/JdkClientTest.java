package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hongyan.im.ImServer;
import io.hongyan.im.test.evidence.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The client of the JDK, written by others. */
class JdkClientTest extends ServerTest {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes += data.remaining();
            if (last) {
                events.add("binary of " + bytes);
                bytes = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong of " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            events.add("close " + status + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error " + error);
        }
    }

    private String event() throws InterruptedException {
        return events.poll(Await.LIVENESS.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void shouldTalkWithTheClientOfTheJdk() throws Exception {
        ImServer server =
                echoing(WebSocketProtocol.builder().subprotocols("chat").build());
        HttpClient client = HttpClient.newHttpClient();
        WebSocket socket = Await.result(
                "the handshake",
                client.newWebSocketBuilder()
                        .subprotocols("other", "chat")
                        .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/room?x"), new Listener()));

        assertEquals("chat", socket.getSubprotocol());
        Await.result("text", socket.sendText("go", false));
        Await.result("text", socket.sendText("ose \ud83e\udebf", true));
        assertEquals("text goose \ud83e\udebf", event());
        Await.result("binary", socket.sendBinary(ByteBuffer.allocate(65536), true));
        assertEquals("binary of 65536", event());
        Await.result("ping", socket.sendPing(ByteBuffer.allocate(125)));
        assertEquals("pong of 125", event());
        Await.result("close", socket.sendClose(4000, "enough"));
        assertEquals("close 4000", event());
    }

    @Test
    void shouldServeAPlainGetOfTheJdk() throws Exception {
        ImServer server =
                echoing(WebSocketProtocol.builder().text("/health", "fine").build());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/health"))
                .version(HttpClient.Version.HTTP_1_1)
                .build();

        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertEquals(200, response.statusCode());
        assertEquals("fine\n", response.body());
    }
}
