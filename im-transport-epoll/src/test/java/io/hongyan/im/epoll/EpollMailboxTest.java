package io.hongyan.im.epoll;

import io.hongyan.im.engine.Transport;
import io.hongyan.im.test.MailboxContract;

/** This transport's mailbox does what every one must do. */
final class EpollMailboxTest extends MailboxContract {
    @Override
    protected Transport transport() {
        return new EpollTransport();
    }
}
