package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.test.evidence.RecordingHandler;
import io.hongyan.im.websocket.WebSocketClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a host can say about who may come in. */
class FilterTest extends ServerTest {
    private ImServer filtered(HandshakeFilter filter) throws IOException {
        return echoing(
                WebSocketProtocol.builder().subprotocols("chat").filter(filter).build());
    }

    @Test
    void shouldShowTheFilterTheHandshakeAndTheSessionWhoItIs() throws Exception {
        AtomicReference<Handshake> seen = new AtomicReference<>();
        RecordingHandler handler = recording(ECHO);
        Principal alice = () -> "alice";
        ImServer server = start(server(handler)
                .protocol(WebSocketProtocol.builder()
                        .subprotocols("chat")
                        .filter(HandshakeFilter.of(handshake -> {
                            seen.set(handshake);
                            return HandshakeDecision.allow(alice);
                        }))
                        .build()));
        WebSocketClient client = client(server);

        client.sendBytes(WebSocketClient.latin1(WebSocketClient.requestOf(
                "/room/%41?token=1&x=?",
                "Origin: http://localhost",
                "Cookie: a=1; b=\"2\"; a=3",
                "Cookie: c=4=5",
                "X-Two: first",
                "X-Two: second",
                "Sec-WebSocket-Protocol: chat, other")));
        client.expectUpgrade();
        ClientSession session = handler.awaitOpen();

        Handshake handshake = seen.get();
        assertEquals("/room/%41", handshake.path());
        assertEquals("token=1&x=?", handshake.query());
        assertEquals(Optional.of("http://localhost"), handshake.origin());
        assertEquals(Map.of("a", "1", "b", "2", "c", "4=5"), handshake.cookies());
        assertEquals(List.of("first", "second"), handshake.headers().get("x-two"));
        assertEquals(Optional.of("first"), handshake.header("X-TWO"));
        assertEquals(Optional.empty(), handshake.header("x-three"));
        assertEquals(List.of("chat", "other"), handshake.subprotocols());
        assertEquals(Optional.of("chat"), handshake.subprotocol());
        assertEquals(client.localAddress(), handshake.remoteAddress());
        assertEquals(Optional.of(alice), session.principal());
        assertFalse(handshake.toString().contains("token"));
        assertThrows(
                UnsupportedOperationException.class, () -> handshake.headers().clear());
    }

    @Test
    @Tag("A9")
    void shouldKeepOfTheRequestWhatTheHostNames() throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(handler)
                .protocol(WebSocketProtocol.builder()
                        .subprotocols("superchat", "chat")
                        .keepHeaders("User-Agent", "x-absent")
                        .build()));
        WebSocketClient client = client(server);

        client.sendBytes(WebSocketClient.latin1(WebSocketClient.requestOf(
                "/room?name=x", "User-AGENT: goose/1", "Cookie: secret=1", "Sec-WebSocket-Protocol: token, chat")));
        client.expectUpgrade();

        Handshake kept = handler.awaitOpen().attribute(WebSocket.HANDSHAKE).orElseThrow();
        Optional<String> chat = Optional.of("chat");
        assertEquals(
                new Handshake(
                        "/room",
                        "name=x",
                        Map.of("user-agent", List.of("goose/1")),
                        List.of("chat"),
                        chat,
                        client.localAddress()),
                kept);
    }

    @Test
    void shouldLetInWithoutAName() throws Exception {
        RecordingHandler handler = recording(ECHO);
        open(start(handler)).echo("hello");

        assertEquals(Optional.empty(), handler.awaitOpen().principal());
    }

    /** As a host looks a token up. */
    private static CompletableFuture<Principal> owner(String token) {
        return CompletableFuture.supplyAsync(() -> {
            if (!token.equals("Bearer 7")) {
                throw new IllegalArgumentException("nobody's");
            }
            return () -> "alice";
        });
    }

    @Test
    void shouldAskElsewhereWhoItIs() throws Exception {
        RecordingHandler handler = recording(ECHO);
        ImServer server = start(server(handler)
                .protocol(WebSocketProtocol.builder()
                        .filter(handshake -> owner(
                                        handshake.header("authorization").orElse(""))
                                .thenApply(HandshakeDecision::allow)
                                .exceptionally(unknown -> HandshakeDecision.refuse(401, "who are you?")))
                        .build()));

        assertEquals(
                401,
                client(server)
                        .answer(WebSocketClient.request("Authorization: Bearer 8"))
                        .status());
        open(server, "Authorization: Bearer 7").echo("it is me");

        assertEquals("alice", handler.awaitOpen().principal().orElseThrow().getName());
        assertEquals(1, handler.sessions());
    }

    @Test
    void shouldRefuseWithStatusAndText() throws Exception {
        Answer answer = client(filtered(HandshakeFilter.of(h -> HandshakeDecision.refuse(401, "who are you? \u9d3b"))))
                .answer(WebSocketClient.request());

        assertEquals(401, answer.status());
        assertEquals("who are you? \u9d3b\n", answer.body());
    }

    @Test
    @Tag("A1")
    void shouldNotAskAboutABadRequest() throws Exception {
        AtomicReference<Handshake> seen = new AtomicReference<>();
        ImServer server = filtered(HandshakeFilter.of(h -> {
            seen.set(h);
            return HandshakeDecision.allow();
        }));

        assertEquals(
                403,
                client(server)
                        .answer(WebSocketClient.request("Origin: http://evil.org"))
                        .status());

        assertEquals(null, seen.get());
    }

    @Test
    void shouldSayWhatIsWrongWithSettings() {
        WebSocketProtocol.Builder builder = WebSocketProtocol.builder();

        assertEquals(
                "a path must begin with a slash, was \"ws\"",
                assertThrows(IllegalArgumentException.class, () -> builder.paths("/", "ws"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.text("health", "ok"));
        assertEquals(
                "a header field's name must be a token of HTTP, was \"user agent\"",
                assertThrows(IllegalArgumentException.class, () -> builder.keepHeaders("user agent"))
                        .getMessage());
        assertEquals(
                "a subprotocol must be a token of HTTP, was \"a b\"",
                assertThrows(IllegalArgumentException.class, () -> builder.subprotocols("a b"))
                        .getMessage());
        assertEquals(
                "status must be 400 to 599, was 200",
                assertThrows(IllegalArgumentException.class, () -> HandshakeDecision.refuse(200, "no"))
                        .getMessage());
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertTrue(ServiceLoader.load(Protocol.class).stream()
                .anyMatch(provider -> provider.type() == WebSocketProtocol.class));
    }

    @Test
    void shouldCopyWhatAHandshakeIsMadeOf() {
        Map<String, List<String>> headers = new HashMap<>();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

        Handshake handshake = new Handshake("/", "", headers, List.of(), Optional.empty(), address);
        headers.put("x", List.of());

        assertEquals(Map.of(), handshake.headers());
    }
}
