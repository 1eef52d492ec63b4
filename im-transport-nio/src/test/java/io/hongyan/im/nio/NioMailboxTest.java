package io.hongyan.im.nio;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.MailboxContract;

/** This transport's mailbox does what every one must do. */
final class NioMailboxTest extends MailboxContract {
    @Override
    protected Transport transport() {
        return new NioTransport();
    }
}
