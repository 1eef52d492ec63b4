package io.hongyan.im.test;

import io.hongyan.im.Limits;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Decoder;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Protocol;
import java.nio.ByteBuffer;

/** Lines that begin with {@code #}, so that a listener has something to tell from others by its first byte. */
final class ShoutProtocol implements Protocol {
    private final Protocol line = Protocols.line();

    @Override
    public String name() {
        return "shout";
    }

    @Override
    public Detection detect(ByteBuffer first) {
        if (!first.hasRemaining()) {
            return Detection.NEED_MORE;
        }
        return first.get(first.position()) == '#' ? Detection.MATCH : Detection.NO_MATCH;
    }

    @Override
    public Encoder encoder() {
        return line.encoder();
    }

    @Override
    public Decoder newDecoder(Limits limits) {
        return line.newDecoder(limits);
    }
}
