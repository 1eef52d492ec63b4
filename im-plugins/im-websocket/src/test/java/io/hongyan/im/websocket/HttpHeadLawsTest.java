package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.Limits;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Protocol.Detection;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.client.Cuts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The laws of the handshake's decoder. */
class HttpHeadLawsTest {
    private static final String REQUEST = WebSocketClient.requestOf(
            "/room?name=x",
            "Origin: https://localhost:8080",
            "Cookie: a=b; c=\"d\"",
            "Sec-WebSocket-Protocol: chat, superchat",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");

    private static final WebSocketProtocol PROTOCOL =
            WebSocketProtocol.builder().subprotocols("superchat").deflate(true).build();

    /** What came of it: the answers, the reason of a refusal, and the messages. */
    private record Outcome(String answered, String refused, int messages) {}

    @Provide
    Arbitrary<Cuts> cuts() {
        return Cuts.any();
    }

    private static Outcome decoded(byte[] stream, Cuts cuts) {
        Decoder decoder = PROTOCOL.newDecoder(Limits.defaults());
        CollectingSink sink = new CollectingSink();
        String refused = "";
        decoder.start(sink);
        int received = 0;
        try {
            for (byte[] piece : cuts.pieces(stream)) {
                ByteBuffer input = ByteBuffer.wrap(piece);
                decoder.decode(input, sink);
                received += piece.length;
                assertEquals(0, input.remaining());
                assertTrue(decoder.heldBytes() <= 2 * received + 1024, decoder.heldBytes() + " of " + received);
            }
        } catch (ProtocolException e) {
            refused = e.reason().text();
            String answer = new String(CollectingSink.bytes(e.lastWords()), StandardCharsets.UTF_8);
            assertTrue(sink.encoder != null || answer.startsWith("HTTP/1.1 "), "a refusal without an answer");
        }
        return new Outcome(new String(sink.repliedBytes(), StandardCharsets.UTF_8), refused, sink.messages.size());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    @Tag("W7")
    @Tag("W11")
    void handshakeAndFramesAreIndependentOfCuts(@ForAll("cuts") Cuts cuts) {
        byte[] stream = ClientFrame.join(WebSocketClient.latin1(REQUEST), ClientFrame.text("early"));
        Outcome whole = decoded(stream, Cuts.nowhere());

        assertEquals(whole, decoded(stream, cuts));
        assertTrue(whole.answered.startsWith("HTTP/1.1 101 "), whole.answered);
        assertEquals(1, whole.messages);
    }

    /** Whatever one byte becomes: the request is granted or refused, by ProtocolException alone, at the same place for all cuts. */
    @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
    @Tag("H3")
    void oneChangedByteIsGrantedOrRefused(@ForAll @IntRange(max = 100_000) int at, @ForAll byte value) {
        byte[] stream = WebSocketClient.latin1(REQUEST);
        stream[at % stream.length] = value;

        Outcome whole = decoded(stream, Cuts.nowhere());

        assertEquals(whole, decoded(stream, Cuts.everywhere()));
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    @Tag("H3")
    @Tag("H4")
    void noiseIsRefusedOrAwaited(@ForAll("noise") byte[] noise, @ForAll("cuts") Cuts cuts) {
        assertEquals(decoded(noise, Cuts.nowhere()), decoded(noise, cuts));
    }

    @Provide
    Arbitrary<byte[]> noise() {
        Arbitrary<String> pieces = Arbitraries.of(
                "GET ",
                "/",
                " ",
                "HTTP/1.1",
                "\r\n",
                "\r",
                "\n",
                "Host: a",
                ":",
                "\t",
                "Upgrade: websocket",
                "\0",
                "\u00ff",
                "x");
        return pieces.list().ofMaxSize(40).map(list -> WebSocketClient.latin1(String.join("", list)));
    }

    /** Detection never takes back what it has said. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    @Tag("H9")
    void detectionIsFinal(@ForAll("noise") byte[] noise) {
        Detection before = PROTOCOL.detect(ByteBuffer.allocate(0));
        for (int length = 1; length <= noise.length; length++) {
            Detection now = PROTOCOL.detect(ByteBuffer.wrap(noise, 0, length));
            if (before != Detection.NEED_MORE) {
                assertEquals(before, now);
            }
            before = now;
        }
    }
}
