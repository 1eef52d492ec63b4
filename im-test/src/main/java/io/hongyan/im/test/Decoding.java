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
    record Outcome(List<Message> messages, CloseReason.@Nullable Code refused) {}

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
                check(!e.reason().text().isEmpty(), "a refusal without a sentence");
                refused = e.reason();
            }
            check(refused != null || before > input.remaining() || saidFull, "decode() has used up nothing");
            check(refused != null || saidFull || !input.hasRemaining(), "decode() has left bytes over by itself");
            receivedOfUnfinished = (messageInThisCall ? 0 : receivedOfUnfinished) + before - input.remaining();
            check(
                    decoder.heldBytes() <= 2 * receivedOfUnfinished + FIXED_BYTES,
                    "holds " + decoder.heldBytes() + " bytes of " + receivedOfUnfinished + " received");
        }
    }

    @Override
    public void open() {
        check(!opened, "opened twice");
        opened = true;
    }

    @Override
    public boolean message(Message message) {
        check(opened, "a message before the session opened");
        check(!saidFull, "a message in the call in which the sink was full");
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
