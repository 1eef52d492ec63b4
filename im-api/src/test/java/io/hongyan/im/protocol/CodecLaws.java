package io.hongyan.im.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The laws of every codec; a protocol's own class adds its model, its inputs and its boundaries. */
abstract class CodecLaws {
    /** Small, so that inputs often come near it. */
    static final int MAX_BYTES = 24;

    /** Past what any buffer begins with, so that growth is seen. */
    private static final int LARGE = 200_000;

    private static final int DRIPPING = 4 << 20;
    private static final long DRIPPING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Limits LIMITS = Limits.defaults().withMaxMessageBytes(MAX_BYTES);

    /**
     * What a slow and simple reading of the same bytes finds.
     *
     * @param messages those that are whole
     * @param failsAt how many bytes show that a rule is broken; -1 if none is
     * @param codes the rules that are broken there
     */
    record Expected(List<Message> messages, int failsAt, Set<CloseReason.Code> codes) {}

    abstract Protocol protocol();

    abstract Expected model(byte[] stream, int maxBytes);

    /** A message of so many bytes that the protocol can carry. */
    abstract Message messageOf(int bytes);

    /** Messages that survive the protocol. */
    @Provide
    abstract Arbitrary<Message> messages();

    /** Bytes a peer may send: good ones, nearly good ones, and any. */
    @Provide
    abstract Arbitrary<byte[]> streams();

    final Feeding feeding() {
        return new Feeding(protocol().newDecoder(LIMITS));
    }

    @Property(tries = 1500)
    void decodingIsIndependentOfChunking(@ForAll("streams") byte[] stream, @ForAll("sizes") List<Integer> sizes) {
        Feeding.Outcome whole = feeding().feedWhole(stream);

        assertEquals(whole.verdict(), feeding().feed(stream, sizes).verdict());
        assertEquals(whole.verdict(), feeding().feedByteByByte(stream).verdict());
    }

    @Property(tries = 1500)
    void decoderAgreesWithTheModel(@ForAll("streams") byte[] stream) {
        Expected expected = model(stream, MAX_BYTES);

        Feeding.Outcome actual = feeding().feedByteByByte(stream);

        assertEquals(expected.messages(), actual.messages());
        assertEquals(expected.failsAt() < 0 ? stream.length : expected.failsAt(), actual.fedAtFailure());
        assertEquals(expected.failsAt() >= 0, actual.failure().isPresent());
        actual.code().ifPresent(code -> assertTrue(expected.codes().contains(code), "failed with " + code));
    }

    @Property(tries = 1500)
    void aBrokenRuleIsSeenInTheCallThatBringsTheByte(
            @ForAll("streams") byte[] stream, @ForAll("sizes") List<Integer> sizes) {
        int failsAt = model(stream, MAX_BYTES).failsAt();
        int end = 0;
        for (int i = 0; end < Math.max(failsAt, 0); i++) {
            end = i < sizes.size() ? Math.min(stream.length, end + sizes.get(i)) : stream.length;
        }

        Feeding.Outcome outcome = feeding().feed(stream, sizes);

        assertEquals(failsAt < 0 ? stream.length : end, outcome.fedAtFailure());
    }

    @Property
    void encodeThenDecodeIsIdentity(
            @ForAll("messages") Message first,
            @ForAll("messages") Message second,
            @ForAll("sizes") List<Integer> sizes) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(Feeding.bytesOf(first.wire(protocol().encoder())));
        stream.writeBytes(Feeding.bytesOf(second.wire(protocol().encoder())));

        Feeding.Outcome outcome =
                new Feeding(protocol().newDecoder(Limits.defaults())).feed(stream.toByteArray(), sizes);

