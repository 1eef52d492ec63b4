package io.hongyan.im.nio;

import io.hongyan.im.test.ShortageContract;

/** This transport's servers do without descriptors what every one must do. */
final class NioShortageTest extends ShortageContract {
    @Override
    protected String transportName() {
        return "nio";
    }
}
