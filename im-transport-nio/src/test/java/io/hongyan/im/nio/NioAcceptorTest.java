package io.hongyan.im.nio;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.AcceptorContract;

/** This transport's acceptor does what every one must do. */
final class NioAcceptorTest extends AcceptorContract {
    @Override
    protected Transport transport() {
        return new NioTransport();
    }
}
