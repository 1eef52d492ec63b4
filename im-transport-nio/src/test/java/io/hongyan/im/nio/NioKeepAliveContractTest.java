package io.hongyan.im.nio;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.KeepAliveContract;

/** The peers of this transport are asked as every one's must be. */
final class NioKeepAliveContractTest extends KeepAliveContract {
    @Override
    protected Transport transport() {
        return new NioTransport();
    }
}
