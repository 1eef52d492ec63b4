package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.PollerContract;
import io.hongyan.im.test.client.Wiring;

/** This transport's poller does what every one must do. */
final class VirtualPollerTest extends PollerContract {
    @Override
    protected Transport transport() {
        return new VirtualTransport(RealThreads.NETWORK);
    }

    @Override
    protected Wiring wiring() {
        return new VirtualWiring();
    }
}
