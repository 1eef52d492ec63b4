package io.hongyan.im.websocket;

import static io.hongyan.im.websocket.ClientFrame.BINARY;
import static io.hongyan.im.websocket.ClientFrame.CLOSE;
import static io.hongyan.im.websocket.ClientFrame.FIN;
import static io.hongyan.im.websocket.ClientFrame.KEY;
import static io.hongyan.im.websocket.ClientFrame.PING;
import static io.hongyan.im.websocket.ClientFrame.PONG;
import static io.hongyan.im.websocket.ClientFrame.RSV1;
import static io.hongyan.im.websocket.ClientFrame.TEXT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each rule for frames, and the sentence and status that its breaking is answered with.
 * The last byte given is the first that is wrong.
 */
class FrameRulesTest {
    private static final int MAX = 1000;
    private static final byte[] NOTHING = {};

    private final FrameReader reader = new FrameReader(MAX, null);
    private final CollectingSink sink = new CollectingSink();

    private void feed(byte[]... parts) throws ProtocolException {
        for (byte b : ClientFrame.join(parts)) {
            reader.read(ByteBuffer.wrap(new byte[] {b}), sink);
        }
    }

    /** Only the last byte breaks the rule. */
    private void assertBroken(int status, String sentence, byte[]... parts) throws ProtocolException {
        byte[] bytes = ClientFrame.join(parts);
        for (int i = 0; i < bytes.length - 1; i++) {
            feed(new byte[] {bytes[i]});
        }
        ProtocolException broken =
                assertThrows(ProtocolException.class, () -> feed(new byte[] {bytes[bytes.length - 1]}));
        assertEquals(sentence, broken.reason().text());
        assertEquals(status, broken.reason().code().status());
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    @Tag("W1")
    void shouldRefuseAnUnmaskedFrame() throws ProtocolException {
        assertBroken(1002, "frame from a client is not masked", bytes(FIN | TEXT, 5));
    }

    @Test
    @Tag("W2")
    void shouldRefuseReservedBits() throws ProtocolException {
        String sentence = "frame with reserved bit RSV2 or RSV3, and no extension that uses it";
        assertBroken(1002, sentence, bytes(FIN | 0x20 | TEXT));
        new FrameRulesTest().assertBroken(1002, sentence, bytes(FIN | 0x10 | PING));
    }

    @Test
    @Tag("W2")
    void shouldRefuseTheBitOfCompressionWhereItWasNotAgreedUpon() throws ProtocolException {
        assertBroken(1002, "frame with reserved bit RSV1, and no extension that uses it", bytes(FIN | RSV1 | TEXT));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    @Tag("W2")
    void shouldRefuseReservedOpcodes(int opcode) throws ProtocolException {
        assertBroken(1002, "frame with reserved opcode " + opcode, bytes(FIN | opcode));
    }

    @ParameterizedTest
    @ValueSource(ints = {CLOSE, PING, PONG})
    @Tag("W3")
    void shouldRefuseFragmentedOrLongControlFrames(int opcode) throws ProtocolException {
        assertBroken(1002, "control frame " + opcode + " is fragmented", bytes(opcode));
        new FrameRulesTest()
                .assertBroken(
                        1002, "control frame " + opcode + " of more than 125 bytes", bytes(FIN | opcode, 0x80 | 126));
    }

    @Test
    @Tag("W3")
    void shouldAnswerPingsBetweenFragments() throws ProtocolException {
        byte[] longest = new byte[125];

        feed(
                ClientFrame.of(TEXT, ClientFrame.utf8("a")),
                ClientFrame.of(FIN | PING, longest),
                ClientFrame.of(FIN | PONG, longest),
                ClientFrame.of(0, ClientFrame.utf8("b")),
                ClientFrame.of(FIN | PING, NOTHING),
                ClientFrame.of(FIN, ClientFrame.utf8("c")));

        assertEquals(List.of(Message.text("abc")), sink.messages);
        assertArrayEquals(ClientFrame.join(bytes(FIN | PONG, 125), longest, bytes(FIN | PONG, 0)), sink.repliedBytes());
    }

    @Test
    void shouldRefuseAContinuationOfNothing() throws ProtocolException {
        assertBroken(1002, "continuation frame without a message to continue", bytes(FIN));
    }

    @Test
    void shouldRefuseAMessageInsideAnother() throws ProtocolException {
        assertBroken(
                1002,
                "new message before the last fragment of the one before",
                ClientFrame.of(TEXT, NOTHING),
                bytes(FIN | BINARY));
    }

    @Test
    @Tag("W9")
    void shouldRefuseLengthsThatAreNotShortest() throws ProtocolException {
        String sentence = "frame length %s is not in its shortest form";
        assertBroken(1002, String.format(sentence, 125), bytes(FIN | BINARY, 0x80 | 126, 0, 125));
        new FrameRulesTest()
                .assertBroken(
                        1002,
                        String.format(sentence, 65535),
                        bytes(FIN | BINARY, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF));
    }

    @Test
    @Tag("F5")
    void shouldTakeALengthForAnUnsignedNumber() throws ProtocolException {
        assertBroken(
                1002,
                "frame length has its most significant bit set",
                bytes(FIN | BINARY, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 1));
        new FrameRulesTest()
                .assertBroken(
                        1009,
                        "message of more than 1000 bytes (maxMessageBytes)",
                        bytes(FIN | BINARY, 0x80 | 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF));
        new FrameRulesTest()
                .assertBroken(
                        1009,
                        "message of more than 1000 bytes (maxMessageBytes)",
                        bytes(FIN | BINARY, 0x80 | 127, 0, 0, 0, 1, 0, 0, 0, 1));
    }

    @Test
    @Tag("F2")
    void shouldJudgeALengthBeforeTheKeyComes() throws ProtocolException {
        assertBroken(
                1009,
                "message of more than 1000 bytes (maxMessageBytes)",
                bytes(FIN | TEXT, 0x80 | 126, 1001 >> 8, 1001 & 0xFF));
    }

    @Test
    @Tag("F3")
    void shouldCountTheSumOfFragments() throws ProtocolException {
        feed(ClientFrame.of(BINARY, new byte[600]), ClientFrame.of(FIN, new byte[400]));
        assertEquals(MAX, sink.messages.get(0).length());

        assertBroken(
                1009,
                "message of more than 1000 bytes (maxMessageBytes)",
                ClientFrame.of(BINARY, new byte[600]),
                ClientFrame.of(0, NOTHING),
                bytes(FIN, 0x80 | 126, 401 >> 8, 401 & 0xFF));
    }

    @Test
    @Tag("F4")
    void shouldHoldLittleMoreThanWhatCame() throws ProtocolException {
        FrameReader large = new FrameReader(1 << 30, null);
        large.read(ByteBuffer.wrap(ClientFrame.header(FIN | BINARY, 8, 1 << 30, KEY)), sink);

        for (int received = 1000; received < 1_000_000; received += 1000) {
            large.read(ByteBuffer.allocate(1000), sink);
            assertTrue(large.heldBytes() <= 2 * received + 1024, large.heldBytes() + " of " + received);
        }
    }

    @Test
    @Tag("U2")
    void shouldRefuseBadTextAtItsFirstBadByte() throws ProtocolException {
        byte[] text = bytes('a', 0xED, 0xA0);
        assertBroken(
                1007,
                "text is not valid UTF-8",
                ClientFrame.header(FIN | TEXT, 0, 100, KEY),
                ClientFrame.masked(text, KEY));
    }

    @Test
    @Tag("U2")
    void shouldJudgeTextAcrossFragments() throws ProtocolException {
        byte[] goose = ClientFrame.utf8("\ud83e\udebf");
        feed(ClientFrame.of(TEXT, bytes(goose[0])), ClientFrame.of(0, bytes(goose[1], goose[2])));
        feed(ClientFrame.of(FIN, bytes(goose[3])));
        assertEquals(List.of(Message.text("\ud83e\udebf")), sink.messages);

        assertBroken(
                1007,
                "text is not valid UTF-8",
                ClientFrame.of(TEXT, bytes(goose[0])),
                ClientFrame.header(0, 0, 9, KEY),
                ClientFrame.masked(bytes('x'), KEY));
    }

    @Test
    @Tag("U3")
    void shouldRefuseTextThatEndsInsideACharacter() throws ProtocolException {
        assertBroken(
                1007, "text that ends inside a character is not valid UTF-8", ClientFrame.of(FIN | TEXT, bytes(0xC3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    @Tag("W5")
    void shouldRefuseStatusesThatNoPeerMaySend(int status) throws ProtocolException {
        assertBroken(
                1002, "close frame with status " + status + ", which no peer may send", ClientFrame.close(status, ""));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    @Tag("W5")
    void shouldEchoStatuses(int status) throws ProtocolException {
        feed(ClientFrame.close(status, "r\u00e9ason"), bytes(0xFF, 0xFF));

        assertArrayEquals(bytes(FIN | CLOSE, 2, status >> 8, status), sink.lastWords);
        assertEquals(CloseReason.Code.PEER_CLOSED, sink.ended.code());
    }

    @Test
    @Tag("W5")
    void shouldRefuseHalfAStatusAndABadReason() throws ProtocolException {
        assertBroken(1002, "close frame with half a status", ClientFrame.of(FIN | CLOSE, bytes(3)));
        new FrameRulesTest()
                .assertBroken(
                        1007,
                        "the reason of a close frame is not valid UTF-8",
                        ClientFrame.of(FIN | CLOSE, bytes(3, 0xE8, 0xFF)));
        new FrameRulesTest()
                .assertBroken(
                        1007,
                        "the reason of a close frame is not valid UTF-8",
                        ClientFrame.of(FIN | CLOSE, bytes(3, 0xE8, 0xC3)));
    }

    @Test
    void shouldAnswerThePingsBeforeABrokenRule() {
        byte[] bytes = ClientFrame.join(ClientFrame.of(FIN | PING, bytes('p')), bytes(FIN | 3));

        assertThrows(ProtocolException.class, () -> reader.read(ByteBuffer.wrap(bytes), sink));

        assertArrayEquals(bytes(FIN | PONG, 1, 'p'), sink.repliedBytes());
    }
}
