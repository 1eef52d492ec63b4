package io.hongyan.im.nio;

import io.hongyan.im.test.TransportContract;

/** NIO does what every transport must do. */
final class NioTransportContractTest extends TransportContract {
    @Override
    protected String transportName() {
        return "nio";
    }
}
