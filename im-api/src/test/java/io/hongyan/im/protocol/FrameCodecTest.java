package io.hongyan.im.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Protocol;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Binary frames (F2, F4, F5, F8). */
class FrameCodecTest extends CodecLaws {
    private static final int HEADER = 4;

    private final Protocol frame = new FrameProtocol();

    @Override
    Protocol protocol() {
        return frame;
    }

    @Override
    Message messageOf(int bytes) {
        return Message.binary(new byte[bytes]);
    }

    @Override
    Expected model(byte[] stream, int maxBytes) {
        List<Message> messages = new ArrayList<>();
        int at = 0;
        while (stream.length - at >= HEADER) {
            int length = ByteBuffer.wrap(stream).getInt(at);
            if (length < 0) {
                return new Expected(messages, at + HEADER, Set.of(CloseReason.Code.PROTOCOL_ERROR));
            }
            if (length > maxBytes) {
                return new Expected(messages, at + HEADER, Set.of(CloseReason.Code.MESSAGE_TOO_BIG));
            }
            if (stream.length - at - HEADER < length) {
                break;
            }
            at += HEADER + length;
            messages.add(Message.binary(Arrays.copyOfRange(stream, at - length, at)));
        }
        return new Expected(messages, -1, Set.of());
    }

    @Provide
    @Override
    Arbitrary<Message> messages() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Message::binary);
    }

    @Provide
    @Override
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> good = Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(MAX_BYTES)
                .map(payload -> framed(payload.length, payload));
        Arbitrary<byte[]> declared = Arbitraries.oneOf(
                        Arbitraries.integers(),
                        Arbitraries.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX_BYTES, MAX_BYTES + 1))
                .map(length -> framed(length, new byte[0]));
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofMaxSize(6);
        return Arbitraries.frequencyOf(Tuple.of(12, good), Tuple.of(1, declared), Tuple.of(1, any))
                .list()
                .ofMaxSize(10)
                .map(parts -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    parts.forEach(all::writeBytes);
                    return all.toByteArray();
                });
    }

    private static byte[] framed(int length, byte[] payload) {
        return ByteBuffer.allocate(HEADER + payload.length)
                .putInt(length)
                .put(payload)
                .array();
    }

    private Decoder decoder(int maxBytes) {
        return frame.newDecoder(Limits.defaults().withMaxMessageBytes(maxBytes));
    }

    @Test
    void shouldGiveTheSameMessagesWhenCutInEveryWay() {
        requireTheSameForEveryPartition(new byte[] {0, 0, 0, 3, 'a', 0, -1, 0, 0, 0, 0, 0});
        requireTheSameForEveryPartition(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 'b', -1, 0, 0});
    }

    @Test
    void shouldWriteLengthAndPayloadWhenEncoding() {
        byte[] binary = {-1, 0, '\n'};

        assertArrayEquals(
                new byte[] {0, 0, 0, 3, -1, 0, '\n'},
                Feeding.bytesOf(frame.encoder().encode(Message.binary(binary))));
        assertArrayEquals(
                new byte[] {0, 0, 0, 2, (byte) 0xC3, (byte) 0xA9},
                Feeding.bytesOf(frame.encoder().encode(Message.text("é"))));
        assertArrayEquals(
                framed(0, new byte[0]), Feeding.bytesOf(frame.encoder().encode(Message.text(""))));
        assertArrayEquals(
                framed(70_000, new byte[70_000]),
                Feeding.bytesOf(frame.encoder().encode(Message.binary(new byte[70_000]))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_536, 1 << 30})
    void shouldJudgeTheLengthWhenOnlyTheHeaderIsThere(int max) {
        for (int negative : List.of(-1, Integer.MIN_VALUE, Integer.MIN_VALUE + 1, Integer.MIN_VALUE | 5)) {
            CloseReason reason = failureOf(max, negative);

            assertEquals(CloseReason.Code.PROTOCOL_ERROR, reason.code());
            assertTrue(reason.text().contains("negative"), reason.text());
        }
        for (int tooBig : List.of(max + 1, Integer.MAX_VALUE)) {
            CloseReason reason = failureOf(max, tooBig);

            assertEquals(CloseReason.Code.MESSAGE_TOO_BIG, reason.code());
            assertEquals(max, reason.limit());
            assertTrue(reason.text().contains("" + tooBig) && reason.text().contains("maxMessageBytes"), reason.text());
        }
    }

    private CloseReason failureOf(int max, int declared) {
        Feeding.Outcome outcome = new Feeding(decoder(max)).feedByteByByte(framed(declared, new byte[8]));
        assertEquals(HEADER, outcome.fedAtFailure());
        assertEquals(List.of(), outcome.messages());
        return outcome.failure().orElseThrow();
    }

    @Test
    void shouldDeliverWhenAFrameIsEmptyOrAtTheLimit() {
        byte[] longest = new byte[65_536];
        byte[] stream = Feeding.concat(framed(0, new byte[0]), framed(65_536, longest));

        Feeding.Outcome outcome = new Feeding(decoder(65_536)).feedWhole(stream);

        assertEquals(List.of(Message.binary(new byte[0]), Message.binary(longest)), outcome.messages());
        assertTrue(outcome.failure().isEmpty());
    }

    @Test
    void shouldAllocateLittleWhenALengthIsOnlyDeclared() throws Exception {
        int declared = 1 << 30;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer header = ByteBuffer.wrap(framed(declared, new byte[] {1}));
        Decoder.Sink sink = new Feeding(decoder(1));
        decoder(declared).decode(header, sink);
        Decoder decoder = decoder(declared);

        long before = threads.getCurrentThreadAllocatedBytes();
        decoder.decode(header.rewind(), sink);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(allocated < 16 * 1024, "allocated " + allocated + " bytes for a header and one byte");
        requireLittleHeld(decoder, HEADER + 1);
    }

    @Test
    void shouldNotBeDetectedWhenPeersAreTold() {
        assertEquals(Protocol.Detection.NO_MATCH, frame.detect(ByteBuffer.wrap(framed(1, new byte[1]))));
        assertEquals("frame", frame.name());
    }

    @Test
    void shouldSetTheTopBitWhenTellingThePeer() {
        byte[] closing = "closing TIMEOUT no sign of life".getBytes(UTF_8);
        byte[] missed = "missed 12".getBytes(UTF_8);
        CloseReason reason = CloseReason.of(CloseReason.Code.TIMEOUT, "no sign of life");

        assertArrayEquals(
                framed(Integer.MIN_VALUE | closing.length, closing),
                Feeding.bytesOf(frame.encoder().closing(reason)));
        assertArrayEquals(
                framed(Integer.MIN_VALUE | missed.length, missed),
                Feeding.bytesOf(frame.encoder().gap(12)));
    }
}
