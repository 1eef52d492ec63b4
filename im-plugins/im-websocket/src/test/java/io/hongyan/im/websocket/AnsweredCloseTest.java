package io.hongyan.im.websocket;

import static io.hongyan.im.websocket.ClientFrame.BINARY;
import static io.hongyan.im.websocket.ClientFrame.CLOSE;
import static io.hongyan.im.websocket.ClientFrame.FIN;
import static io.hongyan.im.websocket.ClientFrame.KEY;
import static io.hongyan.im.websocket.ClientFrame.PING;
import static io.hongyan.im.websocket.ClientFrame.RSV1;
import static io.hongyan.im.websocket.ClientFrame.TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The peer's Close is found, whatever stands before it and however that broke a rule. */
@Tag("W5")
@Tag("W10")
class AnsweredCloseTest {
    private static final int MAX = 1000;
    private static final byte[] NOTHING = {};

    /** Gives the first bytes to {@code read}, until it throws, and the others to {@code findClose}; answers how many it took. */
    private static int bytesUntilFound(byte[] input, int decoded) {
        FrameReader reader = new FrameReader(MAX, null);
        CollectingSink sink = new CollectingSink();
        int i = 0;
        try {
            for (; i < decoded; i++) {
                reader.read(ByteBuffer.wrap(input, i, 1), sink);
            }
        } catch (ProtocolException broken) {
            i++;
        }
        for (; i < input.length; i++) {
            if (reader.findClose(ByteBuffer.wrap(input, i, 1))) {
                return i + 1;
            }
        }
        return -1;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Good frames, and bad ones of which it is clear where they end. */
    @Provide
    Arbitrary<byte[]> frames() {
        byte[] large = new byte[MAX + 1];
        Arrays.fill(large, (byte) 0x88);
        return Arbitraries.of(
                ClientFrame.text("good"),
                ClientFrame.of(TEXT, ClientFrame.utf8("begun")),
                ClientFrame.of(0, NOTHING),
                ClientFrame.of(FIN | PING, new byte[125]),
                ClientFrame.of(FIN | TEXT, bytes(0xFF, 0x88, 0x80)),
                ClientFrame.of(FIN | BINARY, large),
                ClientFrame.of(FIN | PING, large),
                ClientFrame.of(FIN | RSV1 | TEXT, large),
                ClientFrame.of(FIN | 0x30 | 0x0B, bytes(0x88, 0x80)),
                ClientFrame.join(ClientFrame.header(FIN | BINARY, 8, 70_000, KEY), new byte[70_000]),
                ClientFrame.join(ClientFrame.header(FIN | BINARY, 8, 3, KEY), bytes(0x88, 0x88, 0x88)),
                bytes(FIN | TEXT, 3, 0x88, 0x80, 0x88),
                bytes(FIN | PING, 0));
    }

    @Property(tries = 300)
    void theFirstCloseIsFoundAtItsLastByte(@ForAll("several") List<byte[]> before, @ForAll int cut) {
        byte[] close = ClientFrame.close(1000, "bye");
        List<byte[]> parts = new ArrayList<>(before);
        parts.add(close);
        parts.add(ClientFrame.text("too late"));
        byte[] input = ClientFrame.join(parts.toArray(byte[][]::new));
        int end = before.stream().mapToInt(frame -> frame.length).sum() + close.length;

        assertEquals(end, bytesUntilFound(input, Math.floorMod(cut, end)));
    }

    @Provide
    Arbitrary<List<byte[]>> several() {
        return frames().list().ofMaxSize(4);
    }

    @Test
    void shouldTakeACloseThatBreaksARuleForAnAnswer() {
        byte[] close = ClientFrame.of(FIN | CLOSE, bytes(3, 0xEE - 1));
        assertEquals(close.length, bytesUntilFound(close, 0));

        FrameReader reader = new FrameReader(MAX, null);
        try {
            reader.read(ByteBuffer.wrap(ClientFrame.close(1005, "")), new CollectingSink());
        } catch (ProtocolException nobodyMaySendThat) {
            assertTrue(reader.findClose(ByteBuffer.allocate(0)));
            return;
        }
        throw new AssertionError("status 1005 was let through");
    }

    @Test
    void shouldAwaitNothingMoreOnceThePeerHasClosed() throws ProtocolException {
        FrameReader reader = new FrameReader(MAX, null);
        reader.read(ByteBuffer.wrap(ClientFrame.close(1000, "")), new CollectingSink());

        assertTrue(reader.findClose(ByteBuffer.allocate(0)));
    }

    @Test
    void shouldFindNothingBehindALengthThatNoFrameReaches() {
        byte[] header = ClientFrame.header(FIN | BINARY, 8, -1, KEY);
        FrameReader reader = new FrameReader(MAX, null);
        assertFalse(reader.findClose(ByteBuffer.wrap(header)));
        for (int i = 0; i < 100; i++) {
            assertFalse(reader.findClose(ByteBuffer.wrap(ClientFrame.close(1000, ""))));
        }
        assertEquals(0, reader.heldBytes() - header.length);
    }
}
