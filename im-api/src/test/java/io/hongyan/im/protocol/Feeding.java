package io.hongyan.im.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/**
 * Feeds one decoder in pieces as a loop does, holds it to the grammar of {@link Decoder} at each call, and writes down what comes.
 * Each input buffer is overwritten after its call, so that a decoder that keeps one is found out.
 */
public final class Feeding implements Decoder.Sink {
    /**
     * What came of all the bytes.
     *
     * @param failure what the decoder threw, if it did
     * @param fedAtFailure how many bytes it had been given by then; all of them if it never failed
     */
    record Outcome(List<Message> messages, Optional<CloseReason> failure, int fedAtFailure) {
        /** All but where it failed, which a coarser cut may tell later. */
        Outcome verdict() {
            return new Outcome(messages, failure, 0);
        }

        Optional<CloseReason.Code> code() {
            return failure.map(CloseReason::code);
        }
    }

    private final Decoder decoder;
    private final List<Message> messages = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private Iterator<Boolean> answers = List.<Boolean>of().iterator();
    private IntConsumer afterEachCall = consumed -> {};
    private boolean opened;
    private boolean full;
    private int fed;
    private int consumed;
    private Wire lastWords = Wire.EMPTY;

    Feeding(Decoder decoder) {
        this.decoder = decoder;
    }

    /** The sink's answers to its first messages; true afterwards. */
    Feeding answering(List<Boolean> given) {
        answers = given.iterator();
        return this;
    }

    /** Told after each call how many bytes are used up. */
    Feeding watchedBy(IntConsumer watcher) {
        afterEachCall = watcher;
        return this;
    }

    /** Feeds pieces of the given sizes, the rest in one. */
    Outcome feed(byte[] bytes, List<Integer> sizes) {
        decoder.start(this);
        try {
            byte[] left = {};
            int from = 0;
            for (int i = 0; from < bytes.length; i++) {
                int to = i < sizes.size() ? Math.min(bytes.length, from + sizes.get(i)) : bytes.length;
                left = decode(concat(left, Arrays.copyOfRange(bytes, from, to)), to, i % 2 == 0);
                from = to;
            }
            while (left.length > 0) {
                left = decode(left, bytes.length, false);
            }
        } catch (ProtocolException e) {
            lastWords = e.lastWords();
            return outcome(Optional.of(e.reason()));
        }
        return outcome(Optional.empty());
    }

    Outcome feedWhole(byte[] bytes) {
        return feed(bytes, List.of());
    }

    Outcome feedByteByByte(byte[] bytes) {
        Integer[] ones = new Integer[bytes.length];
        Arrays.fill(ones, 1);
        return feed(bytes, List.of(ones));
    }

    /** What the peer is answered in place of the usual notice. */
    Wire lastWords() {
        return lastWords;
    }

    private byte[] decode(byte[] piece, int fedByNow, boolean direct) throws ProtocolException {
        int margin = 3;
        int capacity = piece.length + 2 * margin;
        ByteBuffer input = direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        input.put(margin, piece).position(margin).limit(margin + piece.length);
        int messagesBefore = messages.size();
        fed = fedByNow;
        full = false;
        decoder.decode(input, this);
        consumed += piece.length - input.remaining();
        assertTrue(full || !input.hasRemaining(), "returned with input left though the sink was not full");
        assertTrue(
                piece.length == 0 || input.remaining() < piece.length || messages.size() > messagesBefore,
                "a call neither used a byte up nor gave a message");
        byte[] left = new byte[input.remaining()];
        input.get(left);
        input.clear();
        while (input.hasRemaining()) {
            input.put((byte) '#');
        }
        afterEachCall.accept(consumed);
        return left;
    }

    private Outcome outcome(Optional<CloseReason> failure) {
        for (int i = 0; i < messages.size(); i++) {
            assertArrayEquals(contents.get(i), messages.get(i).bytes(), "a message changed after it was given");
        }
        return new Outcome(List.copyOf(messages), failure, fed);
    }

    @Override
    public void open() {
        assertFalse(opened, "opened twice");
        opened = true;
    }

    @Override
    public boolean message(Message message) {
        assertTrue(opened, "a message before the session was open");
        assertFalse(full, "a message in the same call after the sink was full");
        messages.add(message);
        contents.add(message.bytes());
        full = answers.hasNext() && !answers.next();
        return !full;
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

    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        throw new AssertionError("it asks nobody");
    }

    @Override
    public void end(CloseReason reason, Wire lastWords) {
        throw new AssertionError("neither protocol ends a session by itself");
    }

    @Override
    public void reply(Wire wire) {
        throw new AssertionError("this protocol answers nothing by itself");
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The bytes of a wire. */
    public static byte[] bytesOf(Wire wire) {
        byte[] bytes = new byte[wire.length()];
        wire.copyTo(0, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
