package io.hongyan.im.nio;

import io.hongyan.im.engine.Pollable;

/** What a {@link NioPoller} can watch. */
interface NioPollable extends Pollable {
    /** Its place in the selector; always the same object. */
    Watch watch();
}
