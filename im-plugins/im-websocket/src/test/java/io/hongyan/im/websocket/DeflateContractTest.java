package io.hongyan.im.websocket;

import io.hongyan.im.Message;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.test.ProtocolContract;
import io.hongyan.im.test.client.Messages;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** The same laws, where compression was agreed upon and half of the messages come compressed. */
class DeflateContractTest extends ProtocolContract {
    private final Protocol protocol = new UpgradedProtocol(new Deflate(InflationBound.DEFAULT_RATIO));

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
        boolean compressed = (seed & 4) != 0;
        byte[] payload = compressed ? DeflateTest.deflated(message.bytes()) : message.bytes();
        return Fragments.of(compressed ? opcode | ClientFrame.RSV1 : opcode, payload, seed & 3, seed * 0x9E3779B9);
    }
}
