package io.hongyan.im;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message is a value that shows nobody what it says (U1, U4, G1), and is encoded once for each encoder (B8, B10). */
class MessageTest {
    /** Puts a mark before the payload, and counts. */
    private static final class Marking implements Encoder {
        private final AtomicInteger encoded = new AtomicInteger();

        @Override
        public Wire encode(Message message) {
            encoded.incrementAndGet();
            byte[] wire = new byte[1 + message.length()];
            message.buffer().get(wire, 1, message.length());
            return Wire.of(wire);
        }

        @Override
        public Wire gap(long missed) {
            return Wire.EMPTY;
        }

        @Override
        public Wire closing(CloseReason reason) {
            return Wire.EMPTY;
        }
    }

    /** Carries nothing. */
    private static final class Refusing implements Encoder {
        @Override
        public Wire encode(Message message) {
            throw new IllegalArgumentException("carries nothing");
        }

        @Override
        public Wire gap(long missed) {
            return Wire.EMPTY;
        }

        @Override
        public Wire closing(CloseReason reason) {
            return Wire.EMPTY;
        }
    }

    private static Message received(Encoder by, String before, String payload, String after, boolean text) {
        Wire wire = Wire.of((before + payload + after).getBytes(UTF_8));
        return Message.received(by, wire, before.getBytes(UTF_8).length, payload.getBytes(UTF_8).length, text);
    }

    @Property
    void aTextMessageIsItsText(@ForAll("texts") String text) {
        Message message = Message.text(text);

        assertTrue(message.isText());
        assertEquals(text, message.text());
        assertArrayEquals(text.getBytes(UTF_8), message.bytes());
        assertEquals(message.bytes().length, message.length());
        assertEquals(ByteBuffer.wrap(message.bytes()), message.buffer());
        assertEquals(message, Message.text(ByteBuffer.wrap(message.bytes())));
    }

