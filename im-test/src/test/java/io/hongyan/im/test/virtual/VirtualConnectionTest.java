package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.ConnectionContract;
import io.hongyan.im.test.client.Wiring;

/** This transport's connection does what every one must do. */
final class VirtualConnectionTest extends ConnectionContract {
    @Override
    protected Transport transport() {
        return new VirtualTransport(RealThreads.NETWORK);
    }

    @Override
    protected Wiring wiring() {
        return new VirtualWiring();
    }
}
