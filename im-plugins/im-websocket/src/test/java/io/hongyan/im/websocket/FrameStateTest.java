package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a reader of frames is in between: what it holds, and what is left of it when the peer has closed. */
class FrameStateTest {
    private final FrameReader reader = new FrameReader(1000, null);
    private final CollectingSink sink = new CollectingSink();

    @Test
    @Tag("W5")
    void shouldReadNothingBehindACloseInTheSameBuffer() throws ProtocolException {
        ByteBuffer input = ByteBuffer.wrap(ClientFrame.join(
                ClientFrame.text("before"), ClientFrame.close(1000, "bye"), ClientFrame.text("behind")));

        reader.read(input, sink);

        assertFalse(input.hasRemaining());
        assertEquals(List.of(Message.text("before")), sink.messages);
        assertEquals(CloseReason.Code.PEER_CLOSED, sink.ended.code());
        assertFalse(reader.isIdle(), "another one would read on");
    }

    @Test
    @Tag("W5")
    void shouldAnswerAnEmptyCloseByAnEmptyOne() throws ProtocolException {
        byte[] close = ClientFrame.of(ClientFrame.FIN | ClientFrame.CLOSE, new byte[0]);

        reader.read(ByteBuffer.wrap(close), sink);

        assertEquals("the peer closed without a status", sink.ended.text());
        assertArrayEquals(new byte[] {(byte) 0x88, 0}, sink.lastWords);
    }

    /** Of a message, of a header, and of a control frame that stands between two fragments. */
    @Test
    @Tag("F4")
    void shouldSayAllThatItHolds() throws ProtocolException {
        byte[] ping = ClientFrame.of(ClientFrame.FIN | ClientFrame.PING, new byte[10]);
        assertTrue(reader.isIdle());
        reader.read(ByteBuffer.wrap(ClientFrame.of(ClientFrame.TEXT, ClientFrame.utf8("abc"))), sink);
        int ofMessage = reader.heldBytes();
        assertTrue(ofMessage >= 3, () -> "holds " + ofMessage);

        reader.read(ByteBuffer.wrap(ping, 0, 3), sink);
        assertEquals(ofMessage + 3, reader.heldBytes());
        reader.read(ByteBuffer.wrap(ping, 3, 8), sink);
        assertEquals(ofMessage + 6 + 10, reader.heldBytes());
        reader.read(ByteBuffer.wrap(ping, 11, ping.length - 11), sink);
        assertEquals(ofMessage, reader.heldBytes());
        assertEquals(1, sink.replies.size());
        assertFalse(reader.isIdle());
    }
}
