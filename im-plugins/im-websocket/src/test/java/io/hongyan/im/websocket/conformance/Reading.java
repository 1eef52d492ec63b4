package io.hongyan.im.websocket.conformance;

import io.hongyan.im.AttributeKey;
import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Admission;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntUnaryOperator;

/**
 * One decoder that reads one sequence of bytes in pieces, held to what no input may break: every step takes a byte or is the
 * sink's wish, a byte is worth two of them, no message exceeds the limit, nothing follows the end, and what is thrown is a
 * {@link ProtocolException}.
 */
final class Reading implements Decoder.Sink {
    private static final int FIXED_BYTES = 1024;

    /** The call that gives it, and what the decoder says when it has it. */
    private static final int STEPS_PER_BYTE = 2;

    private static final int FIXED_STEPS = 8;

    private final Decoder decoder;
    private final int maxMessageBytes;
    private final List<Message> messages = new ArrayList<>();
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
    private Optional<CloseReason.Code> ended = Optional.empty();
    private boolean opened;
    private boolean full;
    private long receivedOfUnfinished;
    private long given;
    private long steps;
    private boolean messageInThisCall;

    /** All that came of it, and that may not depend on the cuts. */
    record Outcome(boolean opened, List<Message> messages, String replies, Optional<CloseReason.Code> ended) {}

    private Reading(Protocol protocol, Limits limits) {
        decoder = protocol.newDecoder(limits);
        maxMessageBytes = limits.maxMessageBytes();
    }

    /**
     * Reads all.
     *
     * @param pieces the length of the piece that begins at some place, 1 or more
     */
    static Outcome of(Protocol protocol, Limits limits, byte[] all, IntUnaryOperator pieces) {
        Reading reading = new Reading(protocol, limits);
        reading.decoder.start(reading);
        int from = 0;
        while (from < all.length && reading.ended.isEmpty()) {
            int length = Math.min(pieces.applyAsInt(from), all.length - from);
            reading.feed(ByteBuffer.wrap(all, from, length));
            from += length;
        }
        return new Outcome(
                reading.opened, reading.messages, reading.replies.toString(StandardCharsets.ISO_8859_1), reading.ended);
    }

    private void feed(ByteBuffer piece) {
        given += piece.remaining();
        while (piece.hasRemaining() && ended.isEmpty()) {
            step();
            int before = piece.remaining();
            full = false;
            messageInThisCall = false;
            try {
                decoder.decode(piece, this);
            } catch (ProtocolException e) {
                end(e.reason(), e.lastWords());
                return;
            }
            int used = before - piece.remaining();
            check(used > 0 || full, "a step without progress");
            check(full || ended.isPresent() || !piece.hasRemaining(), "bytes left over for no reason");
            receivedOfUnfinished = messageInThisCall ? used : receivedOfUnfinished + used;
            check(
                    decoder.heldBytes() <= 2 * receivedOfUnfinished + FIXED_BYTES,
                    "holds " + decoder.heldBytes() + " bytes of " + receivedOfUnfinished + " received");
        }
    }

    /** A call of the decoder, or one of its calls: each byte is good for a few, and what goes on without bytes comes to an end here. */
    private void step() {
        steps++;
        check(steps <= STEPS_PER_BYTE * given + FIXED_STEPS, steps + " steps for " + given + " bytes");
    }

    @Override
    public void open() {
        step();
        check(!opened, "opened twice");
        check(ended.isEmpty(), "opened after the end");
        opened = true;
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
    public <T> void attribute(AttributeKey<T> key, T value) {
        check(!opened, "an attribute of a session that is open already");
    }

    @Override
    public void principal(Principal principal) {
        check(!opened, "a principal of a session that is open already");
    }

    /** At once: a filter that takes a while needs a server. */
    @Override
    public <T> void admit(CompletionStage<T> answer, Admission<T> admission) {
        try {
            admission.answered(answer.toCompletableFuture().join(), this);
        } catch (ProtocolException e) {
            throw new AssertionError("refused", e);
        }
    }

    /** Full after every second message. */
    @Override
    public boolean message(Message message) {
        step();
        check(opened, "a message before the session opened");
        check(ended.isEmpty(), "a message after the end");
        check(!full, "a message in the call in which the sink was full");
        check(message.length() <= maxMessageBytes, "a message of " + message.length() + " bytes");
        check(!message.isText() || Message.text(message.text()).equals(message), "text that is not valid");
        messages.add(message);
        messageInThisCall = true;
        full = messages.size() % 2 == 0;
        return !full;
    }

    @Override
    public void reply(Wire wire) {
        step();
        check(ended.isEmpty(), "a reply after the end");
        check(wire.length() > 0, "a reply without bytes");
        write(wire);
    }

    @Override
    public void end(CloseReason reason, Wire lastWords) {
        check(ended.isEmpty(), "ended twice");
        check(!reason.text().isEmpty(), "an end without a sentence");
        ended = Optional.of(reason.code());
        write(lastWords);
    }

    private void write(Wire wire) {
        ByteBuffer bytes = ByteBuffer.allocate(wire.length());
        wire.copyTo(0, bytes);
        replies.writeBytes(bytes.array());
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
