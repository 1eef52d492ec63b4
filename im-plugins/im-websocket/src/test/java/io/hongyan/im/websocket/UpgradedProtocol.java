package io.hongyan.im.websocket;

import io.hongyan.im.Limits;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import java.nio.ByteBuffer;

/** WebSocket from the first byte behind its handshake on. */
final class UpgradedProtocol implements Protocol {
    private final Deflate deflate;

    /** With compression, or null. */
    UpgradedProtocol(Deflate deflate) {
        this.deflate = deflate;
    }

    @Override
    public String name() {
        return "upgraded";
    }

    @Override
    public Encoder encoder() {
        return deflate == null ? FrameEncoder.PLAIN : deflate;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        return new Decoder() {
            private FrameReader reader = new FrameReader(limits.maxMessageBytes(), deflate);

            @Override
            public void start(Sink sink) {
                sink.open(encoder());
            }

            @Override
            public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                reader.read(input, sink);
                if (reader.isIdle()) {
                    reader = new FrameReader(limits.maxMessageBytes(), deflate);
                }
            }

            @Override
            public int heldBytes() {
                return reader.heldBytes();
            }
        };
    }
}
