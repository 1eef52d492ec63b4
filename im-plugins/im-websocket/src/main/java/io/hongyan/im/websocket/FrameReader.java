package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.CloseReason.Code;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Utf8Validator;
import io.hongyan.im.spi.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages in a client's frames, RFC 6455, section 5. Resumable at every byte; each byte is judged once and in order,
 * so that no cut changes the verdict. Of one decoder, on its loop.
 *
 * <pre>
 *   message = single | first control* (middle control*)* last         frame = header payload
 * </pre>
 */
final class FrameReader {
    private static final byte[] NOTHING = {};

    private final int maxMessageBytes;

    /** Null where compression was not agreed upon. */
    private final @Nullable Deflate deflate;

    private final FrameHeader header;
    private final Payload message = new Payload();
    private final Utf8Validator utf8 = new Utf8Validator();

    /** The payload of a control frame; those of a message stay apart, since they may stand between its fragments. */
    private byte[] control = NOTHING;

    /** Payload bytes taken of this frame. */
    private long taken;

    /** Pongs of one call leave together, so that a flood of pings costs the output no more than its bytes. */
    private @Nullable ByteArrayOutputStream pongs;

    private boolean ended;

    FrameReader(int maxMessageBytes, @Nullable Deflate deflate) {
        this.maxMessageBytes = maxMessageBytes;
        this.deflate = deflate;
        header = new FrameHeader(maxMessageBytes, deflate != null);
    }

    int heldBytes() {
        return header.heldBytes() + message.heldBytes() + control.length;
    }

    /** Whether nothing would be lost if another one read on. */
    boolean isIdle() {
        return !ended && header.isIdle();
    }

    /** As {@link Decoder#decode}. */
    void read(ByteBuffer input, Decoder.Sink sink) throws ProtocolException {
        try {
            boolean wanted = !ended;
            while (wanted && input.hasRemaining()) {
                wanted = step(input, sink);
            }
        } finally {
            reply(sink);
        }
        if (ended) {
            input.position(input.limit());
        }
    }

    /**
     * Looks for a Close, from wherever {@link #read} stands, and minds no other rule: what has broken one does not keep its peer from
     * closing in good order. Uses up all input.
     *
     * @return whether there was one, now or before
     */
    boolean findClose(ByteBuffer input) {
        message.clear();
        while (!ended && header.skim(input) && skipPayload(input)) {
            ended = header.opcode() == Opcode.CLOSE;
            next();
        }
        input.position(input.limit());
        return ended;
    }

    /** Whether all of it was there. */
    private boolean skipPayload(ByteBuffer input) {
        long left = header.anyLength() - taken;
        int count = Long.compareUnsigned(left, input.remaining()) < 0 ? (int) left : input.remaining();
        input.position(input.position() + count);
        taken += count;
        return count == left;
    }

    private void next() {
        header.next();
        taken = 0;
    }

    /** False if the sink wants no more. */
    private boolean step(ByteBuffer input, Decoder.Sink sink) throws ProtocolException {
        if (!header.isWhole()) {
            if (!header.read(input, message.length())) {
                return true;
            }
            begin();
        }
        int before = (int) taken;
        int count = Math.min(header.length() - before, input.remaining());
        taken += count;
        if (header.isControl()) {
            input.get(control, before, count);
        } else {
            take(input, before, count);
        }
        if (taken < header.length()) {
            return true;
        }
        boolean wanted = header.isControl() ? finishControl(sink) : finishData(sink);
        next();
        return wanted;
    }

    private void begin() {
        if (header.isControl()) {
            control = new byte[header.length()];
        } else if (header.isSingle() && !header.isCompressed()) {
            message.reserve(Frame.headerBytes(header.length()));
        }
    }

    private void take(ByteBuffer input, int before, int count) throws ProtocolException {
        int most = header.isSingle() ? header.length() : Integer.MAX_VALUE / 2;
        message.append(input, count, most);
        int from = message.end() - count;
        Mask.apply(message.array(), from, message.end(), header.key(), before);
        if (header.isText() && !header.isCompressed() && !utf8.update(message.array(), from, message.end())) {
            throw Violation.invalidText("text");
        }
    }

    // ---- whole frames

    private boolean finishData(Decoder.Sink sink) throws ProtocolException {
        if (!header.isLast()) {
            return true;
        }
        boolean text = header.isText();
        Payload whole = message;
        if (header.isCompressed() && deflate != null) {
            whole = deflate.inflated(message, maxMessageBytes);
            message.clear();
            if (text && !utf8.update(whole.array(), whole.begin(), whole.end())) {
                throw Violation.invalidText("text");
            }
        }
        if (text && !utf8.isComplete()) {
            throw Violation.invalidText("text that ends inside a character");
        }
        int length = whole.length();
        Wire wire = whole.takeFrame(FrameEncoder.opcode(text));
        return sink.message(Message.received(FrameEncoder.PLAIN, wire, wire.length() - length, length, text));
    }

    private boolean finishControl(Decoder.Sink sink) throws ProtocolException {
        byte[] payload = control;
        control = NOTHING;
        Mask.apply(payload, 0, payload.length, header.key(), 0);
        if (header.opcode() == Opcode.PING) {
            addPong(payload);
        } else if (header.opcode() == Opcode.CLOSE) {
            end(CloseFrame.status(payload, payload.length), sink);
            return false;
        }
        return true;
    }

    private void end(int status, Decoder.Sink sink) {
        reply(sink);
        ended = true;
        String text =
                "the peer closed " + (status == CloseFrame.NO_STATUS ? "without a status" : "with status " + status);
        sink.end(CloseReason.of(Code.PEER_CLOSED, text), CloseFrame.echo(status));
    }

    private void addPong(byte[] payload) {
        ByteArrayOutputStream all = pongs;
        if (all == null) {
            all = new ByteArrayOutputStream();
            pongs = all;
        }
        all.write(Frame.FIN | Opcode.PONG);
        all.write(payload.length);
        all.writeBytes(payload);
    }

    private void reply(Decoder.Sink sink) {
        if (pongs != null) {
            sink.reply(Wire.of(pongs.toByteArray()));
            pongs = null;
        }
    }
}
