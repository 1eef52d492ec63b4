package io.hongyan.im.epoll;

import io.hongyan.im.test.TransportContract;

/** Epoll does what every transport must do. */
final class EpollTransportContractTest extends TransportContract {
    @Override
    protected String transportName() {
        return "epoll";
    }
}
