package io.hongyan.im.engine;

import org.jspecify.annotations.Nullable;

/** How far somebody is who tells a session's handler of its events off the loop. Any thread. */
interface AtWork {
    /** The thread that a callback runs on now; null if none does. */
    @Nullable
    Thread runner();

    /** A count of the callbacks begun, that wraps: if it is another one later, that callback has returned. */
    int told();
}
