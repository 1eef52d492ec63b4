package io.hongyan.im.test.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import io.hongyan.im.test.ProtocolContract;
import io.hongyan.im.test.client.Messages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.junit.jupiter.api.Test;

/** Each law of {@link ProtocolContract} can fail, and then says why in its own sentence, also when jqwik has shrunk what fails. */
class BrokenProtocolsTest {
    private static void requireRed(Class<?> contract, String method, String sentence) {
        Launched run = Launched.of(contract, method);

        assertEquals(Set.of(method), run.red());
        assertTrue(run.why(method).contains("AssertionError: " + sentence), run.why(method));
    }

    /** Lines, a part of which is broken. */
    private abstract static class Lines extends ProtocolContract implements Protocol {
        private final Protocol line = Protocols.line();

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Encoder encoder() {
            return line.encoder();
        }

        @Override
        public Decoder newDecoder(Limits limits) {
            return line.newDecoder(limits);
        }

        @Override
        protected Protocol protocol() {
            return this;
        }

        @Override
        protected Arbitrary<Message> messages() {
            return Messages.ofLines();
        }
    }

    @Test
    void shouldSayThatMessagesAreOverTheLimitWhateverJqwikShrinks() {
        for (String law : Set.of("decodingIsIndependentOfCuts", "encodeThenDecodeIsIdentity", "pausesLoseNothing")) {
            Launched run = Launched.shrunk(TooLong.class, law);

            assertEquals(Set.of(law), run.red());
            assertTrue(
                    run.why(law).contains("messages() gave text of ")
                            && run.why(law).contains("limits() allows 256 (maxMessageBytes)"),
                    run.why(law));
        }
    }

    static final class TooLong extends Lines {
        @Override
        protected Arbitrary<Message> messages() {
            return Arbitraries.of("short", "x".repeat(256), "x".repeat(257)).map(Message::text);
        }
    }

    @Test
    void shouldSayWhichMessageTheEncoderDoesNotTake() {
        requireRed(Binary.class, "encodeThenDecodeIsIdentity", "the encoder does not take binary of ");
    }

    static final class Binary extends Lines {
        @Override
        protected Arbitrary<Message> messages() {
            return Messages.ofBytes();
        }
    }

    @Test
    void shouldSayWhereWhatIsDecodedParts() {
        requireRed(
                Shouting.class, "encodeThenDecodeIsIdentity", "encoded, then decoded, it is not what it was: after ");
        requireRed(Shouting.class, "decodingIsIndependentOfCuts", "what was sent does not come if it is cut by Cuts[");
    }

    /** What is said arrives in capitals. */
    static final class Shouting extends Lines {
        @Override
        protected Arbitrary<Message> messages() {
            return Arbitraries.of("hello", "HELLO").map(Message::text);
        }

        @Override
        protected byte[] sent(Message message) {
            return super.sent(Message.text(message.text().toUpperCase(Locale.ROOT)));
        }
    }

    @Test
    void shouldSayThatCutsMatter() {
        Launched run = Launched.shrunk(Forgetful.class, "badInputIsRefusedAtTheSamePlaceForAllCuts");

        String why = run.why("badInputIsRefusedAtTheSamePlaceForAllCuts");
        assertTrue(why.contains("AssertionError: bad input decodes otherwise if "), why);
    }

    /** Each piece is decoded as if it were the first. */
    static final class Forgetful extends Lines {
        @Override
        public Decoder newDecoder(Limits limits) {
            return new Decoder() {
                @Override
                public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                    lines(limits).decode(input, sink);
                }

                @Override
                public int heldBytes() {
                    return 0;
                }
            };
        }

        private Decoder lines(Limits limits) {
            return super.newDecoder(limits);
        }
    }

    @Test
    void shouldSayWhatTheDecoderThrew() {
        requireRed(
                Throwing.class,
                "badInputIsRefusedAtTheSamePlaceForAllCuts",
                "decode() threw java.lang.IllegalStateException: planted; it refuses by ProtocolException alone");
    }

    static final class Throwing extends Lines {
        @Override
        public Decoder newDecoder(Limits limits) {
            return new Decoder() {
                @Override
                public void decode(ByteBuffer input, Sink sink) {
                    throw new IllegalStateException("planted");
                }

                @Override
                public int heldBytes() {
                    return 0;
                }
            };
        }
    }

    @Test
    void shouldSayThatTheLimitIsNotKept() {
        requireRed(Unlimited.class, "noMessageIsOverTheLimit", "the decoder let ");
    }

    /** Heeds the limits that it knows by heart. */
    static final class Unlimited extends Lines {
        @Override
        public Decoder newDecoder(Limits limits) {
            return super.newDecoder(Limits.defaults());
        }

        @Override
        protected Arbitrary<byte[]> badStreams() {
            return Arbitraries.integers()
                    .between(250, 300)
                    .map(n -> ("x".repeat(n) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void shouldSayThatTheEncoderIsNotOne() {
        requireRed(
                Restless.class,
                "receivedMessagesAreSentOnAsEncodedAnew",
                "encoder() is not the same object at each call: each message is encoded again and again");
    }

    /** Gives another encoder at each call. */
    static final class Restless extends Lines {
        @Override
        public Encoder encoder() {
            Encoder line = super.encoder();
            return new Encoder() {
                @Override
                public Wire encode(Message message) {
                    return line.encode(message);
                }

                @Override
                public Wire gap(long missed) {
                    return line.gap(missed);
                }

                @Override
                public Wire closing(CloseReason reason) {
                    return Wire.of(new byte[257]);
                }
            };
        }
    }

    @Test
    void shouldSayThatLastWordsAreLong() {
        requireRed(Restless.class, "lastWordsAreShort", "the encoder's closing() gave 257 bytes for a reason of ");
    }
}
