package io.hongyan.im.websocket;

import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The inflating of one message, which ends at the first byte over its bound. */
final class Inflation {
    /**
     * What the sender has removed, RFC 7692, section 7.2.1, and an empty block that is marked as the last. Without context
     * takeover nothing follows a message, so its stream may be ended: zlib then says whether it was at the end of a block.
     */
    private static final byte[] END = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    private static final int STEP_BYTES = 8 * 1024;

    /**
     * As many streams a message may be made of. Each costs two calls into zlib however short it is, and it may be two bytes: without a
     * bound such a message costs fifty times what another of its length does. Senders that have no other way to flush end one in a message.
     */
    static final int MAX_STREAMS = 64;

    private final Inflater inflater;
    private final InflationBound bound;
    private final Payload message = new Payload();
    private final byte[] step = new byte[STEP_BYTES];
    private int endedStreams;

    Inflation(Inflater inflater, InflationBound bound) {
        this.inflater = inflater;
        this.bound = bound;
    }

    /** A block that is marked as the last one ends a stream, and another begins: RFC 7692, section 7.2.3.4. */
    void add(byte[] compressed, int from, int length) throws ProtocolException {
        inflater.setInput(compressed, from, length);
        while (true) {
            int count = inflate();
            if (count > bound.bytes() - message.length()) {
                throw bound.exceeded();
            }
            message.append(ByteBuffer.wrap(step), count, bound.bytes());
            int left = inflater.getRemaining();
            if (inflater.finished()) {
                if (++endedStreams > MAX_STREAMS) {
                    throw Violation.tooManyStreams(MAX_STREAMS);
                }
                inflater.reset();
                inflater.setInput(compressed, from + length - left, left);
            }
            if (left == 0 && count < step.length) {
                return;
            }
        }
    }

    private int inflate() throws ProtocolException {
        try {
            return inflater.inflate(step);
        } catch (DataFormatException e) {
            throw Violation.cannotInflate();
        }
    }

    /** The message, if the end of what was added is the end of a block: one that breaks off inside is delivered not at all. */
    Payload whole() throws ProtocolException {
        if (!endsWithABlock()) {
            throw Violation.of("compressed message does not end where a block ends");
        }
        return message;
    }

    /** Inside a block the end would be taken for something else: for text, for half of a code, for a length that is wrong. */
    private boolean endsWithABlock() {
        inflater.setInput(END);
        try {
            return inflater.inflate(step) == 0 && inflater.finished() && inflater.getRemaining() == 0;
        } catch (DataFormatException e) {
            return false;
        }
    }
}
