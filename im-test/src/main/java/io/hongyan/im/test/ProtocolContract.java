package io.hongyan.im.test;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.Wire;
import io.hongyan.im.test.Decoding.Outcome;
import io.hongyan.im.test.client.Cuts;
import io.hongyan.im.test.client.Messages;
import io.hongyan.im.test.client.Shrinking;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/**
 * The laws of a {@link Protocol}: a protocol passes them by a class in its tests that extends this one. jqwik runs it.
 */
public abstract class ProtocolContract {
    private static final int NEVER_FULL = Integer.MAX_VALUE;
    private static final int MOST_LAST_WORDS = 256;

    /** For subclasses. */
    protected ProtocolContract() {}

    /**
     * The protocol under test.
     *
     * @return the protocol, new or not
     */
    protected abstract Protocol protocol();

    /**
     * Messages that it can carry.
     *
     * @return messages of at most {@link #limits()}{@code .maxMessageBytes()} bytes, 256 by default
     */
    protected abstract Arbitrary<Message> messages();

    /**
     * The limits that it is to keep.
     *
     * @return by default messages of 256 bytes, few enough for a stream to pass them
     */
    protected Limits limits() {
        return Limits.defaults().withMaxMessageBytes(256);
    }

    /**
     * What a client sends before its first message.
     *
     * @return by default nothing
     */
    protected byte[] preamble() {
        return new byte[0];
    }

    /**
     * A message as a client sends it.
     *
     * @param message one of {@link #messages()}
     * @return by default what the server's encoder makes of it
     */
    protected byte[] sent(Message message) {
        return bytes(protocol(), message);
    }

