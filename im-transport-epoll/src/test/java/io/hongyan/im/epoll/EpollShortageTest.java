package io.hongyan.im.epoll;

import io.hongyan.im.test.ShortageContract;

/** This transport's servers do without descriptors what every one must do. */
final class EpollShortageTest extends ShortageContract {
    @Override
    protected String transportName() {
        return "epoll";
    }
}
