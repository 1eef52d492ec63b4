package io.hongyan.im.websocket;

import io.hongyan.im.Message;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.test.ProtocolContract;
import io.hongyan.im.test.client.Messages;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Frames of clients: the message itself decides on masking key and fragments, so that all kinds come. */
class FrameContractTest extends ProtocolContract {
    private final Protocol protocol = new UpgradedProtocol(null);

    @Override
    protected Protocol protocol() {
        return protocol;
    }

    @Override
    protected Arbitrary<Message> messages() {
        return Arbitraries.oneOf(Messages.texts().map(Message::text), Messages.ofBytes());
    }

    @Override
    protected byte[] sent(Message message) {
        int seed = message.hashCode();
        int opcode = message.isText() ? ClientFrame.TEXT : ClientFrame.BINARY;
        return Fragments.of(opcode, message.bytes(), seed & 3, seed * 0x9E3779B9);
    }
}
