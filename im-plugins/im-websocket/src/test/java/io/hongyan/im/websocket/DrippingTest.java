package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.ClientSession;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.test.virtual.ClientCodec;
import io.hongyan.im.test.virtual.VirtualClient;
import io.hongyan.im.test.virtual.VirtualServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What drips in neither gets more time nor costs more than what comes at once. */
class DrippingTest {
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final Duration STEP = Duration.ofMillis(100);

    /** Two ticks of the timer wheel, and the step in which it is seen. */
    private static final Duration LATE = Duration.ofMillis(250);

    private static final int FRAGMENTS = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Says only what the test lets it say, and takes note that it was told something. */
    private static final class Dripping implements ClientCodec {
        private boolean heard;

        @Override
        public byte[] encode(Message message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void decode(ByteBuffer received, Sink sink) {
            heard |= received.hasRemaining();
            received.position(received.limit());
        }
    }

    /** By the virtual clock. Where line is spoken, too, its time begins with the first byte; where it is not, with the connection. */
    @ParameterizedTest
    @Tag("H8")
    @CsvSource({
        "websocket, 0, 5000", "websocket, 1500, 5000", "websocket, 4900, 5000",
        "auto, 0, 5000", "auto, 1500, 6500", "auto, 1900, 6900"
    })
    void shouldEndWhenTheTimeOfAHandshakeIsOver(String protocols, long silentMillis, long endMillis) {
        String fields = "GET / HTTP/1.1\r\nHost: localhost\r\nX: ";
        expectEnd(protocols, fields, Duration.ofMillis(silentMillis), Duration.ofMillis(endMillis));
        expectEnd(protocols, "GET /", Duration.ofMillis(silentMillis), Duration.ofMillis(endMillis));
    }

    /** In fragments of one byte: who looked at all there is with each of them would take minutes. */
    @Test
    @Tag("W6")
    void shouldLookAtEachByteOnceWhenAMessageDripsIn() throws ProtocolException {
        ByteBuffer stream = ByteBuffer.allocate(7 * FRAGMENTS);
        for (int i = 1; i <= FRAGMENTS; i++) {
            int opcode = i == 1 ? ClientFrame.TEXT : 0;
            stream.put((byte) (i == FRAGMENTS ? ClientFrame.FIN | opcode : opcode));
            stream.put((byte) 0x81).putInt(0).put((byte) 'x');
        }
        CollectingSink sink = new CollectingSink();
        FrameReader reader = new FrameReader(FRAGMENTS, null);
        long start = System.nanoTime();

        for (int i = 1; i <= FRAGMENTS; i++) {
            reader.read(stream.limit(7 * i).position(7 * (i - 1)), sink);
            assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "half a minute was not enough");
        }

        assertEquals(1, sink.messages.size());
        assertEquals(FRAGMENTS, sink.messages.get(0).length());
    }

    private static void expectEnd(String protocols, String beginning, Duration silent, Duration end) {
        ImServer.Builder builder = ImServer.builder()
                .protocol(new WebSocketProtocol())
                .protocols(protocols)
                .discoverPlugins(false)
                .limits(Limits.defaults().withOpening(SILENCE, HANDSHAKE, Duration.ZERO))
                .handler(ClientSession::send);
        try (VirtualServer im = VirtualServer.of(builder)) {
            Dripping codec = new Dripping();
            VirtualClient client = im.connect(codec);
            im.advance(silent);
            Duration passed = silent;
            int drops = 0;
            while (!codec.heard && !client.hasEnded() && passed.compareTo(end.multipliedBy(4)) < 0) {
                char drop = drops < beginning.length() ? beginning.charAt(drops) : 'x';
                client.sendBytes(new byte[] {(byte) drop});
                drops++;
                im.advance(STEP);
                passed = passed.plus(STEP);
            }

            Duration over = passed.minus(end);
            assertFalse(over.isNegative(), "ended after " + passed + ", though it may take until " + end);
            assertTrue(over.compareTo(LATE) <= 0, "served for " + passed + ", though it may take until " + end);
            assertEquals(0, im.server().sessions().size());
        }
    }
}
