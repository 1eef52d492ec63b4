package io.hongyan.im.test;

import io.hongyan.im.CloseReason;
import io.hongyan.im.Limits;
import io.hongyan.im.Message;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.spi.ProtocolException;
import io.hongyan.im.spi.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Lines in the hands of a bad programmer: some are more than the decoder or the encoder can take. */
final class FaultyProtocol implements Protocol {
    private static final byte[] UNDECODABLE = "fail to decode".getBytes(StandardCharsets.US_ASCII);

    private final Protocol line = Protocols.line();
    private final Encoder encoder = new FaultyEncoder();

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        Decoder decoder = line.newDecoder(limits);
        return new Decoder() {
            // How much of what cannot be decoded has come, in however many pieces.
            private int found;

            @Override
            public void decode(ByteBuffer input, Sink sink) throws ProtocolException {
                for (int i = input.position(); i < input.limit(); i++) {
                    found = input.get(i) == UNDECODABLE[found] ? found + 1 : 0;
                    if (found == UNDECODABLE.length) {
                        throw new IllegalStateException("planted");
                    }
                }
                decoder.decode(input, sink);
            }

            @Override
            public int heldBytes() {
                return decoder.heldBytes();
            }
        };
    }

    private final class FaultyEncoder implements Encoder {
        @Override
        public Wire encode(Message message) {
            if (message.text().equals("fail to encode")) {
                throw new IllegalStateException("planted");
            }
            return line.encoder().encode(message);
        }

        @Override
        public Wire gap(long missed) {
            return line.encoder().gap(missed);
        }

        @Override
        public Wire closing(CloseReason reason) {
            return line.encoder().closing(reason);
        }
    }
}
