package io.hongyan.im.test;

import io.hongyan.im.Message;
import io.hongyan.im.engine.LineProtocol;
import io.hongyan.im.spi.Protocol;
import net.jqwik.api.Arbitrary;

/** Lines keep the laws of protocols. */
final class LineProtocolContractTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return new LineProtocol();
    }

    @Override
    protected Arbitrary<Message> messages() {
        return Messages.ofLines();
    }
}
