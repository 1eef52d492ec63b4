package io.hongyan.im.epoll;

import io.hongyan.im.engine.Mailbox;

/** Lets tests of the engine have the mailboxes of this transport. */
public final class EpollMailboxes {
    private EpollMailboxes() {}

    public static Mailbox of(int capacity) {
        return new EpollMailbox(capacity);
    }
}
