package io.hongyan.im.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Utf8Reference;
import io.hongyan.im.spi.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text in lines (F4, F6, U1, U2, U3, U4). */
class LineCodecTest extends CodecLaws {
    private final Protocol line = new LineProtocol();

    @Override
    Protocol protocol() {
        return line;
    }

    @Override
    Message messageOf(int bytes) {
        return Message.text("x".repeat(bytes));
    }

    @Override
    Expected model(byte[] stream, int maxBytes) {
        List<Message> messages = new ArrayList<>();
        int begin = 0;
        int place = Utf8Reference.ROOT;
        for (int i = 0; i < stream.length; i++) {
            boolean ends = stream[i] == '\n';
            place = Utf8Reference.next(place, stream[i]);
            Set<CloseReason.Code> broken = EnumSet.noneOf(CloseReason.Code.class);
            if (place == Utf8Reference.IMPOSSIBLE) {
                broken.add(CloseReason.Code.INVALID_TEXT);
            }
            int length = i + 1 - begin;
            boolean mayBeTheEnd = length == maxBytes + 1 && stream[i] == '\r';
            if (!ends && length > maxBytes && !mayBeTheEnd) {
                broken.add(CloseReason.Code.MESSAGE_TOO_BIG);
            }
            if (!broken.isEmpty()) {
                return new Expected(messages, i + 1, broken);
            }
            if (ends) {
                int stripped = i > begin && stream[i - 1] == '\r' ? 1 : 0;
                messages.add(Message.text(new String(stream, begin, i - begin - stripped, UTF_8)));
                begin = i + 1;
            }
        }
        return new Expected(messages, -1, Set.of());
    }

    @Provide
    @Override
    Arbitrary<Message> messages() {
        Arbitrary<String> any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c != '\n' && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
                .map(Character::toString);
        Arbitrary<String> telling = Arbitraries.of(
                "\uFEFF", "\0", "\r", "\u2028", "\u0085", "\uD83E\uDEBF", "e\u0301", "!closing", "\t", " ");
        return Arbitraries.oneOf(any, telling).list().ofMaxSize(20).map(parts -> Message.text(String.join("", parts)));
    }

    /** What is {@link Misdirected} has a test of its own. */
    @Provide
    @Override
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> text = Arbitraries.of(
                        "\n", "\n", "\r\n", "\r", "a", "é", "\u2028", "\uD83E\uDEBF", "\0", "\uFEFF")
                .map(s -> s.getBytes(UTF_8));
        Arbitrary<byte[]> runs = Arbitraries.integers()
                .between(MAX_BYTES - 9, MAX_BYTES + 2)
                .map(n -> "x".repeat(n).getBytes(UTF_8));
        Arbitrary<byte[]> broken = Arbitraries.of(0x80, 0xC3, 0xE282, 0xEDA0, 0xF09F, 0xFF, 0xC080)
                .map(bits -> bits > 0xFF
                        ? new byte[] {(byte) (bits >> Byte.SIZE), bits.byteValue()}
                        : new byte[] {bits.byteValue()});
        return Arbitraries.frequencyOf(Tuple.of(12, text), Tuple.of(2, runs), Tuple.of(1, broken))
                .list()
                .ofMaxSize(24)
                .map(LineCodecTest::joined)
                .filter(stream -> Misdirected.ofStart(stream, stream.length) != Misdirected.PROXY);
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private List<String> textsOf(String stream) {
        Feeding.Outcome outcome = new Feeding(line.newDecoder(Limits.defaults())).feedWhole(stream.getBytes(UTF_8));
        assertEquals(Optional.empty(), outcome.failure());
        return outcome.messages().stream().map(Message::text).toList();
    }

    private String encoded(String text) {
        return textOf(line.encoder().encode(Message.text(text)));
    }

    private static String textOf(Wire wire) {
        return new String(Feeding.bytesOf(wire), UTF_8);
    }

    private Feeding.Outcome fed(int maxBytes, String stream) {
        Limits limits = Limits.defaults().withMaxMessageBytes(maxBytes);
        Feeding.Outcome outcome = new Feeding(line.newDecoder(limits)).feedByteByByte(stream.getBytes(UTF_8));
        Feeding.Outcome whole = new Feeding(line.newDecoder(limits)).feedWhole(stream.getBytes(UTF_8));
        assertEquals(whole.verdict(), outcome.verdict());
        return outcome;
    }

    @Test
    void shouldGiveTheSameMessagesWhenCutInEveryWay() {
        requireTheSameForEveryPartition("é\r\r\n\n\uD83E\uDEBF\nz".getBytes(UTF_8));
        requireTheSameForEveryPartition("ab\r\nc\nd\0\r\nef".getBytes(UTF_8));
        requireTheSameForEveryPartition(new byte[] {'a', '\n', (byte) 0xE2, (byte) 0x82, '\n', 1, 2, 3, 4, 5, 6, 7});
    }

    @Test
    void shouldStripOneNewlineAndOneReturnWhenALineEnds() {
        assertEquals(List.of("a", "b", "c\r", "", "", "\rd", "\r"), textsOf("a\nb\r\nc\r\r\n\n\r\n\rd\n\r\r\n"));
        assertEquals(List.of("a\rb"), textsOf("a\rb\nnot ended"));
    }

