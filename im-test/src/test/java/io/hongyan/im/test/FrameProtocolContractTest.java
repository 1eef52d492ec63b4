package io.hongyan.im.test;

import io.hongyan.im.Message;
import io.hongyan.im.Protocols;
import io.hongyan.im.spi.Protocol;
import io.hongyan.im.test.client.Messages;
import net.jqwik.api.Arbitrary;

/** Frames keep the laws of protocols. */
final class FrameProtocolContractTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return Protocols.frame();
    }

    @Override
    protected Arbitrary<Message> messages() {
        return Messages.ofBytes();
    }
}