    private static byte[] bytes(Protocol protocol, Message message) {
        Wire wire;
        try {
            wire = message.wire(protocol.encoder());
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "the encoder does not take " + Outcome.shown(message) + ", which messages() gave", e);
        }
        byte[] copy = new byte[wire.length()];
        wire.slice(0, copy.length).get(copy);
        return copy;
    }

    private byte[] stream(List<Message> messages) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(preamble());
        for (Message message : messages) {
            int most = limits().maxMessageBytes();
            require(
                    message.length() <= most,
                    "messages() gave " + message + ", but limits() allows " + most
                            + " (maxMessageBytes): let it give shorter ones, or override limits()");
            stream.writeBytes(sent(message));
        }
        return stream.toByteArray();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private Outcome decoded(byte[] stream, Cuts cuts, int fullAfter) {
        return new Decoding(protocol().newDecoder(limits()), fullAfter).of(cuts.pieces(stream));
    }

    /**
     * Some messages.
     *
     * @return lists of 0 to 20
     */
    @Provide
    protected Arbitrary<List<Message>> someMessages() {
        return Shrinking.byItself(messages().list().ofMaxSize(20));
    }

    /**
     * Ways to cut.
     *
     * @return cuts
     */
    @Provide
    protected Arbitrary<Cuts> cuts() {
        return Cuts.any();
    }

    /**
     * What a bad peer may send: any bytes, and good messages of which some bytes were changed, lost or doubled.
     *
     * @return streams
     */
    @Provide
    protected Arbitrary<byte[]> badStreams() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        Arbitrary<byte[]> damaged = Combinators.combine(
                        someMessages(),
                        Arbitraries.integers().between(0, 10_000),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(6))
                .as((messages, at, lost, inserted) -> damaged(stream(messages), at, lost, inserted));
        return Arbitraries.oneOf(noise, damaged);
    }

    private static byte[] damaged(byte[] stream, int at, int lost, byte[] inserted) {
        int from = stream.length == 0 ? 0 : at % stream.length;
        int to = Math.min(stream.length, from + lost);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(stream, 0, from);
        bytes.writeBytes(inserted);
        bytes.write(stream, to, stream.length - to);
        return bytes.toByteArray();
    }

    /** Encoding, then decoding, is identity. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    @Tag("O1")
    void encodeThenDecodeIsIdentity(@ForAll("someMessages") List<Message> messages) {
        decoded(stream(messages), Cuts.nowhere(), NEVER_FULL)
                .requireSame(new Outcome(messages, null), "encoded, then decoded, it is not what it was");
    }

    /** Decoding does not depend on the cuts, of good streams. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    @Tag("U3")
    void decodingIsIndependentOfCuts(@ForAll("someMessages") List<Message> messages, @ForAll("cuts") Cuts cuts) {
        byte[] stream = stream(messages);
        Outcome all = new Outcome(messages, null);

        decoded(stream, cuts, NEVER_FULL).requireSame(all, "what was sent does not come if it is cut by " + cuts);
        decoded(stream, Cuts.everywhere(), NEVER_FULL)
                .requireSame(all, "what was sent does not come if each byte comes by itself");
    }

    /** Nor of bad ones; and whatever comes, the decoder refuses by {@code ProtocolException} alone, holds little and goes on. */
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    @Tag("F4")
    @Tag("W6")
    void badInputIsRefusedAtTheSamePlaceForAllCuts(@ForAll("badStreams") byte[] stream, @ForAll("cuts") Cuts cuts) {
        Outcome whole = decoded(stream, Cuts.nowhere(), NEVER_FULL);

        decoded(stream, cuts, NEVER_FULL).requireSame(whole, "bad input decodes otherwise if it is cut by " + cuts);
        decoded(stream, Cuts.everywhere(), NEVER_FULL)
                .requireSame(whole, "bad input decodes otherwise if each byte comes by itself");
    }

    /** A sink that is full time and again loses nothing. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    @Tag("B5")
    void pausesLoseNothing(
            @ForAll("badStreams") byte[] stream, @ForAll("cuts") Cuts cuts, @ForAll("pauses") int fullAfter) {
        decoded(stream, cuts, fullAfter)
                .requireSame(
                        decoded(stream, Cuts.nowhere(), NEVER_FULL),
                        "a sink that is full after each " + fullAfter + " messages gets something else");
    }

    /**
     * After how many messages the sink is full.
     *
     * @return 1 to 5
     */
    @Provide
    protected Arbitrary<Integer> pauses() {
        return Arbitraries.integers().between(1, 5);
    }

    /** No message is larger than the limit, whoever sent it. */
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    @Tag("F1")
    void noMessageIsOverTheLimit(@ForAll("badStreams") byte[] stream) {
        for (Message message : decoded(stream, Cuts.nowhere(), NEVER_FULL).messages()) {
            int most = limits().maxMessageBytes();
            require(
                    message.length() <= most,
                    "the decoder let " + message + " through, and is to keep a maxMessageBytes of " + most);
        }
    }

    /** A message that was received leaves as it came, encoded by nobody. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    @Tag("B8")
    void receivedMessagesAreSentOnAsEncodedAnew(@ForAll("someMessages") List<Message> messages) {
        Outcome outcome = decoded(stream(messages), Cuts.nowhere(), NEVER_FULL);

        for (Message received : outcome.messages()) {
            Message anew = received.isText() ? Message.text(received.text()) : Message.binary(received.bytes());
            String encoded = HexFormat.of().formatHex(bytes(protocol(), anew));
            String sentOn = HexFormat.of().formatHex(bytes(protocol(), received));
            require(
                    encoded.equals(sentOn),
                    "received, then sent on, " + Outcome.shown(anew) + " leaves as " + sentOn + ", encoded anew as "
                            + encoded);
            Wire first = received.wire(protocol().encoder());
            require(
                    first == received.wire(protocol().encoder()),
                    "encoder() is not the same object at each call: each message is encoded again and again");
        }
    }

    /** The last words fit into what {@code Encoder.closing} allows, whatever the reason says. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    @Tag("G2")
    void lastWordsAreShort(@ForAll Code code, @ForAll("reasons") String text) {
        int length = protocol().encoder().closing(CloseReason.of(code, text)).length();

        require(
                length <= MOST_LAST_WORDS,
                "the encoder's closing() gave " + length + " bytes for a reason of " + text.length()
                        + " characters, the most is " + MOST_LAST_WORDS);
    }

    /**
     * Sentences.
     *
     * @return long and short ones
     */
    @Provide
    protected Arbitrary<String> reasons() {
        return Messages.texts().map(t -> t.repeat(10));
    }
}
