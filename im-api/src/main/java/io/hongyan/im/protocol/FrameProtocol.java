package io.hongyan.im.protocol;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Binary frames: a length in four bytes, big-endian, then so many bytes. What the server itself says has the top bit of the
 * length set; then the other 31 bits are the length, and the payload is text. A peer must not set that bit. Any bytes
 * may be a frame, so it cannot be detected: a listener is pinned to it.
 */
public final class FrameProtocol implements Protocol {
    private static final int HEADER = Integer.BYTES;
    private static final int CONTROL_BIT = 1 << 31;
    private static final FrameEncoder ENCODER = new FrameEncoder();

    /** Four bytes of text, such as "GET ", are a length of more than a thousand million. */
    private static final String HINT = "; a length is four bytes, big-endian, and text has none";

    @Override
    public String name() {
        return "frame";
    }

    @Override
    public Encoder encoder() {
        return ENCODER;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        return new FrameDecoder(limits.maxMessageBytes());
    }

    private static final class FrameEncoder implements Encoder {
        @Override
        public Wire encode(Message message) {
            byte[] frame = new byte[HEADER + message.length()];
            ByteBuffer.wrap(frame).putInt(message.length()).put(message.buffer());
            return Wire.of(frame);
        }

        @Override
        public Wire gap(long missed) {
            return control(Control.missed(missed));
        }

        @Override
        public Wire closing(CloseReason reason) {
            return control(Control.closing(reason));
        }

        private static Wire control(byte[] text) {
            if (text.length == 0) {
                return Wire.EMPTY;
            }
            byte[] frame = new byte[HEADER + text.length];
            ByteBuffer.wrap(frame).putInt(text.length | CONTROL_BIT).put(text);
            return Wire.of(frame);
        }
    }

    /** Judges the length as soon as its four bytes are there, before any of the payload is awaited or allocated. */
    private static final class FrameDecoder implements Decoder {
        private final int maxBytes;

        /** The frame that has begun and is not whole; null between frames, which is how most peers are most of the time. */
        private @Nullable Assembly begun;

        /** The payload's length; -1 while the header is not whole. */
        private int length = -1;

        FrameDecoder(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
            while (input.hasRemaining()) {
                Assembly frame = begin();
                int total = length < 0 ? HEADER : HEADER + length;
                frame.append(input, Math.min(total - frame.length(), input.remaining()), HEADER + Math.max(length, 0));
                if (frame.length() == HEADER && length < 0) {
                    length = judged(ByteBuffer.wrap(frame.array()).getInt(0));
                }
                if (length >= 0 && frame.length() == HEADER + length && !sink.message(finish(frame))) {
                    return;
                }
            }
        }

        @Override
        public int heldBytes() {
            return begun == null ? 0 : begun.heldBytes();
        }

        private Assembly begin() {
            if (begun == null) {
                begun = new Assembly();
            }
            return begun;
        }

        private int judged(int declared) throws ProtocolException {
            if (declared < 0) {
                throw new ProtocolException(CloseReason.of(
                        CloseReason.Code.PROTOCOL_ERROR,
                        "frame length must be 0 to " + maxBytes + " (maxMessageBytes), was negative: " + declared
                                + HINT,
                        maxBytes));
            }
            if (declared > maxBytes) {
                throw new ProtocolException(CloseReason.of(
                        CloseReason.Code.MESSAGE_TOO_BIG,
                        "frame of " + declared + " bytes, the most is " + maxBytes + " (maxMessageBytes)" + HINT,
                        maxBytes));
            }
            return declared;
        }

        private Message finish(Assembly frame) {
            Wire wire = Wire.of(frame.take());
            begun = null;
            length = -1;
            return Message.received(ENCODER, wire, HEADER, wire.length() - HEADER, false);
        }
    }
}
