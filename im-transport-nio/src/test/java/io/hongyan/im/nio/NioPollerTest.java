package io.hongyan.im.nio;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.PollerContract;

/** This transport's poller does what every one must do. */
final class NioPollerTest extends PollerContract {
    @Override
    protected Transport transport() {
        return new NioTransport();
    }
}
