package io.hongyan.im.epoll;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.ConnectionContract;

/** This transport's connection does what every one must do. */
final class EpollConnectionTest extends ConnectionContract {
    @Override
    protected Transport transport() {
        return new EpollTransport();
    }
}
