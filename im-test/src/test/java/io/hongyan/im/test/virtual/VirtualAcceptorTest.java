package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.AcceptorContract;
import io.hongyan.im.test.client.Wiring;

/** This transport's acceptor does what every one must do. */
final class VirtualAcceptorTest extends AcceptorContract {
    @Override
    protected Transport transport() {
        return new VirtualTransport(RealThreads.NETWORK);
    }

    @Override
    protected Wiring wiring() {
        return new VirtualWiring();
    }
}
