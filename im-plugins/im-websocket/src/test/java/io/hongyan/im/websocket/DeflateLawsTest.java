package io.hongyan.im.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** A compressed message is delivered whole or not at all, wherever it breaks off. */
@Tag("W12")
class DeflateLawsTest {
    private static final int MAX = 100_000;
    private static final int TAIL_BYTES = 4;
    private static final int BLOCK_TYPE = 0b111;

    /** What zlib does with a part: text that repeats, noise, and what lies between. */
    @Provide
    Arbitrary<List<byte[]>> parts() {
        Arbitrary<byte[]> repeated = Arbitraries.integers().between(1, 3_000).map(length -> {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 'x');
            return bytes;
        });
        Arbitrary<byte[]> words = Arbitraries.of("wild ", "goose ", "letter ", "\u9d3b\u96c1 ")
                .list()
                .ofMinSize(1)
                .ofMaxSize(60)
                .map(list -> ClientFrame.utf8(String.join("", list)));
        Arbitrary<byte[]> noise =
                Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(400);
        return Arbitraries.oneOf(repeated, words, noise).list().ofMinSize(1).ofMaxSize(3);
    }

    /**
     * A message that was flushed after each part, without what the last flush ends in; and where in it a shorter message ends as
     * it must: before the tail of each flush, and in a stored block behind the byte of its header, which is all that an empty one
     * has before the tail.
     */
    private record Compressed(byte[] payload, Map<Integer, byte[]> wholeAt) {
        static Compressed of(List<byte[]> parts, int level) {
            Deflater deflater = new Deflater(level, true);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            Map<Integer, byte[]> wholeAt = new HashMap<>();
            for (byte[] part : parts) {
                byte[] before = plain.toByteArray();
                int start = output.size();
                plain.writeBytes(part);
                deflater.setInput(part);
                byte[] step = new byte[2 * part.length + 100];
                output.write(step, 0, deflater.deflate(step, 0, step.length, Deflater.SYNC_FLUSH));
                if ((step[0] & BLOCK_TYPE) == 0) {
                    wholeAt.put(start + 1, before);
                }
                wholeAt.put(output.size() - TAIL_BYTES, plain.toByteArray());
            }
            deflater.end();
            return new Compressed(Arrays.copyOf(output.toByteArray(), output.size() - TAIL_BYTES), wholeAt);
        }
    }

    private static Optional<byte[]> read(byte[] payload) {
        try {
            return Optional.of(DeflateTest.read(payload, MAX).get(0).bytes());
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    /** There are cuts that leave a message which nobody can tell from a whole one. At all others it is refused. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aMessageThatBreaksOffIsRefused(@ForAll("parts") List<byte[]> parts, @ForAll @IntRange(max = 9) int level) {
        Compressed compressed = Compressed.of(parts, level);

        for (int length = 0; length <= compressed.payload.length; length++) {
            byte[] expected = compressed.wholeAt.get(length);
            Optional<byte[]> read = read(Arrays.copyOf(compressed.payload, length));

            assertEquals(expected != null, read.isPresent(), length + " of " + compressed.payload.length + " bytes");
            if (expected != null) {
                assertArrayEquals(expected, read.orElseThrow());
            }
        }
    }

    /** What is accepted at all ends where zlib says that a stream can end, and is what zlib makes of it. */
    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
    void whatIsAcceptedIsWhatZlibSays(@ForAll("parts") List<byte[]> parts, @ForAll int at, @ForAll byte value) {
        byte[] payload = Compressed.of(parts, Deflater.DEFAULT_COMPRESSION).payload;
        payload[Math.floorMod(at, payload.length)] = value;

        read(payload).ifPresent(bytes -> assertArrayEquals(zlib(payload), bytes));
    }

    /** The payload, the tail that was removed, and an empty last block: one stream or several, of which none is unfinished. */
    private static byte[] zlib(byte[] payload) {
        byte[] stream = ClientFrame.join(payload, new byte[] {0, 0, -1, -1, 1, 0, 0, -1, -1});
        List<byte[]> streams = new ArrayList<>();
        for (int from = 0; from < stream.length; ) {
            Inflater inflater = new Inflater(true);
            inflater.setInput(stream, from, stream.length - from);
            byte[] output = new byte[MAX];
            try {
                streams.add(Arrays.copyOf(output, inflater.inflate(output)));
            } catch (DataFormatException e) {
                throw new AssertionError("zlib refuses what was accepted", e);
            }
            assertTrue(inflater.finished(), "zlib waits for more");
            from = stream.length - inflater.getRemaining();
            inflater.end();
        }
        return ClientFrame.join(streams.toArray(new byte[0][]));
    }
}
