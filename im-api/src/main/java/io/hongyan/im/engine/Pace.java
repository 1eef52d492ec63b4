package io.hongyan.im.engine;

import java.nio.ByteBuffer;

/** How fast what comes from one peer is let through; as it comes, unless a {@link Throttle} says otherwise. Loop thread only. */
interface Pace {
    Pace FREE = new Pace() {};

    /** Whether a read may be made now; leaves the buffer no more room than what it may give. If not, the peer is held back from now on. */
    default boolean mayRead(ByteBuffer target) {
        return true;
    }

    default void onRead(int count) {}

    /** How many messages may be decoded now, at most so many. If none, the peer is held back from now on. */
    default int beginTurn(int most) {
        return most;
    }

    /**
     * A turn of decoding is over, before anything else is done.
     *
     * @param left how many more it could have given
     * @param whole whether all that was read is decoded
     */
    default void endTurn(int left, boolean whole) {}

    /** The peer is ahead, and waits. */
    default boolean isHeld() {
        return false;
    }

    /** Nothing is read or decoded any more. */
    default void stop() {}
}