    @Property
    void equalMeansSameKindAndSameBytes(@ForAll("texts") String one, @ForAll("texts") String other) {
        Message message = Message.text(one);
        Message wrapped = received(new Marking(), "[", one, "]", true);

        assertEquals(message, Message.text(one));
        assertEquals(message, wrapped);
        assertEquals(message.hashCode(), wrapped.hashCode());
        assertEquals(one.equals(other), message.equals(Message.text(other)));
        assertNotEquals(message, Message.binary(one.getBytes(UTF_8)));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString);
        return Arbitraries.oneOf(
                        any, Arbitraries.of("a", "\uFEFF", "\0", "\r", "\n", "\u2028", "e\u0301", "\uD83E\uDEBF"))
                .list()
                .ofMaxSize(10)
                .map(parts -> String.join("", parts));
    }

    @Test
    void shouldNotChangeWhenWhatItWasMadeOfChanges() {
        byte[] bytes = {1, 2, 3};
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        ByteBuffer utf8 = ByteBuffer.wrap("abc".getBytes(UTF_8)).position(1);

        List<Message> messages = List.of(Message.binary(bytes), Message.binary(buffer), Message.text(utf8));
        bytes[0] = 9;
        utf8.put(1, (byte) 'x');

        assertArrayEquals(new byte[] {1, 2, 3}, messages.get(0).bytes());
        assertArrayEquals(new byte[] {1, 2, 3}, messages.get(1).bytes());
        assertEquals("bc", messages.get(2).text());
        assertEquals(0, buffer.position());
        assertEquals(1, utf8.position());
    }

    @Test
    void shouldNotChangeWhenWhatItGaveIsChanged() {
        Message message = Message.binary(new byte[] {1, 2, 3});

        message.bytes()[0] = 9;
        message.buffer().get();

        assertArrayEquals(new byte[] {1, 2, 3}, message.bytes());
        assertEquals(3, message.buffer().remaining());
        assertThrows(ReadOnlyBufferException.class, () -> message.buffer().put(0, (byte) 9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD800",
                "\uDC00",
                "a\uD83E",
                "\uD83Eb",
                "\uDEBF\uD83E",
                "\uD83E\uD83E\uDEBF",
                "\uD83E\uDEBF\uDEBF"
            })
    void shouldRefuseWithThePlaceWhenASurrogateIsUnpaired(String text) {
        int place = 0;
        while (Character.charCount(text.codePointAt(place)) == 2 || !Character.isSurrogate(text.charAt(place))) {
            place += Character.charCount(text.codePointAt(place));
        }

        String refusal = assertThrows(IllegalArgumentException.class, () -> Message.text(text))
                .getMessage();

        assertEquals("text has an unpaired surrogate at index " + place, refusal);
    }

    @Test
    void shouldRefuseWhenBytesAreNotText() {
        for (byte[] broken : List.of(new byte[] {(byte) 0xFF}, new byte[] {'a', (byte) 0xC3})) {
            String refusal = assertThrows(IllegalArgumentException.class, () -> Message.text(ByteBuffer.wrap(broken)))
                    .getMessage();
            assertEquals("text of " + broken.length + " bytes is not valid UTF-8", refusal);
        }
    }

    @Test
    void shouldRefuseTextWhenItIsBinary() {
        Message binary = Message.binary("secret".getBytes(UTF_8));

        String refusal = assertThrows(IllegalStateException.class, binary::text).getMessage();

        assertFalse(binary.isText());
        assertTrue(refusal.contains("6 bytes") && refusal.contains("bytes()"), refusal);
        assertFalse(refusal.contains("secret"), refusal);
    }

    @Test
    void shouldHideTheContentWhenItIsPrinted() {
        assertEquals("text of 6 bytes", Message.text("secret").toString());
        assertEquals("binary of 2 bytes", Message.binary(new byte[] {'s', 'e'}).toString());
    }

    @Test
    void shouldRefuseWhenAReceivedPayloadIsNotWithinItsWire() {
        Wire wire = Wire.of(new byte[4]);
        Encoder by = new Marking();

        assertThrows(IndexOutOfBoundsException.class, () -> Message.received(by, wire, 1, 4, false));
        assertThrows(IndexOutOfBoundsException.class, () -> Message.received(by, wire, -1, 2, false));
        assertThrows(IndexOutOfBoundsException.class, () -> Message.received(by, wire, 5, 0, false));
        assertEquals(0, Message.received(by, wire, 4, 0, false).length());
    }

    @Test
    void shouldGiveTheWireItCameInWhenSentOnByTheSameEncoder() {
        Marking by = new Marking();
        Message received = received(by, "#", "payload", "", true);

        Wire first = received.wire(by);

        assertSame(first, received.wire(by));
        assertEquals("#payload", first.text(0, first.length()));
        assertEquals(0, by.encoded.get());
        assertEquals("payload", received.text());
    }

    @Test
    void shouldEncodeOnceForEachEncoderWhenSentByDifferentOnes() {
        List<Marking> encoders = List.of(new Marking(), new Marking(), new Marking());
        Message message = Message.text("to all");

        List<Wire> first = encoders.stream().map(message::wire).toList();
        List<Wire> again = encoders.stream().map(message::wire).toList();

        for (int i = 0; i < encoders.size(); i++) {
            assertEquals(1, encoders.get(i).encoded.get());
            assertSame(first.get(i), again.get(i));
            assertNotSame(first.get(i), first.get((i + 1) % encoders.size()));
        }
    }

    @Test
    void shouldShareItsEncodingsWhenItIsMadeVolatile() {
        Message message = Message.text("is typing");
        Message before = message.asVolatile();
        List<Marking> encoders = List.of(new Marking(), new Marking());

        Wire first = message.wire(encoders.get(0));
        Wire second = before.wire(encoders.get(1));

        for (Message any : List.of(message, before, message.asVolatile(), before.asVolatile())) {
            assertSame(first, any.wire(encoders.get(0)));
            assertSame(second, any.wire(encoders.get(1)));
        }
        encoders.forEach(e -> assertEquals(1, e.encoded.get()));
    }

    @Test
    void shouldSendOnWhatItCameInWhenAReceivedOneIsMadeVolatile() {
        Marking by = new Marking();
        Message received = received(by, "#", "payload", "", true);

        Message fleeting = received.asVolatile();

        assertFalse(received.isVolatile());
        assertSame(received.wire(by), fleeting.wire(by));
        assertEquals(0, by.encoded.get());
        assertEquals("payload", fleeting.text());
    }

    @Test
    void shouldSayTheSameWhenItIsMadeVolatile() {
        for (Message message : List.of(Message.text("payload"), Message.binary(new byte[] {1, 2}))) {
            Message fleeting = message.asVolatile();

            assertFalse(message.isVolatile());
            assertTrue(fleeting.isVolatile());
            assertSame(fleeting, fleeting.asVolatile());
            assertEquals(message, fleeting);
            assertEquals(fleeting, message);
            assertEquals(message.hashCode(), fleeting.hashCode());
            assertEquals(message.isText(), fleeting.isText());
            assertArrayEquals(message.bytes(), fleeting.bytes());
            assertEquals(message.length(), fleeting.length());
            assertEquals("volatile " + message, fleeting.toString());
        }
    }

    @Test
    void shouldAskAgainWhenAnEncoderRefused() {
        Message message = Message.text("x");
        Encoder refusing = new Refusing();
        Marking marking = new Marking();

        assertThrows(IllegalArgumentException.class, () -> message.wire(refusing));
        assertThrows(IllegalArgumentException.class, () -> message.wire(refusing));

        assertEquals(2, message.wire(marking).length());
    }

    @Test
    void shouldGiveAllTheSameWhenSixteenThreadsAskAtOnce() throws Exception {
        int threads = 16;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                Marking encoder = new Marking();
                Message message = Message.text("round " + round);
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Future<Wire>> asked = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    asked.add(executor.submit(() -> {
                        together.await();
                        return message.wire(encoder);
                    }));
                }
                Set<Wire> wires = Collections.newSetFromMap(new IdentityHashMap<>());
                for (Future<Wire> wire : asked) {
                    wires.add(wire.get(30, TimeUnit.SECONDS));
                }
                int encoded = encoder.encoded.get();
                assertEquals(1, wires.size());
                assertTrue(encoded >= 1 && encoded <= threads, () -> "encoded " + encoded + " times");
                assertEquals(wires, Set.of(message.wire(encoder)));
                assertEquals(encoded, encoder.encoded.get());
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
