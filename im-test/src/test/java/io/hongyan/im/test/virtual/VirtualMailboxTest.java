package io.hongyan.im.test.virtual;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.MailboxContract;

/** This transport's mailbox does what every one must do. */
final class VirtualMailboxTest extends MailboxContract {
    @Override
    protected Transport transport() {
        return new VirtualTransport(RealThreads.NETWORK);
    }
}
