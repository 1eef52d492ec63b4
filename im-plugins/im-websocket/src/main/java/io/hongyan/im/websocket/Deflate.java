package io.hongyan.im.websocket;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Message;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The extension permessage-deflate, RFC 7692, without context takeover in either direction: a message is compressed once
 * for all that it goes to, and a session that is idle holds none of zlib's memory. One for a protocol; any thread.
 *
 * <p>A message is inflated when all of it is there, and never beyond its bound; the few objects of zlib serve again and again.
 */
final class Deflate implements Encoder {
    /** A shorter message goes as it is. */
    static final int MIN_BYTES = 64;

    /** A flush ends in 00 00 FF FF, and RFC 7692, section 7.2.1, has that removed. */
    private static final int FLUSH_BYTES = 4;

    private static final int POOLED = 16;
    private static final int FIRST_BYTES = 512;

    private final int maxRatio;
    private final BlockingQueue<Deflater> deflaters = new ArrayBlockingQueue<>(POOLED);
    private final BlockingQueue<Inflater> inflaters = new ArrayBlockingQueue<>(POOLED);

    /** With {@link InflationBound#maxRatio()}. */
    Deflate(int maxRatio) {
        this.maxRatio = maxRatio;
    }

    // ---- output

    @Override
    public Wire encode(Message message) {
        int length = message.length();
        if (length < MIN_BYTES) {
            return message.wire(FrameEncoder.PLAIN);
        }
        Deflater pooled = deflaters.poll();
        Deflater deflater = pooled != null ? pooled : new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        Wire compressed = deflated(deflater, message);
        deflater.reset();
        if (!deflaters.offer(deflater)) {
            deflater.end();
        }
        boolean shorter = compressed.length() < Frame.headerBytes(length) + length;
        return shorter ? compressed : message.wire(FrameEncoder.PLAIN);
    }

    private static Wire deflated(Deflater deflater, Message message) {
        deflater.setInput(message.buffer());
        byte[] output = new byte[FIRST_BYTES];
        int length = 0;
        for (int count = -1; count != 0; length += count) {
            if (length == output.length) {
                output = Arrays.copyOf(output, 2 * length);
            }
            count = deflater.deflate(output, length, output.length - length, Deflater.SYNC_FLUSH);
        }
        byte[] payload = Arrays.copyOf(output, length - FLUSH_BYTES);
        return Frame.of(Frame.RSV1 | FrameEncoder.opcode(message.isText()), payload);
    }

    @Override
    public Wire gap(long missed) {
        return FrameEncoder.PLAIN.gap(missed);
    }

    @Override
    public Wire closing(CloseReason reason) {
        return FrameEncoder.PLAIN.closing(reason);
    }

    @Override
    public Wire ping() {
        return FrameEncoder.PLAIN.ping();
    }

    // ---- input

    /** The message that these bytes are the compressed form of, whole; a peer that breaks a rule is refused. */
    Payload inflated(Payload compressed, int maxMessageBytes) throws ProtocolException {
        Inflater pooled = inflaters.poll();
        Inflater inflater = pooled != null ? pooled : new Inflater(true);
        try {
            Inflation inflation =
                    new Inflation(inflater, new InflationBound(maxMessageBytes, maxRatio, compressed.length()));
            inflation.add(compressed.array(), compressed.begin(), compressed.length());
            return inflation.whole();
        } finally {
            inflater.reset();
            if (!inflaters.offer(inflater)) {
                inflater.end();
            }
        }
    }
}
