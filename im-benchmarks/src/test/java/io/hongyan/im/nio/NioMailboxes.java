package io.hongyan.im.nio;

import io.hongyan.im.engine.Mailbox;

/** Lets tests of the engine have the mailboxes of this transport. */
public final class NioMailboxes {
    private NioMailboxes() {}

    public static Mailbox of(int capacity) {
        return new NioMailbox(capacity);
    }
}
