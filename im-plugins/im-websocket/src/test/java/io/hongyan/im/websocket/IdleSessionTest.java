package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.Limits;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.evidence.Await;
import io.hongyan.im.test.evidence.RecordingHandler;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session holds while its peer says nothing. */
@Tag("A9")
class IdleSessionTest extends ServerTest {
    private final CollectingSink sink = new CollectingSink();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveUpTheHeadOnceItIsOpen(boolean atOnce) throws Exception {
        AtomicReference<WeakReference<Handshake>> whole = new AtomicReference<>();
        AtomicReference<WeakReference<String>> cookie = new AtomicReference<>();
        HandshakeFilter filter = handshake -> {
            whole.set(new WeakReference<>(handshake));
            cookie.set(new WeakReference<>(handshake.header("cookie").orElseThrow()));
            CompletionStage<HandshakeDecision> granted = CompletableFuture.completedStage(HandshakeDecision.allow());
            return atOnce ? granted : granted.thenApplyAsync(decision -> decision);
        };
        RecordingHandler handler = recording(ECHO);
        WebSocketClient client = open(
                start(server(handler)
                        .protocol(WebSocketProtocol.builder().filter(filter).build())),
                "Cookie: " + "c".repeat(15_000),
                "Sec-WebSocket-Protocol: token");
        client.echo("there");
        ClientSession session = handler.awaitOpen();

        Await.until("the head is given up", () -> {
            System.gc();
            return whole.get().get() == null && cookie.get().get() == null;
        });

        Handshake kept = session.attribute(WebSocket.HANDSHAKE).orElseThrow();
        assertEquals("/", kept.path());
        assertEquals(List.of(), List.copyOf(kept.headers().keySet()));
        assertEquals(List.of(), kept.subprotocols());
    }

    @Test
    void shouldHoldNothingBetweenMessages() throws Exception {
        WebSocketDecoder decoder = (WebSocketDecoder) new WebSocketProtocol().newDecoder(Limits.defaults());
        byte[] text = ClientFrame.text("in two pieces");

        feed(decoder, WebSocketClient.latin1(WebSocketClient.request()));
        assertEquals(List.of(), held(decoder));

        feed(decoder, text);
        assertEquals(List.of(), held(decoder));

        feed(decoder, ClientFrame.of(ClientFrame.FIN | ClientFrame.PING, new byte[3]));
        assertEquals(List.of(), held(decoder));

        feed(decoder, ClientFrame.of(ClientFrame.TEXT, new byte[0]));
        assertEquals(List.of("frames"), held(decoder));
        feed(decoder, ClientFrame.of(ClientFrame.FIN, new byte[0]));
        assertEquals(List.of(), held(decoder));

        feed(decoder, ByteBuffer.wrap(text, 0, 1));
        assertEquals(List.of("frames"), held(decoder));
        feed(decoder, ByteBuffer.wrap(text, 1, text.length - 1));
        assertEquals(List.of(), held(decoder));
        assertEquals(3, sink.messages.size());
        assertEquals(0, decoder.heldBytes());
    }

    private void feed(WebSocketDecoder decoder, byte[] bytes) throws ProtocolException {
        feed(decoder, ByteBuffer.wrap(bytes));
    }

    private void feed(WebSocketDecoder decoder, ByteBuffer bytes) throws ProtocolException {
        decoder.decode(bytes, sink);
        assertTrue(!bytes.hasRemaining());
    }

    /** What a decoder refers to, other than what all share. */
    private static List<String> held(WebSocketDecoder decoder) throws IllegalAccessException {
        List<String> held = new ArrayList<>();
        for (Field field : WebSocketDecoder.class.getDeclaredFields()) {
            boolean shared = Modifier.isStatic(field.getModifiers()) || field.getType() == Settings.class;
            if (!shared && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                if (field.get(decoder) != null) {
                    held.add(field.getName());
                }
            }
        }
        return held;
    }
}
