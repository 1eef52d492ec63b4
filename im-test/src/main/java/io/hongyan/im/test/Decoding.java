package io.hongyan.im.test;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Feeds one decoder as the engine does, and holds it to the rules of {@link Decoder}. */
final class Decoding implements Decoder.Sink {
    /** Decoders must not care where in its buffer a piece stands. */
    private static final int OFFSET = 3;

    private static final int FIXED_BYTES = 1024;

    private final Decoder decoder;
    private final int fullAfter;
    private final List<Message> messages = new ArrayList<>();
    private @Nullable CloseReason refused;
    private boolean opened;
    private boolean saidFull;
    private int sinceFull;

    /** Bytes received since before the last message was whole. */
    private long receivedOfUnfinished;

    private boolean messageInThisCall;

    /** What came of it: that is all that may not depend on the cuts. */
    record Outcome(List<Message> messages, CloseReason.@Nullable Code refused) {
        private static final int MOST_SHOWN = 40;

        /** Fails with where the two part. */
        void requireSame(Outcome expected, String otherwise) {
            int same = 0;
            while (same < Math.min(messages.size(), expected.messages.size())
                    && messages.get(same).equals(expected.messages.get(same))) {
                same++;
            }
            check(
                    equals(expected),
                    otherwise + ": after " + same + " messages as they should be " + expected.next(same)
                            + " should come, and there came " + next(same));
        }

        private String next(int index) {
            if (index < messages.size()) {
                return shown(messages.get(index));
            }
            return refused == null ? "nothing" : "a refusal, " + refused;
        }

        static String shown(Message message) {
            String content = message.isText() ? message.text() : HexFormat.of().formatHex(message.bytes());
            boolean isShort = content.length() <= MOST_SHOWN;
            return message + " (" + (isShort ? content : content.substring(0, MOST_SHOWN) + "...") + ")";
        }
    }

    /** The sink says that it is full after so many messages, each time. */
    Decoding(Decoder decoder, int fullAfter) {
        this.decoder = decoder;
        this.fullAfter = fullAfter;
    }

    Outcome of(List<byte[]> pieces) {
        decoder.start(this);
        for (byte[] piece : pieces) {
            feed(piece);
            if (refused != null) {
                break;
            }
        }
        return new Outcome(messages, refused == null ? null : refused.code());
    }

    private void feed(byte[] piece) {
        ByteBuffer input = ByteBuffer.allocateDirect(OFFSET + piece.length);
        input.position(OFFSET).put(OFFSET, piece);
        while (input.hasRemaining() && refused == null) {
            int before = input.remaining();
            saidFull = false;
            messageInThisCall = false;
            try {
                decoder.decode(input, this);
            } catch (ProtocolException e) {
                check(
                        !e.reason().text().isEmpty(),
                        "the decoder refused without a sentence, by "
                                + e.reason().code());
                refused = e.reason();
            } catch (RuntimeException e) {
                throw new AssertionError("decode() threw " + e + "; it refuses by ProtocolException alone", e);
            }
            check(
                    refused != null || before > input.remaining() || saidFull,
                    "decode() has used up nothing, and the sink was not full");
            check(
                    refused != null || saidFull || !input.hasRemaining(),
                    "decode() has left bytes over, and the sink was not full");
            receivedOfUnfinished = (messageInThisCall ? 0 : receivedOfUnfinished) + before - input.remaining();
            check(
                    decoder.heldBytes() <= 2 * receivedOfUnfinished + FIXED_BYTES,
                    "the decoder holds " + decoder.heldBytes() + " bytes of an unfinished message of which "
                            + receivedOfUnfinished + " were received; the most is twice that and " + FIXED_BYTES);
        }
    }

    @Override
    public void open() {
        check(!opened, "the decoder called sink.open() twice");
        opened = true;
    }

    @Override
    public boolean message(Message message) {
        check(opened, "the decoder gave a message before it called sink.open()");
        check(
                !saidFull,
                "the decoder gave a message although sink.message() had just answered false: decode() must return then");
        messages.add(message);
        messageInThisCall = true;
        saidFull = ++sinceFull % fullAfter == 0;
        return !saidFull;
    }

    @Override
    public void open(Encoder encoder) {
        open();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, T value) {}

    @Override
    public void principal(Principal principal) {}

    /** The protocol's own part is judged here, not who may come in: an answer that is not there yet opens nothing. */
    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        try {
            admission.answered(answer.toCompletableFuture().join(), this);
        } catch (ProtocolException e) {
            refused = e.reason();
        }
    }

    @Override
    public void end(CloseReason reason, Wire lastWords) {
        refused = reason;
    }

    @Override
    public void reply(Wire wire) {}

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
