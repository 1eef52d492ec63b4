package io.hongyan.im.test.virtual;

/** What a network, a kernel or a machine does to a server now and then. All but the last three lose nothing. */
public enum Fault {
    /** Bytes arrive in other pieces than they were sent, down to one. */
    CUT,
    /** The kernel takes a part of what is written, or nothing. */
    SHORT_WRITE,
    /** Something is reported readable, and there is nothing to read (EAGAIN). */
    EMPTY_READ,
    /** A poll returns for no reason. */
    SPURIOUS_WAKE_UP,
    /** What is ready is reported in another order, or later. */
    REORDERED_READINESS,
    /** Something is reported of a connection that was closed before. */
    STALE_EVENT,
    /** Others go on in the middle of what a loop or a callback does. */
    PREEMPTION,
    /** A connection cannot be accepted now, for want of descriptors; whoever waits is turned away. */
    FAILED_ACCEPT,
    /** Everything stands still for a while. */
    CLOCK_JUMP,
    /** A connection is reset, after any byte. */
    RESET
}