        assertEquals(List.of(first, second), outcome.messages());
        assertTrue(outcome.failure().isEmpty());
    }

    @Property(tries = 1500)
    void noInputMakesADecoderThrow(
            @ForAll("anyBytes") byte[] stream, @ForAll("sizes") List<Integer> sizes, @ForAll("maxima") int maxBytes) {
        Decoder decoder = protocol().newDecoder(Limits.defaults().withMaxMessageBytes(maxBytes));

        Feeding.Outcome outcome = new Feeding(decoder).feed(stream, sizes);

        assertTrue(outcome.messages().stream().allMatch(m -> m.length() <= maxBytes));
        outcome.failure()
                .ifPresent(reason -> assertTrue(reason.limit() == maxBytes
                        || reason.code() == CloseReason.Code.INVALID_TEXT
                        || Misdirected.ofStart(stream, stream.length) != null));
    }

    @Property(tries = 300)
    void heldMemoryIsBounded(
            @ForAll @IntRange(max = LARGE) int wholeBytes,
            @ForAll @IntRange(max = LARGE) int partBytes,
            @ForAll("fragments") List<Integer> sizes) {
        byte[] whole = Feeding.bytesOf(protocol().encoder().encode(messageOf(wholeBytes)));
        byte[] next = Feeding.bytesOf(protocol().encoder().encode(messageOf(LARGE)));
        byte[] stream = Feeding.concat(whole, Arrays.copyOf(next, Math.min(partBytes, next.length - 1)));
        Decoder decoder = protocol().newDecoder(LIMITS.withMaxMessageBytes(2 * LARGE));

        Feeding.Outcome outcome = new Feeding(decoder)
                .watchedBy(consumed ->
                        requireLittleHeld(decoder, consumed < whole.length ? consumed : consumed - whole.length))
                .feed(stream, sizes);

        assertEquals(1, outcome.messages().size());
    }

    /** F4, and that what the decoder says of itself is no less than what its arrays hold. */
    static void requireLittleHeld(Decoder decoder, int received) {
        int held = decoder.heldBytes();
        long reachable = Reachable.bytes(decoder);
        assertTrue(held <= 2L * received + 1024, "says it holds " + held + " bytes of " + received);
        assertTrue(reachable <= held, "says it holds " + held + " bytes, and holds " + reachable);
    }

    /** Who looked at all there is of a message with each byte that drips in would take hours for this one (W6). */
    @Test
    void shouldLookAtEachByteOnceWhenAMessageDripsIn() throws ProtocolException {
        Decoder decoder = protocol().newDecoder(LIMITS.withMaxMessageBytes(DRIPPING));
        byte[] stream = Feeding.bytesOf(protocol().encoder().encode(messageOf(DRIPPING)));
        ByteBuffer input = ByteBuffer.wrap(stream);
        List<Object> found = new ArrayList<>();
        Decoder.Sink sink = (Decoder.Sink) Proxy.newProxyInstance(
                CodecLaws.class.getClassLoader(),
                new Class<?>[] {Decoder.Sink.class},
                (self, method, given) -> method.getName().equals("message") ? found.add(given[0]) : null);
        long start = System.nanoTime();

        decoder.start(sink);
        for (int i = 1; i <= stream.length; i++) {
            decoder.decode(input.limit(i), sink);
            assertTrue(System.nanoTime() - start < DRIPPING_NANOS, "half a minute was not enough");
        }

        assertEquals(List.of(messageOf(DRIPPING)), found);
    }

    @Property(tries = 100)
    void anIdleDecoderIsOneObject(@ForAll("messages") Message message, @ForAll("sizes") List<Integer> sizes) {
        Decoder decoder = protocol().newDecoder(Limits.defaults());
        assertEquals(1, Reachable.objects(decoder));

        new Feeding(decoder).feed(Feeding.bytesOf(message.wire(protocol().encoder())), sizes);

        assertEquals(1, Reachable.objects(decoder));
        assertEquals(0, decoder.heldBytes());
    }

    @Property(tries = 1500)
    void aFullSinkLosesAndRepeatsNothing(
            @ForAll("streams") byte[] stream, @ForAll("sizes") List<Integer> sizes, @ForAll List<Boolean> answers) {
        Feeding.Outcome whole = feeding().feedWhole(stream);

        assertEquals(
                whole.verdict(),
                feeding().answering(answers).feed(stream, sizes).verdict());
    }

    @Property
    void aReceivedMessageIsSentOnAsItWouldBeEncoded(@ForAll("streams") byte[] stream) {
        for (Message received : feeding().feedWhole(stream).messages()) {
            Message same = received.isText() ? Message.text(received.text()) : Message.binary(received.bytes());

            byte[] sentOn = Feeding.bytesOf(received.wire(protocol().encoder()));

            assertArrayEquals(Feeding.bytesOf(protocol().encoder().encode(same)), sentOn);
        }
    }

    /** All 2,048 ways to cut twelve bytes. */
    final void requireTheSameForEveryPartition(byte[] stream) {
        assertEquals(12, stream.length);
        Feeding.Outcome whole = feeding().feedWhole(stream);
        for (int cuts = 0; cuts < 1 << stream.length - 1; cuts++) {
            List<Integer> sizes = new ArrayList<>();
            int size = 1;
            for (int i = 0; i < stream.length - 1; i++) {
                if ((cuts & 1 << i) != 0) {
                    sizes.add(size);
                    size = 0;
                }
                size++;
            }
            assertEquals(whole.verdict(), feeding().feed(stream, sizes).verdict(), () -> "cut in " + sizes);
        }
    }

    @Provide
    final Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, MAX_BYTES + 3).list().ofMaxSize(30);
    }

    @Provide
    final Arbitrary<List<Integer>> fragments() {
        Arbitrary<Integer> few = Arbitraries.integers().between(1, 50);
        Arbitrary<Integer> many = Arbitraries.integers().between(1, LARGE / 2);
        return Arbitraries.oneOf(few, many).list().ofMinSize(1).ofMaxSize(40);
    }

    @Provide
    final Arbitrary<byte[]> anyBytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    @Provide
    final Arbitrary<Integer> maxima() {
        return Arbitraries.oneOf(Arbitraries.integers().between(1, 70), Arbitraries.of(1 << 30));
    }
}