    /** The first byte of a buffer is at 0, elsewhere in these tests it is not. */
    @Test
    void shouldFindTheNewlineWhenItIsTheFirstByteOfABuffer() throws ProtocolException {
        Feeding sink = new Feeding(line.newDecoder(Limits.defaults()));
        Decoder decoder = line.newDecoder(Limits.defaults());
        decoder.start(sink);

        ByteBuffer input = ByteBuffer.wrap(new byte[] {'\n'});
        decoder.decode(input, sink);

        assertFalse(input.hasRemaining());
        assertEquals(0, decoder.heldBytes(), "the line has not ended");
    }

    @Test
    void shouldWriteTextAndNewlineWhenEncoding() {
        assertEquals("\n", encoded(""));
        assertEquals("a b\n", encoded("a b"));
        assertEquals("a\rb\n", encoded("a\rb"));
        assertEquals("a\r\r\n", encoded("a\r"));
        assertEquals("\r\r\r\n", encoded("\r\r"));
        assertEquals("\uFEFF!\0\u2028\n", encoded("\uFEFF!\0\u2028"));
    }

    @Test
    void shouldArriveAsSeveralLinesWhenATextHasNewlinesInside() {
        assertEquals("a\r\nb\n", encoded("a\r\nb"));
        assertEquals(List.of("a", "", "b"), textsOf(encoded("a\n\nb")));
        assertEquals(List.of("a", ""), textsOf(encoded("a\n")));
    }

    @Test
    void shouldRefuseWhenTheMessageIsBinary() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> line.encoder().encode(Message.binary(new byte[] {'s', 'e'})));

        assertTrue(refused.getMessage().contains("line"), refused.getMessage());
        assertTrue(refused.getMessage().contains("binary of 2 bytes"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 64, 65_536})
    void shouldDeliverWhenALineIsAtTheLimit(int max) {
        String longest = "x".repeat(max);
        String endsInReturn = "x".repeat(max - 1) + "\r";

        assertEquals(List.of(Message.text(longest)), fed(max, longest + "\n").messages());
        assertEquals(List.of(Message.text(longest)), fed(max, longest + "\r\n").messages());
        assertEquals(
                List.of(Message.text(endsInReturn)),
                fed(max, endsInReturn + "\r\n").messages());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 64, 65_536})
    void shouldFailAtTheFirstByteOverTheLimitWhenNoNewlineComes(int max) {
        String longest = "x".repeat(max);

        for (String over : List.of(longest + "x", longest + "\rx", longest + "\r\r", longest + "\r\r\n")) {
            Feeding.Outcome outcome = fed(max, over + "\nnext\n");

            CloseReason reason = outcome.failure().orElseThrow();
            assertEquals(CloseReason.Code.MESSAGE_TOO_BIG, reason.code());
            assertEquals(max, reason.limit());
            assertTrue(
                    reason.text().contains("maxMessageBytes") && reason.text().contains("" + max), reason.text());
            assertEquals(List.of(), outcome.messages());
            assertEquals(over.charAt(max) == '\r' ? max + 2 : max + 1, outcome.fedAtFailure());
        }
        assertTrue(fed(max, longest).failure().isEmpty());
        assertTrue(fed(max, longest + "\r").failure().isEmpty());
    }

    @Test
    void shouldFailAtTheNewlineWhenALineEndsInsideACodePoint() {
        byte[] stream = {'o', 'k', '\n', 'e', (byte) 0xC3, '\n', (byte) 0xA9, '\n'};

        Feeding.Outcome outcome = feeding().feedByteByByte(stream);

        assertEquals(List.of(Message.text("ok")), outcome.messages());
        assertEquals(Optional.of(CloseReason.Code.INVALID_TEXT), outcome.code());
        assertEquals(6, outcome.fedAtFailure());
    }

    @Test
    void shouldSayNothingOfTheContentWhenTextIsInvalid() {
        Feeding.Outcome outcome = feeding().feedWhole(new byte[] {'s', 'e', 'c', 'r', 'e', 't', (byte) 0xFF});

        assertTrue(outcome.failure().orElseThrow().text().contains("UTF-8"));
        assertTrue(!outcome.failure().orElseThrow().text().contains("secret"));
    }

    @Test
    void shouldMatchAnyByteWhenAskedToDetect() {
        assertEquals(Protocol.Detection.NEED_MORE, line.detect(ByteBuffer.allocate(0)));
        assertEquals(Protocol.Detection.MATCH, line.detect(ByteBuffer.wrap(new byte[] {'G'})));
        assertEquals("line", line.name());
        assertTrue(line.servesSilent(), "a line client may only listen");
        assertFalse(line.carriesBinary());
    }

    @Test
    void shouldPutControlOnALineOfItsOwnWhenTellingThePeer() {
        CloseReason reason = CloseReason.of(CloseReason.Code.SLOW_CONSUMER, "too slow");

        assertEquals(
                "!closing SLOW_CONSUMER too slow; retry-after=1000ms\n",
                textOf(line.encoder().closing(reason)));
        assertEquals("!missed 1\n", textOf(line.encoder().gap(1)));
        assertEquals("!missed " + Long.MAX_VALUE + "\n", textOf(line.encoder().gap(Long.MAX_VALUE)));
        assertArrayEquals(new byte[0], Feeding.bytesOf(Wire.EMPTY));
    }
}
