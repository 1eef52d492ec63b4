package io.hongyan.im.epoll;

import io.hongyan.im.engine.Pollable;

/** What an {@link EpollPoller} can watch. */
interface EpollPollable extends Pollable {
    /** Its descriptor; always the same object. */
    Descriptor descriptor();
}
