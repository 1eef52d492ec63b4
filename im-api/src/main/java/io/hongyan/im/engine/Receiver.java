package io.hongyan.im.engine;

import io.hongyan.im.ClientSession;
import io.hongyan.im.SendResult;
import io.hongyan.im.spi.Encoder;
import io.hongyan.im.spi.Wire;

/** A session as a group's messages reach it. On its loop, where nothing else is said. */
interface Receiver extends ClientSession {
    /** The loop that it is on for life. Any thread. */
    EventLoop loop();

    /** Any thread. */
    Encoder encoder();

    boolean canEverHold(Wire wire);

    /**
     * Queues several messages at once; whoever calls this counts them.
     *
     * @param wires all of them, one behind the other
     * @param charge for all of them
     * @return false if not all can be queued as they are; then none is
     */
    boolean deliverAll(Wire wires, long charge);

    /**
     * Queues one message. What was ordered before a close or a gap is still delivered, so it is their places that count, not the flags that
     * were set at once.
     *
     * @param position of its command
     */
    SendResult deliver(Wire wire, boolean isVolatile, long position);

    /** A delivery to it has failed. */
    void onFailure(Throwable cause);

    // A message is lost for want of room, there or among the loop's commands: counted. Any thread.

    /** It leaves a gap, at that position of the loop's commands; {@link #refresh} is to follow. */
    void refuse(long tail);

    /** Has the loop look at what has changed. */
    void refresh();

    /** It was volatile, and leaves none; answers OVERFLOW. */
    SendResult passOver();
}
