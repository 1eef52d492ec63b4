package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.hongyan.im.ImServer;
import io.hongyan.im.Limits;
import io.hongyan.im.spi.ProtocolException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short messages that inflate to long ones. */
@Tag("W12")
class DeflateBombTest extends ServerTest {
    private static final int MIB = 1 << 20;
    private static final int FREE = InflationBound.FREE_BYTES;
    private static final String TOO_DENSE =
            "message that inflates to more than 65536 bytes and to more than %d times its"
                    + " length (deflateMaxRatio)";

    /** Zeros, of which deflate makes a thousandth. */
    private static byte[] bomb(int length) {
        return DeflateTest.deflated(new byte[length]);
    }

    private static byte[] frame(byte[] compressed) {
        return ClientFrame.of(ClientFrame.FIN | ClientFrame.RSV1 | ClientFrame.BINARY, compressed);
    }

    private static FrameReader reader(int maxMessageBytes, int maxRatio) {
        return new FrameReader(maxMessageBytes, new Deflate(maxRatio));
    }

    /** The length of the message, as it was delivered. */
    private static int delivered(byte[] compressed, int maxRatio) throws ProtocolException {
        CollectingSink sink = new CollectingSink();
        reader(16 * MIB, maxRatio).read(ByteBuffer.wrap(frame(compressed)), sink);
        return sink.messages.get(0).length();
    }

    private static void assertTooDense(byte[] compressed, int maxRatio) {
        ProtocolException refused = assertThrows(ProtocolException.class, () -> delivered(compressed, maxRatio));

        assertEquals(String.format(TOO_DENSE, maxRatio), refused.reason().text());
        assertEquals(1009, refused.reason().code().status());
    }

    @Test
    void shouldRefuseABombAsTheFirstFrame() throws Exception {
        ImServer server = start(server(ECHO)
                .protocol(WebSocketProtocol.builder().deflate(true).build())
                .limits(Limits.defaults().withMaxMessageBytes(16 * MIB)));
        WebSocketClient client = client(server);
        byte[] bomb = bomb(16 * MIB);
        assertTrue(bomb.length < 16 * MIB / 1000, "only 1:" + 16 * MIB / bomb.length);

        client.sendBytes(ClientFrame.join(
                WebSocketClient.latin1(WebSocketClient.request("Sec-WebSocket-Extensions: permessage-deflate")),
                frame(bomb)));

        client.expectUpgrade();
        assertEquals(String.format(TOO_DENSE, 200), client.expectClose(1009));
    }

    /** All that is ever allocated is more than what is held at any moment. */
    @Test
    void shouldAllocateLittleForABomb() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] bomb = frame(bomb(16 * MIB));
        FrameReader reader = reader(16 * MIB, InflationBound.DEFAULT_RATIO);
        CollectingSink sink = new CollectingSink();
        reader.read(ByteBuffer.wrap(frame(DeflateTest.deflated(new byte[100]))), sink);

        long before = threads.getCurrentThreadAllocatedBytes();
        assertThrows(ProtocolException.class, () -> reader.read(ByteBuffer.wrap(bomb), sink));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(allocated < 8 * MIB, allocated + " bytes");
    }

    @Test
    void shouldLetAShortMessageBeAsDenseAsItLikes() throws Exception {
        assertEquals(FREE, delivered(bomb(FREE), 1));

        assertTooDense(bomb(FREE + 1), 1);
    }

    /** A little noise, then zeros. */
    @Test
    void shouldHoldALongMessageToItsRatioToTheByte() throws Exception {
        byte[] message = new byte[MIB];
        new Random(1).nextBytes(message);
        Arrays.fill(message, MIB / 100, MIB, (byte) 0);
        byte[] compressed = DeflateTest.deflated(message);
        int ratio = (MIB + compressed.length - 1) / compressed.length;
        assertTrue(ratio > 50, "1:" + ratio);

        assertEquals(MIB, delivered(compressed, ratio));
        assertTooDense(compressed, ratio - 1);
        assertEquals(
                (ratio - 1) * compressed.length, new InflationBound(16 * MIB, ratio - 1, compressed.length).bytes());
    }

    @Test
    void shouldInflateAllThatTheFormatCanDoWhereToldSo() throws Exception {
        byte[] densest = bomb(16 * MIB);

        assertEquals(16 * MIB, delivered(densest, InflationBound.MOST_RATIO));
    }

    @Test
    void shouldTakeDenseTextByDefault() throws Exception {
        StringBuilder records = new StringBuilder("[");
        for (int i = 0; records.length() < MIB; i++) {
            records.append("{\"room\":\"lobby\",\"user\":\"").append(i).append("\",\"online\":true,\"unread\":0},");
        }
        byte[] text = ClientFrame.utf8(records.toString());

        assertEquals(text.length, delivered(DeflateTest.deflated(text), InflationBound.DEFAULT_RATIO));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1033})
    void shouldSayWhichRatiosThereAre(int times) {
        WebSocketProtocol.Builder builder = WebSocketProtocol.builder();

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> builder.deflateMaxRatio(times));

        assertEquals("deflateMaxRatio must be 1 to 1032, was " + times, refused.getMessage());
    }

    @Test
    void shouldTakeItsRatioFromTheBuilder() throws Exception {
        ImServer server = start(server(ECHO)
                .protocol(WebSocketProtocol.builder()
                        .deflate(true)
                        .deflateMaxRatio(1)
                        .deflateMaxRatio(1032)
                        .build())
                .limits(Limits.defaults().withMaxMessageBytes(MIB)));
        WebSocketClient client = open(server, "Sec-WebSocket-Extensions: permessage-deflate");

        client.sendBytes(frame(bomb(MIB)));

        assertEquals(ClientFrame.BINARY, client.frame().opcode());
    }
}
