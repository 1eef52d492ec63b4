package io.hongyan.im;

/** What happens to a session whose output reached its bound because its peer reads too slowly. */
public enum Overflow {
    /** The session closes with {@link CloseReason.Code#SLOW_CONSUMER}; what was accepted before is still flushed. */
    CLOSE,
    /**
     * New messages are refused until three quarters of the limit are free; the peer then gets one gap marker that says how many
     * it missed, at the place where they are missing: behind all that had been accepted by then.
     */
    DROP
}
